package io.forebay.kafka;

import io.forebay.core.log.Batch;
import io.forebay.core.log.CommitListener;
import io.forebay.core.log.EngineFailure;
import io.forebay.core.log.Stored;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells the broker what comes from the tail and what becomes of its batches, one thing after the
/// other.
final class Teller {
  private static final Logger LOG = LoggerFactory.getLogger(Teller.class);

  private volatile @Nullable CommitListener listener;
  private boolean holding;

  /// @param failure null if the batch is kept
  record Outcome(Batch batch, @Nullable EngineFailure failure) {}

  void start(CommitListener told) {
    listener = told;
  }

  /// Whether the broker has enough to deliver for now.
  boolean congested() {
    CommitListener told = listener;
    return told != null && told.congested();
  }

  synchronized void committed(List<Stored> messages) {
    CommitListener told = listener;
    if (told == null || messages.isEmpty()) {
      return;
    }
    for (Stored each : messages) {
      try {
        told.committed(each);
      } catch (RuntimeException e) {
        LOG.error("whoever is told of committed messages failed", e);
      }
    }
    told.endOfCommit();
  }

  synchronized void settled(List<Outcome> outcomes) {
    CommitListener told = listener;
    if (told == null || outcomes.isEmpty()) {
      return;
    }
    for (Outcome each : outcomes) {
      try {
        told.settled(each.batch(), each.failure());
      } catch (RuntimeException e) {
        LOG.error("whoever is told of settled batches failed", e);
      }
    }
    told.endOfCommit();
  }

  /// Whether publishers are to wait.
  synchronized void hold(boolean hold) {
    CommitListener told = listener;
    if (told != null && hold != holding) {
      holding = hold;
      told.holdPublishers(hold);
    }
  }
}
