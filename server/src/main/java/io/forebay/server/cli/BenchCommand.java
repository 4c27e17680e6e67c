package io.forebay.server.cli;

import io.forebay.core.message.Qos;
import io.forebay.server.bench.BenchPlan;
import io.forebay.server.bench.BenchResult;
import io.forebay.server.bench.BenchRun;
import io.forebay.server.client.ClientException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `forebay bench`: load on a broker, and what it did with it.
@Command(
    name = "bench",
    sortOptions = false,
    description = {
      "Puts load on a broker and measures it.",
      "Throughput, latency percentiles, and an exact count of lost and duplicate messages. Always",
      "ends by itself."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  forebay bench                            (as fast as acknowledged, QoS 1)",
      "  forebay bench --pubs 100 --subs 100 --filter bench/%%d --rate 50   (pairs)",
      "  forebay bench --subs 1000 --rate 100     (fan-out, 100,000 deliveries/s)",
      "  forebay bench --pubs 999 --subs 4 --filter '$share/g/bench/+' --rate 9   (fan-in)",
      "  forebay bench --qos 2 --window 20 --size 1024 --duration 30s --warmup 5s",
      "  forebay bench --connections 50000 --duration 1m     (idle, subscribed)",
      "  forebay bench --json | tail -1 | jq .delivery.p99",
      "",
      "With --rate, latency counts from the time a message was due, so that a stall of",
      "the broker is seen in full (coordinated omission). Without, from when it was sent.",
      "Lost are messages that the broker took and a subscriber of theirs never got; at",
      "QoS 0 a broker may do so, and the socket counts as the broker.",
      "Exit code: 0 done, 1 not connected, connections lost, publishes refused, or",
      "messages lost at QoS 1 or 2; 2 wrong arguments."
    })
public final class BenchCommand implements Callable<Integer> {

  @Option(
      names = "--pubs",
      paramLabel = "N",
      description = "Publishers (default: 1, or 0 with --connections).")
  private @Nullable Integer publishers;

  @Option(
      names = "--subs",
      paramLabel = "N",
      description = "Subscribers (default: 1, or 0 with --connections).")
  private @Nullable Integer subscribers;

  @Option(
      names = "--connections",
      paramLabel = "N",
      defaultValue = "0",
      description = "Idle connections with one subscription each (default: ${DEFAULT-VALUE}).")
  private int idle;

  @Option(
      names = "--topic",
      paramLabel = "TOPIC",
      defaultValue = "bench/%d",
      description = "%%d is the publisher's number (default: bench/%%d).")
  private String topic = "bench/%d";

  @Option(
      names = "--filter",
      paramLabel = "FILTER",
      description =
          "%%d is the subscriber's number modulo --pubs (default: the topic with + for %%d: each"
              + " subscriber gets everything).")
  private @Nullable String filter;

  @Option(
      names = {"-q", "--qos"},
      paramLabel = "QOS",
      defaultValue = "1",
      converter = QosConverter.class,
      description = "Of publishes and subscriptions (default: ${DEFAULT-VALUE}).")
  private Qos qos = Qos.AT_LEAST_ONCE;

  @Option(
      names = "--size",
      paramLabel = "BYTES",
      defaultValue = "100",
      description = "Payload, 24 or more (default: ${DEFAULT-VALUE}).")
  private int payloadBytes;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "0",
      description = "Messages per second of each publisher; 0 as fast as acknowledged (default).")
  private double rate;

  @Option(
      names = "--window",
      paramLabel = "N",
      defaultValue = "100",
      description = "Unacknowledged messages of each publisher (default: ${DEFAULT-VALUE}).")
  private int window;

  @Option(
      names = "--duration",
      paramLabel = "TIME",
      defaultValue = "10s",
      converter = DurationConverter.class,
      description = "Measured time (default: ${DEFAULT-VALUE}).")
  private Duration duration = Duration.ofSeconds(10);

  @Option(
      names = "--warmup",
      paramLabel = "TIME",
      defaultValue = "2s",
      converter = DurationConverter.class,
      description = "Load before that, whose numbers are thrown away (default: ${DEFAULT-VALUE}).")
  private Duration warmup = Duration.ofSeconds(2);

  @Option(
      names = "--event-loops",
      paramLabel = "N",
      description = "Threads of the load generator (default: half the processors).")
  private @Nullable Integer eventLoops;

  @Option(names = "--json", description = "The result as one line of JSON on standard output.")
  private boolean json;

  @Mixin private ConnectOptions connect = new ConnectOptions();

  @Override
  public Integer call() throws InterruptedException {
    BenchPlan plan = plan();
    PrintWriter out = connect.out();
    BenchRun run =
        new BenchRun(plan, new ProgressLine(connect.errors(), ProgressLine.onTerminal()));
    try {
      BenchResult result = run.run();
      if (json) {
        out.println(BenchReport.json(plan, result));
      } else {
        BenchReport.table(plan, result).forEach(out::println);
      }
      out.flush();
      return good(result) ? 0 : 1;
    } catch (ClientException e) {
      connect.complain(e.getMessage());
      return 1;
    }
  }

  private boolean good(BenchResult result) {
    boolean lossAllowed = qos == Qos.AT_MOST_ONCE;
    return result.connectionsLost() == 0
        && result.refused() == 0
        && (lossAllowed || result.lost() == 0);
  }

  private BenchPlan plan() {
    int each = idle > 0 && publishers == null && subscribers == null ? 0 : 1;
    try {
      return new BenchPlan(
          connect.toClientOptions("bench"),
          publishers != null ? publishers : each,
          subscribers != null ? subscribers : each,
          idle,
          topic,
          filter != null ? filter : topic.replace("%d", "+"),
          qos,
          payloadBytes,
          rate,
          warmup,
          duration,
          window,
          eventLoops != null ? eventLoops : defaultEventLoops());
    } catch (IllegalArgumentException e) {
      throw connect.wrong(String.valueOf(e.getMessage()));
    }
  }

  private static int defaultEventLoops() {
    return Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
  }
}
