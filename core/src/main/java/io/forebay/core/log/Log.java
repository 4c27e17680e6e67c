package io.forebay.core.log;

import io.forebay.core.message.Message;
import io.forebay.core.message.Position;
import io.forebay.core.topic.FilterSet;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/// This node's copy of its streams: read by position and by filter.
///
/// The log numbers every (stream, partition) it holds, 0 to [#partitions] - 1; the number is the
/// node's own and holds as long as what the engine keeps: cursors are stored under it. Offsets
/// within a partition ascend, with gaps allowed.
public interface Log {

  /// How many partitions there are. May grow, never shrinks.
  int partitions();

  /// Whether a stream takes this message: if not, it lives for the moment of its delivery only.
  /// Called for every message, on any thread: must be cheap.
  boolean captures(Message message);

  /// The offset that the next committed message gets; all below can be read. Any thread.
  long head(int partition);

  /// The lowest offset that retention left.
  long start(int partition);

  /// Offsets below this are among the next to be removed because the stream is as large as it may
  /// be; [#start] while it is not. Any thread.
  long endangered(int partition);

  /// The position of an offset, as users see it.
  Position position(int partition, long offset);

  /// The number of a stream's partition, -1 if there is none. Any thread.
  ///
  /// @param partition its number within the stream
  int partition(String stream, int partition);

  /// Finds where a time is: the offset of the first message that was appended at or after it, or of
  /// one shortly before; [#head] if there is none. Never blocks; any thread; the answer comes on
  /// any thread, perhaps before this returns.
  void seek(int partition, long timestampMillis, LongConsumer answer);

  /// Reads a slice. Never blocks; any thread. The answer comes on any thread, perhaps before this
  /// returns.
  void read(Request request, Consumer<Slice> answer);

  /// Fetches single messages. Never blocks; any thread; the answer as with [#read], without those
  /// that retention removed, in ascending order.
  void fetch(int partition, long[] offsets, Consumer<List<Stored>> answer);

  /// @param fromOffset the first offset of interest
  /// @param filters only messages on topics that one of these matches
  /// @param maximumMessages the slice holds at most so many
  record Request(int partition, long fromOffset, FilterSet filters, int maximumMessages) {}

  /// What a reader got.
  ///
  /// @param messages in order of offset
  /// @param nextOffset everything below it was looked at; read on from here
  /// @param atHead nothing was committed at or after `nextOffset` when this was read
  /// @param lost how many offsets between `fromOffset` and the start of the log retention had
  ///   removed
  record Slice(List<Stored> messages, long nextOffset, boolean atHead, long lost) {}
}
