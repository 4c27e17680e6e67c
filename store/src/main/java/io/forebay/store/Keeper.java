package io.forebay.store;

import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Does what takes its time and what nobody waits for: makes, flushes and drops column families.
final class Keeper {
  private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);

  private final Executor thread;
  private final Access access;

  Keeper(Executor thread, Access access) {
    this.thread = thread;
    this.access = access;
  }

  /// Does it with `database`, if that is still open by then. What was not done is done after the
  /// next opening.
  @SuppressWarnings("ReferenceEquality") // one opening is one object
  void later(Database database, Access.Use task) {
    thread.execute(
        () -> {
          try {
            access.shared(
                there -> {
                  if (there == database) {
                    task.with(there);
                  }
                });
          } catch (Exception e) {
            LOG.warn("housekeeping of the log failed; it is tried again with the next slice", e);
          }
        });
  }

  Executor thread() {
    return thread;
  }
}
