package io.forebay.bench.crowd;

import io.forebay.core.log.Engine;
import io.forebay.core.message.Qos;
import io.forebay.store.Durability;
import io.forebay.store.EmbeddedEngine;
import io.forebay.store.MemoryEngine;
import io.forebay.store.StoreSettings;
import io.forebay.store.StreamSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Connects clients through memory, lets each get a message per round, and reports bytes per
/// connection, pauses and latency.
@Command(name = "crowd", mixinStandardHelpOptions = true)
public final class Main implements Callable<Integer> {
  private static final int PUBLISHERS = 10;
  private static final int DRAIN_SECONDS = 60;
  private static final long RETAIN_BYTES = 256 << 20;
  private static final long RESERVE_BYTES = 1 << 30;

  @Option(names = "--clients", description = "Connections with a subscription of their own.")
  private int clients = 1_000_000;

  @Option(names = "--every", description = "Each gets a message every so many seconds.")
  private int everySeconds = 60;

  @Option(names = "--warm-up", description = "Seconds of the same load before what is measured.")
  private int warmUpSeconds = 20;

  @Option(names = "--seconds", description = "Seconds that are measured.")
  private int seconds = 60;

  @Option(names = "--qos", description = "0, or 1: through the log.")
  private int qos = 1;

  @Option(names = "--loops", description = "Event loops.")
  private int loops = 2;

  @Option(names = "--data", description = "A folder for the engine on disk; without it, in memory.")
  private @Nullable Path data;

  public static void main(String[] arguments) {
    // The loops are no daemons, and have millions of connections to close.
    Runtime.getRuntime().halt(new CommandLine(new Main()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    System.out.printf("flags      %s%n", Jvm.flags());
    Path pauses = Files.createTempFile("forebay-pauses", ".log");
    Report report = new Report(clients, pauses);
    report.before();
    try (Crowd crowd = new Crowd(engine(), loops)) {
      List<MemoryChannel> publishers = new ArrayList<>();
      for (int i = 1; i <= PUBLISHERS; i++) {
        publishers.add(crowd.join(-i));
      }
      // Held by the event loops' sockets otherwise.
      List<MemoryChannel> held = join(crowd);
      report.joined(crowd);
      double perSecond = (double) clients / everySeconds;
      Traffic traffic = new Traffic(publishers, clients, Qos.of(qos), perSecond);
      traffic.run(warmUpSeconds, () -> crowd.trouble() == null);
      report.begin(crowd);
      traffic.run(seconds, () -> crowd.trouble() == null);
      drain(crowd, traffic);
      report.end(crowd, traffic, held.size());
      return crowd.trouble() == null && crowd.received() == traffic.sent() ? 0 : 1;
    } finally {
      Files.delete(pauses);
    }
  }

  private Engine engine() {
    Durability durability = data == null ? Durability.MEMORY : Durability.OS;
    List<StreamSettings> streams =
        List.of(
            new StreamSettings(
                StreamSettings.DEFAULT,
                List.of(),
                StreamSettings.Capture.ACKNOWLEDGED,
                durability,
                TimeUnit.DAYS.toMillis(1),
                RETAIN_BYTES));
    return data == null
        ? new MemoryEngine(streams)
        : EmbeddedEngine.open(StoreSettings.of(data, RESERVE_BYTES), streams);
  }

  private List<MemoryChannel> join(Crowd crowd) throws InterruptedException {
    List<MemoryChannel> held = new ArrayList<>(clients);
    for (int i = 0; i < clients; i++) {
      held.add(crowd.join(i));
    }
    crowd.awaitJoined();
    return held;
  }

  private static void drain(Crowd crowd, Traffic traffic) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(DRAIN_SECONDS);
    while (crowd.received() < traffic.sent() && System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }
}
