package io.forebay.bench.micro;

import io.forebay.core.log.Batch;
import io.forebay.core.log.CommitListener;
import io.forebay.core.log.EngineFailure;
import io.forebay.core.log.Log;
import io.forebay.core.log.Stored;
import io.forebay.core.message.Message;
import io.forebay.core.message.Properties;
import io.forebay.core.message.Qos;
import io.forebay.core.topic.FilterSet;
import io.forebay.store.Durability;
import io.forebay.store.EmbeddedEngine;
import io.forebay.store.StoreSettings;
import io.forebay.store.StreamSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// The engine on disk: a batch of 512 messages from submission until it is settled, and a slice of
/// 512 messages of one topic in ten for a reader that is far behind. Per message; the folder is
/// `java.io.tmpdir`'s.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class LogBenchmark {
  private static final int BATCH = 512;
  private static final int FILL_BATCHES = 1_000;
  private static final int TOPICS = 10;
  private static final long RETAIN_BYTES = 2L << 30;

  @Param({"OS", "DISK"})
  Durability durability = Durability.OS;

  private final BlockingQueue<Long> answers = new ArrayBlockingQueue<>(1);
  private final FilterSet filters = new FilterSet(List.of("topics/3"));
  private @Nullable Path folder;
  private @Nullable EmbeddedEngine engine;
  private long next;

  @Setup
  public void open() throws IOException, InterruptedException {
    folder = Files.createTempDirectory("forebay-bench");
    engine =
        EmbeddedEngine.open(
            StoreSettings.of(folder, 1 << 20),
            List.of(
                new StreamSettings(
                    StreamSettings.DEFAULT,
                    List.of(),
                    StreamSettings.Capture.ALL,
                    durability,
                    TimeUnit.DAYS.toMillis(1),
                    RETAIN_BYTES)));
    engine.start(new Settled());
    for (int i = 0; i < FILL_BATCHES; i++) {
      commit();
    }
  }

  @TearDown
  public void close() throws IOException {
    engine().close();
    try (var files = Files.walk(folder)) {
      for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }

  @Benchmark
  @OperationsPerInvocation(BATCH)
  public long commit() throws InterruptedException {
    Batch batch = new Batch(0);
    for (int i = 0; i < BATCH; i++) {
      batch.append(message(i), null, 0, null);
    }
    engine().submit(batch);
    return answers.take();
  }

  @Benchmark
  @OperationsPerInvocation(BATCH)
  public long catchUp() throws InterruptedException {
    Log log = engine().log();
    if (next >= log.head(0) / 2) {
      next = log.start(0);
    }
    log.read(new Log.Request(0, next, filters, BATCH), this::answer);
    next = answers.take();
    return next;
  }

  private void answer(Log.Slice slice) {
    answer(slice.nextOffset());
  }

  private void answer(long value) {
    try {
      answers.put(value);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Message message(int number) {
    return new Message(
        "topics/" + number % TOPICS,
        new byte[256],
        Qos.AT_LEAST_ONCE,
        false,
        Properties.NONE,
        "bench",
        System.currentTimeMillis(),
        Message.NEVER);
  }

  private EmbeddedEngine engine() {
    if (engine == null) {
      throw new IllegalStateException("JMH calls open() first");
    }
    return engine;
  }

  private final class Settled implements CommitListener {
    @Override
    public boolean committed(Stored stored) {
      return false;
    }

    @Override
    public void settled(Batch batch, @Nullable EngineFailure failure) {
      answer(0);
    }

    @Override
    public void endOfCommit() {}
  }
}
