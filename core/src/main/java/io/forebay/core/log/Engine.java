package io.forebay.core.log;

import org.jspecify.annotations.Nullable;

/// What makes appended messages ordered and durable, and hands back what is committed. The embedded
/// engine, Kafka and Raft differ in what they promise, not in this shape.
public interface Engine extends AutoCloseable {

  /// Begins to commit. Called once, before the first [#submit].
  void start(CommitListener listener);

  /// Takes a batch for commit. Never blocks; any thread. Batches of one thread commit in the order
  /// in which that thread submitted them; a batch commits as a whole or not at all.
  void submit(Batch batch);

  /// The local copy of what is committed.
  Log log();

  /// The table of this name; made when first asked for. Any thread.
  Table table(String name);

  /// Who acts for which client and queue.
  default Claims claims() {
    return Claims.ALONE;
  }

  /// The other nodes that share the log.
  default Exchange exchange() {
    return Exchange.ALONE;
  }

  /// Why messages are refused just now; null while they are taken. Any thread.
  @Nullable EngineFailure trouble();

  /// Removes what retention no longer keeps. Called about once a second.
  ///
  /// @param nowMillis the node's clock
  void tick(long nowMillis);

  /// Commits what was submitted, then lets go of everything.
  @Override
  void close();
}
