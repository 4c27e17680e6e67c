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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// An engine that takes its time: batches commit later, what is committed is told later, reads are
/// made later and answered later still, and with less than was asked for. All within what the
/// interfaces allow: batches of one lane keep their order, what is told keeps its order and can be
/// read before it is told.
final class DelayedEngine implements Engine, Log {
  private final Engine engine;
  private final Log log;
  private final Pending pending;
  private final RandomGenerator dice;
  private final boolean prompt;
  private final Executor telling;
  private final Map<Integer, Executor> submitted = new HashMap<>();

  /// @param prompt nothing is delayed
  DelayedEngine(Engine engine, Pending pending, RandomGenerator dice, boolean prompt) {
    this.engine = engine;
    this.log = engine.log();
    this.pending = pending;
    this.dice = dice;
    this.prompt = prompt;
    this.telling = prompt ? Runnable::run : pending.newQueue();
  }

  @Override
  public void start(CommitListener listener) {
    engine.start(
        new CommitListener() {
          @Override
          public boolean committed(Stored stored) {
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
      engine.submit(batch);
    } else {
      submitted
          .computeIfAbsent(batch.lane(), lane -> pending.newQueue())
          .execute(() -> engine.submit(batch));
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
    Table table = engine.table(name);
    return new Table() {
      @Override
      public void get(byte[] key, Consumer<byte @Nullable []> answer) {
        later(asked -> table.get(key, asked), answer);
      }

      @Override
      public void scan(byte[] fromKey, int limit, long enoughBytes, Consumer<List<Entry>> answer) {
        later(asked -> table.scan(fromKey, limit, enoughBytes, asked), answer);
      }

      @Override
      public long size() {
        return table.size();
      }

      @Override
      public long bytes() {
        return table.bytes();
      }
    };
  }

  @Override
  public void read(Request request, Consumer<Slice> answer) {
    later(asked -> log.read(request, slice -> asked.accept(prompt ? slice : cut(slice))), answer);
  }

  private Slice cut(Slice slice) {
    List<Stored> found = slice.messages();
    if (found.size() < 2 || dice.nextInt(4) > 0) {
      return slice;
    }
    List<Stored> fewer = List.copyOf(found.subList(0, 1 + dice.nextInt(found.size() - 1)));
    return new Slice(fewer, fewer.getLast().offset() + 1, false, slice.lost());
  }

  @Override
  public void fetch(int partition, long[] offsets, Consumer<List<Stored>> answer) {
    later(asked -> log.fetch(partition, offsets, asked), answer);
  }

  @Override
  public @Nullable EngineFailure trouble() {
    return engine.trouble();
  }

  @Override
  public int partition(String stream, int partition) {
    return log.partition(stream, partition);
  }

  @Override
  public void seek(int partition, long timestampMillis, LongConsumer answer) {
    this.<Long>later(asked -> log.seek(partition, timestampMillis, asked::accept), answer::accept);
  }

  @Override
  public void tick(long nowMillis) {
    engine.tick(nowMillis);
  }

  @Override
  public void close() {
    engine.close();
  }

  @Override
  public int partitions() {
    return log.partitions();
  }

  @Override
  public boolean captures(Message message) {
    return log.captures(message);
  }

  @Override
  public long head(int partition) {
    return log.head(partition);
  }

  @Override
  public long start(int partition) {
    return log.start(partition);
  }

  @Override
  public long endangered(int partition) {
    return log.endangered(partition);
  }

  @Override
  public Position position(int partition, long offset) {
    return log.position(partition, offset);
  }
}
