package io.forebay.core.log;

import org.jspecify.annotations.Nullable;

/// Told by the engine what became of batches. Calls come one after the other; each commit ends with
/// [#endOfCommit], so that a listener can group what it hands on.
///
/// That a batch is settled and that a message is committed are two events, because they are two
/// events for an engine that reads back what it wrote (Kafka). What is told as committed can be
/// read from the [Log] before it is told.
public interface CommitListener {

  /// A message has its position and can be read.
  ///
  /// @return whether any subscriber was there for it
  boolean committed(Stored stored);

  /// The engine's promise for this batch is kept, or, with a failure, will not be.
  void settled(Batch batch, @Nullable EngineFailure failure);

  /// Whether publishers are to wait, because the engine has as much to do as it may have. Said only
  /// when it changes.
  default void holdPublishers(boolean hold) {}

  /// Whether what was told is not delivered yet, and is enough for now: an engine that reads its
  /// log from elsewhere waits with the next. Any thread.
  default boolean congested() {
    return false;
  }

  /// Nothing more comes in this commit.
  void endOfCommit();
}
