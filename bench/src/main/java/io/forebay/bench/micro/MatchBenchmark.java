package io.forebay.bench.micro;

import io.forebay.core.topic.SubscriptionIndex;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/// Topics against a million filters without wildcards, and against 100,000 with: of each of 100
/// sites one dashboard has all, one alarm desk a `+`, and 998 devices their own commands. Every
/// topic is another one than before, so nothing is remembered between calls.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class MatchBenchmark {
  private static final int EXACT = 1_000_000;
  private static final int SITES = 100;
  private static final int DEVICES = 998;
  private static final int TOPICS = 1 << 16;

  private final SubscriptionIndex<String> exact = new SubscriptionIndex<>();
  private final SubscriptionIndex<String> wildcards = new SubscriptionIndex<>();
  private final String[] names = new String[TOPICS];
  private final String[] readings = new String[TOPICS];
  private int next;

  @Setup
  public void fill() {
    for (int i = 0; i < EXACT; i++) {
      add(exact, "notifications/c" + i);
    }
    for (int site = 0; site < SITES; site++) {
      add(wildcards, "sites/" + site + "/#");
      add(wildcards, "sites/" + site + "/devices/+/alarm");
      for (int device = 0; device < DEVICES; device++) {
        add(wildcards, "sites/" + site + "/devices/" + device + "/commands/+");
      }
    }
    Random random = new Random(1);
    for (int i = 0; i < TOPICS; i++) {
      names[i] = "notifications/c" + random.nextInt(EXACT);
      String device = "sites/" + random.nextInt(SITES) + "/devices/" + random.nextInt(DEVICES);
      readings[i] = device + (random.nextInt(10) == 0 ? "/alarm" : "/commands/restart");
    }
  }

  private static void add(SubscriptionIndex<String> index, String filter) {
    index.update(filter, there -> filter);
  }

  @Benchmark
  public @Nullable String exact() {
    return exact.exact(names[next()]);
  }

  @Benchmark
  public void wildcards(Blackhole found) {
    wildcards.wildcards(readings[next()], found::consume);
  }

  private int next() {
    next = (next + 1) & (TOPICS - 1);
    return next;
  }
}
