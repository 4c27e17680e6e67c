package io.forebay.core.routing;

import io.forebay.core.log.Batch;
import io.forebay.core.log.EngineFailure;
import io.forebay.core.message.Message;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What one lane gets from one commit, or from one turn of another lane: messages with the
/// interests they matched there, a row for each pair, rows of one message side by side; and the
/// batches of the lane that are settled. Filled by one thread, then given away.
final class HandOver {
  /// What a row costs beside its message's payload, for the bound on what may wait for a lane.
  private static final int ROW_BYTES = 64;

  private record Settled(Batch batch, @Nullable EngineFailure failure) {}

  private Message[] messages = new Message[16];
  private Interest[] interests = new Interest[16];
  private int[] partitions = new int[16];
  private long[] offsets = new long[16];
  private int size;
  private long bytes;
  private final ArrayDeque<Settled> settled = new ArrayDeque<>(1);

  void add(Message message, Interest interest, int partition, long offset) {
    if (size == messages.length) {
      grow(2 * size);
    }
    messages[size] = message;
    interests[size] = interest;
    partitions[size] = partition;
    offsets[size] = offset;
    size++;
    bytes += ROW_BYTES + message.payload().length;
  }

  private void grow(int capacity) {
    messages = Arrays.copyOf(messages, capacity);
    interests = Arrays.copyOf(interests, capacity);
    partitions = Arrays.copyOf(partitions, capacity);
    offsets = Arrays.copyOf(offsets, capacity);
  }

  void settled(Batch batch, @Nullable EngineFailure failure) {
    settled.add(new Settled(batch, failure));
  }

  /// Tells the waiting publishers. On the lane.
  void tellSettled() {
    while (!settled.isEmpty()) {
      Settled first = settled.removeFirst();
      first.batch().tell(first.failure());
    }
  }

  int size() {
    return size;
  }

  long bytes() {
    return bytes;
  }

  Message message(int row) {
    return messages[row];
  }

  Interest interest(int row) {
    return interests[row];
  }

  int partition(int row) {
    return partitions[row];
  }

  long offset(int row) {
    return offsets[row];
  }

  /// The row after the last one with the same message as `row`.
  @SuppressWarnings("ReferenceEquality") // equal messages are still two deliveries
  int endOfMessage(int row) {
    int end = row + 1;
    while (end < size && messages[end] == messages[row]) {
      end++;
    }
    return end;
  }
}
