package io.forebay.kafka;

import io.forebay.core.log.Batch;
import io.forebay.core.log.EngineFailure;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// What batches on their way hold, and what becomes of them: settled is what Kafka has, and of what
/// has rows, what this node has read. On the outlet's thread, but for what says otherwise.
final class Settling {
  private final Life life;
  private final Outlet.Rules rules;
  private final Teller teller;
  private final ConcurrentLinkedQueue<Pending> finished = new ConcurrentLinkedQueue<>();

  /// What was sent, by lane: who fills batches is told of them in the order in which it submitted
  /// them.
  private final List<ArrayDeque<Pending>> lanes = new ArrayList<>();

  private final AtomicLong bytes = new AtomicLong();

  Settling(Life life, Outlet.Rules rules, Teller teller) {
    this.life = life;
    this.rules = rules;
    this.teller = teller;
  }

  /// A batch sets out. Any thread.
  void begins(Batch batch) {
    bytes.addAndGet(Pending.sizeBytes(batch));
  }

  /// What is on its way, about. Any thread.
  long bytes() {
    return bytes.get();
  }

  /// It is being written.
  void sent(Pending pending) {
    int lane = pending.batch.lane();
    while (lanes.size() <= lane) {
      lanes.add(new ArrayDeque<>());
    }
    lanes.get(lane).add(pending);
  }

  /// There is nothing more to write of it. Any thread.
  void finished(Pending pending) {
    finished.add(pending);
  }

  /// Whether [#settle] has something to do.
  boolean isDue() {
    long head = rules.controlHead();
    return !finished.isEmpty() || lanes.stream().anyMatch(each -> isSettled(each.peek(), head));
  }

  void settle() {
    List<Teller.Outcome> outcomes = new ArrayList<>();
    // First this, then the node's number: who has read its own end so far knows it by then.
    long head = rules.controlHead();
    for (Pending each = finished.poll(); each != null; each = finished.poll()) {
      each.complete();
    }
    for (ArrayDeque<Pending> lane : lanes) {
      Pending first = lane.peek();
      while (first != null && isSettled(first, head)) {
        lane.remove();
        outcomes.add(outcome(first));
        first = lane.peek();
      }
    }
    teller.settled(outcomes);
  }

  private static boolean isSettled(@Nullable Pending pending, long head) {
    return pending != null
        && pending.isComplete()
        && (pending.failure() != null || pending.rowOffset() < head);
  }

  /// Rows of a number that is dead do not count, if they came after its end.
  private Teller.Outcome outcome(Pending pending) {
    boolean late = pending.rowOffset() >= 0 && pending.writer != life.number();
    return ends(pending, pending.failure() == null && late ? Failures.LOST : pending.failure());
  }

  /// Nothing more comes of those whose rows were not read.
  void refuseUnread(EngineFailure why) {
    List<Teller.Outcome> outcomes = new ArrayList<>();
    for (ArrayDeque<Pending> lane : lanes) {
      for (Pending each : List.copyOf(lane)) {
        if (each.isComplete()) {
          lane.remove(each);
          outcomes.add(ends(each, why));
        }
      }
    }
    teller.settled(outcomes);
  }

  /// It is on its way no more. Any thread.
  ///
  /// @param why null if it is kept
  Teller.Outcome ends(Pending pending, @Nullable EngineFailure why) {
    bytes.addAndGet(-Pending.sizeBytes(pending.batch));
    return new Teller.Outcome(pending.batch, why);
  }
}
