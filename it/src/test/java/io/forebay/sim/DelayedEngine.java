package io.forebay.sim;

import io.forebay.core.log.Batch;
import io.forebay.core.log.CommitListener;
import io.forebay.core.log.Engine;
import io.forebay.core.log.EngineFailure;
import io.forebay.core.log.Log;
import io.forebay.core.log.Stored;
import io.forebay.core.log.Table;
import io.forebay.core.message.Message;
import io.forebay.core.message.Position;
import io.forebay.store.MemoryEngine;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// The memory engine as if it had a disk: batches commit later, what is committed is told later,
/// reads are made later and answered later still. All within what the interfaces allow: batches of
/// one lane keep their order, what is told keeps its order and can be read before it is told.
final class DelayedEngine implements Engine, Log {
  private final MemoryEngine memory;
  private final Pending pending;
  private final Ledger ledger;
  private final boolean prompt;
  private final Executor telling;
  private final Map<Integer, Executor> submitted = new HashMap<>();

  /// @param prompt nothing is delayed: the memory engine as it is
  DelayedEngine(MemoryEngine memory, Pending pending, Ledger ledger, boolean prompt) {
    this.memory = memory;
    this.pending = pending;
    this.ledger = ledger;
    this.prompt = prompt;
    this.telling = prompt ? Runnable::run : pending.newQueue();
  }

  @Override
  public void start(CommitListener listener) {
    memory.start(
        new CommitListener() {
          @Override
          public boolean committed(Stored stored) {
            ledger.committed(stored);
            telling.execute(() -> listener.committed(stored));
            return true;
          }

          @Override
          public void settled(Batch batch, @Nullable EngineFailure failure) {
            telling.execute(() -> listener.settled(batch, failure));
          }

          @Override
          public void endOfCommit() {
            telling.execute(listener::endOfCommit);
          }
        });
  }

  @Override
  public void submit(Batch batch) {
    if (prompt) {
      memory.submit(batch);
    } else {
      submitted
          .computeIfAbsent(batch.lane(), lane -> pending.newQueue())
          .execute(() -> memory.submit(batch));
    }
  }

  private <T> void later(Consumer<Consumer<T>> question, Consumer<T> answer) {
    if (prompt) {
      question.accept(answer);
    } else {
      pending.sometime(
          () -> question.accept(found -> pending.sometime(() -> answer.accept(found))));
    }
  }

  @Override
  public Log log() {
    return this;
  }

  @Override
  public Table table(String name) {
    Table table = memory.table(name);
    return new Table() {
      @Override
      public void get(byte[] key, Consumer<byte @Nullable []> answer) {
        later(asked -> table.get(key, asked), answer);
      }

      @Override
      public void scan(byte[] fromKey, int limit, Consumer<List<Entry>> answer) {
        later(asked -> table.scan(fromKey, limit, asked), answer);
      }

      @Override
      public long size() {
        return table.size();
      }
    };
  }

  @Override
  public void read(Request request, Consumer<Slice> answer) {
    later(asked -> memory.read(request, asked), answer);
  }

  @Override
  public void fetch(int partition, long[] offsets, Consumer<List<Stored>> answer) {
    later(asked -> memory.fetch(partition, offsets, asked), answer);
  }

  @Override
  public @Nullable EngineFailure trouble() {
    return memory.trouble();
  }

  @Override
  public int partition(String stream, int partition) {
    return memory.partition(stream, partition);
  }

  @Override
  public void seek(int partition, long timestampMillis, LongConsumer answer) {
    this.<Long>later(
        asked -> memory.seek(partition, timestampMillis, asked::accept), answer::accept);
  }

  @Override
  public void tick(long nowMillis) {
    memory.tick(nowMillis);
  }

  @Override
  public void close() {
    memory.close();
  }

  @Override
  public int partitions() {
    return memory.partitions();
  }

  @Override
  public boolean captures(Message message) {
    return memory.captures(message);
  }

  @Override
  public long head(int partition) {
    return memory.head(partition);
  }

  @Override
  public long start(int partition) {
    return memory.start(partition);
  }

  @Override
  public long endangered(int partition) {
    return memory.endangered(partition);
  }

  @Override
  public Position position(int partition, long offset) {
    return memory.position(partition, offset);
  }
}
