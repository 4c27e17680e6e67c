package io.forebay.store;

import io.forebay.core.log.Log;
import io.forebay.core.log.Stored;
import io.forebay.core.message.Message;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.rocksdb.WriteBatch;

/// A stream that lives in memory beside others on disk. The writer and readers' threads take turns
/// at it.
final class MemoryStream implements Partition {
  private final ReentrantLock lock = new ReentrantLock();
  private final MemoryPartition partition;
  private final int number;
  private final Readers readers;
  private long next;

  MemoryStream(int number, StreamSettings settings, long firstOffset, Readers readers) {
    partition = new MemoryPartition(number, settings, firstOffset);
    next = firstOffset;
    this.number = number;
    this.readers = readers;
  }

  @Override
  public String stream() {
    return partition.settings().name();
  }

  @Override
  public Durability durability() {
    return Durability.MEMORY;
  }

  @Override
  public long head() {
    return partition.head();
  }

  @Override
  public long start() {
    return partition.start();
  }

  @Override
  public long endangered() {
    return partition.endangered();
  }

  @Override
  public void read(Log.Request request, Consumer<Log.Slice> answer) {
    readers.submit(
        new Readers.Task() {
          @Override
          public void run(Database database) {
            answer.accept(locked(() -> partition.read(request)));
          }

          @Override
          public void giveUp() {
            answer.accept(new Log.Slice(List.of(), request.fromOffset(), false, 0));
          }
        });
  }

  @Override
  public void fetch(long[] offsets, Consumer<List<Stored>> answer) {
    readers.submit(
        new Readers.Task() {
          @Override
          public void run(Database database) {
            answer.accept(locked(() -> partition.fetch(offsets)));
          }

          @Override
          public void giveUp() {
            answer.accept(List.of());
          }
        });
  }

  @Override
  public void seek(long timestampMillis, LongConsumer answer) {
    readers.submit(
        new Readers.Task() {
          @Override
          public void run(Database database) {
            answer.accept(locked(() -> partition.seek(timestampMillis)));
          }

          @Override
          public void giveUp() {
            answer.accept(head());
          }
        });
  }

  private <T> T locked(Supplier<T> look) {
    lock.lock();
    try {
      return look.get();
    } finally {
      lock.unlock();
    }
  }

  // ---------------------------------------------------------------- the writer's

  @Override
  public Stored stage(Message message, WriteBatch batch) {
    return new Stored(message, number, next++);
  }

  @Override
  public void finish(WriteBatch batch) {}

  @Override
  public void written(Stored stored) {
    locked(() -> partition.append(stored.message()));
  }

  @Override
  public void publish() {}

  @Override
  public void abandon() {
    next = partition.head();
  }

  @Override
  public boolean retain(long nowMillis, WriteBatch batch) {
    lock.lock();
    try {
      partition.expire(nowMillis);
    } finally {
      lock.unlock();
    }
    return false;
  }

  @Override
  public void reopen(Database database, boolean clean) {}
}
