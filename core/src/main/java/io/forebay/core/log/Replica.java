package io.forebay.core.log;

import java.util.List;

/// This node's copy of what another system keeps: partitions whose offsets come from there, and
/// tables. An engine that reads its log from elsewhere fills it; it is a cache, and may be thrown
/// away.
///
/// One thread calls [#partition] and [#write]; [#log] and [#table] may be used on any.
public interface Replica extends AutoCloseable {

  /// The copy. Of a partition it does not have, everything is 0 and there is nothing to read.
  Log log();

  /// The table of this name; made when first asked for.
  Table table(String name);

  /// Makes a partition, or finds it as it was left.
  ///
  /// @param number as in [Log]: ascending from 0 without gaps
  /// @param place its stream, number within the stream and epoch
  /// @return the offset to go on with: all below it is here, or was removed, or never was; -1 if
  ///   there is nothing and nothing is known
  long partition(int number, Place place);

  /// Writes all of it or nothing; when this returns it can be read. Not necessarily on disk: after
  /// a loss of power the copy is what it was some time ago, as a whole.
  ///
  /// A partition begins with the first message or head that is written to it, and [Log#start] says
  /// so: what is below is elsewhere. Messages and heads that are there already are passed over.
  ///
  /// @throws ReplicaException if it cannot be written; the same is to be tried again
  void write(Change change);

  /// Removes what retention no longer keeps. Called about once a second, by the thread that writes.
  void tick(long nowMillis);

  /// Writes what is in memory to files, and closes.
  @Override
  void close();

  /// Where a partition belongs.
  ///
  /// @param epoch grows when the stream was made anew elsewhere
  record Place(String stream, int partition, int epoch) {}

  /// What is written at once.
  ///
  /// @param messages in order of offset within each partition; between two offsets there may be any
  ///   that are no messages
  /// @param heads how far partitions are: all below is in `messages`, was written before, or is
  ///   none
  /// @param rows of tables, in order
  record Change(List<Stored> messages, List<Head> heads, List<Batch.Row> rows) {}

  /// @param offset above that of every message of the partition
  record Head(int partition, long offset) {}

  /// The copy cannot be written just now.
  final class ReplicaException extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final transient EngineFailure failure;

    public ReplicaException(EngineFailure failure, Throwable cause) {
      super(failure.detail(), cause);
      this.failure = failure;
    }

    public EngineFailure failure() {
      return failure;
    }
  }
}
