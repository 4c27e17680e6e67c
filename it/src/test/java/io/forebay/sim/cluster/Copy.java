package io.forebay.sim.cluster;

import io.forebay.core.log.Log;
import io.forebay.core.log.Stored;
import io.forebay.core.message.Message;
import io.forebay.core.message.Position;
import io.forebay.core.topic.TopicName;
import io.forebay.sim.Pending;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/// A node's copy of the messages: as much as it has read of them. Reads are made later and answered
/// later still, sometimes with less than was asked for.
final class Copy implements Log {
  private static final int EPOCH = 1;

  private final SharedLog shared;
  private final Pending pending;
  private final RandomGenerator dice;
  private final int[] read = new int[SharedLog.PARTITIONS];

  Copy(SharedLog shared, Pending pending, RandomGenerator dice) {
    this.shared = shared;
    this.pending = pending;
    this.dice = dice;
  }

  private List<Stored> messages(int partition) {
    return shared.messages().get(partition).subList(0, read[partition]);
  }

  boolean isAtEnd(int partition) {
    return read[partition] == shared.messages().get(partition).size();
  }

  Stored readOne(int partition) {
    return shared.messages().get(partition).get(read[partition]++);
  }

  private <T> void later(Supplier<T> question, Consumer<T> answer) {
    pending.sometime(
        () -> {
          T found = question.get();
          pending.sometime(() -> answer.accept(found));
        });
  }

  @Override
  public int partitions() {
    return read.length;
  }

  @Override
  public boolean captures(Message message) {
    return !message.topic().startsWith("$") && !TopicName.isRequest(message.topic());
  }

  @Override
  public long head(int partition) {
    List<Stored> messages = messages(partition);
    return messages.isEmpty() ? 0 : messages.getLast().offset() + 1;
  }

  @Override
  public long start(int partition) {
    return 0;
  }

  @Override
  public long endangered(int partition) {
    return 0;
  }

  @Override
  public Position position(int partition, long offset) {
    return new Position("p" + partition, 0, EPOCH, offset);
  }

  @Override
  public int partition(String stream, int partition) {
    for (int i = 0; i < partitions(); i++) {
      if (partition == 0 && stream.equals("p" + i)) {
        return i;
      }
    }
    return -1;
  }

  @Override
  public void seek(int partition, long timestampMillis, LongConsumer answer) {
    this.<Long>later(() -> 0L, answer::accept);
  }

  @Override
  public void read(Request request, Consumer<Slice> answer) {
    later(() -> slice(request), answer);
  }

  private Slice slice(Request request) {
    List<Stored> found = new ArrayList<>();
    long next = request.fromOffset();
    int most = Math.min(request.maximumMessages(), dice.nextInt(4) == 0 ? 1 : Integer.MAX_VALUE);
    for (Stored stored : messages(request.partition())) {
      if (stored.offset() >= next && request.filters().matches(stored.message().topic())) {
        if (found.size() == most) {
          return new Slice(found, next, false, 0);
        }
        found.add(stored);
        next = stored.offset() + 1;
      }
    }
    return new Slice(found, Math.max(next, head(request.partition())), true, 0);
  }

  @Override
  public void fetch(int partition, long[] offsets, Consumer<List<Stored>> answer) {
    later(
        () ->
            messages(partition).stream()
                .filter(each -> Arrays.stream(offsets).anyMatch(one -> one == each.offset()))
                .toList(),
        answer);
  }
}
