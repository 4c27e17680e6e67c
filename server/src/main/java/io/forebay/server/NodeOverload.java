package io.forebay.server;

import io.forebay.core.Broker;
import io.forebay.core.log.Batch;
import io.forebay.core.log.Engine;
import io.forebay.core.routing.Lane;
import io.forebay.server.config.OverloadConfig;
import io.forebay.server.overload.Delay;
import io.forebay.server.overload.HeapInUse;
import io.forebay.server.overload.OverloadWatcher;
import io.forebay.server.overload.Watched;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/// Whether the node has more to do than it can do: what is watched, and who is told.
final class NodeOverload {
  /// How often [#look] is to be called.
  static final long LOOK_MILLIS = 100;

  private final Watched memory;
  private final Watched lag;
  private final Watched commit;
  private final OverloadWatcher watcher;

  NodeOverload(Broker broker, Engine engine, OverloadConfig config) {
    LongSupplier nanos = System::nanoTime;
    int full = config.memoryHigh();
    int room = config.memoryLow();
    LongSupplier heap = new HeapInUse(HeapInUse.ofThisJvm(), full, room, nanos);
    memory = new Watched("heap in use", "%", heap, full, room);
    lag =
        new Watched(
            "event loop lag",
            "ms",
            slowest(broker.lanes(), nanos),
            config.lagHigh().toMillis(),
            config.lagLow().toMillis());
    commit =
        new Watched(
            "commit",
            "ms",
            new Delay(task -> engine.submit(nothing(task)), nanos),
            config.commitHigh().toMillis(),
            config.commitLow().toMillis());
    watcher = new OverloadWatcher(List.of(memory, lag, commit), broker::overloaded, nanos);
  }

  private static LongSupplier slowest(List<Lane> lanes, LongSupplier nanos) {
    List<Delay> delays = lanes.stream().map(lane -> new Delay(lane::execute, nanos)).toList();
    return () -> delays.stream().mapToLong(Delay::getAsLong).max().orElse(0);
  }

  /// Waits for its turn to commit as all others do, and writes nothing.
  private static Batch nothing(Runnable afterwards) {
    Batch batch = new Batch(0);
    batch.afterwards(_ -> afterwards.run());
    return batch;
  }

  /// Called by one thread.
  void look() {
    watcher.look();
  }

  /// By topic without `$SYS/broker/`. Any thread.
  Map<String, String> figures() {
    Map<String, String> figures = new LinkedHashMap<>();
    figures.put("overload/state", watcher.overloaded() ? "overloaded" : "normal");
    figures.put("overload/times", Long.toString(watcher.times()));
    figures.put("overload/heap/percent", Long.toString(memory.value()));
    figures.put("overload/lag/ms", Long.toString(lag.value()));
    figures.put("overload/commit/ms", Long.toString(commit.value()));
    return figures;
  }

  void bind(MeterRegistry registry) {
    Gauge.builder("forebay.overloaded", watcher, each -> each.overloaded() ? 1 : 0)
        .description("1 while new clients are refused and publishers are not read")
        .register(registry);
    FunctionCounter.builder("forebay.overloads", watcher, OverloadWatcher::times)
        .description("Times that the node was overloaded")
        .register(registry);
    gauge(registry, memory, "heap.percent", "Heap in use after a collection, percent");
    gauge(registry, lag, "lag.ms", "How late an event loop gets to its work, milliseconds");
    gauge(registry, commit, "commit.ms", "How long the log takes to commit, milliseconds");
  }

  private static void gauge(MeterRegistry registry, Watched watched, String name, String doc) {
    Gauge.builder("forebay.overload." + name, watched, Watched::value)
        .description(doc)
        .register(registry);
  }
}
