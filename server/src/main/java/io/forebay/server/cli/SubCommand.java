package io.forebay.server.cli;

import io.forebay.core.message.Qos;
import io.forebay.mqtt.ReasonCode;
import io.forebay.mqtt.Suback;
import io.forebay.mqtt.Subscribe;
import io.forebay.server.client.Answers;
import io.forebay.server.client.ClientException;
import io.forebay.server.client.ClientOptions;
import io.forebay.server.client.EventLoops;
import io.forebay.server.client.MqttClient;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `forebay sub`: prints what is published.
@Command(
    name = "sub",
    sortOptions = false,
    description = "Subscribe, and print each message as 'topic payload' or as JSON.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  forebay sub -t 'rooms/+/light'",
      "  forebay sub -t 'rooms/#' -t 'doors/#' -q 1",
      "  forebay sub -t '#' --json | jq .topic",
      "  forebay sub -t answers/me -C 1 -W 10           (one, or fail after 10 s)",
      "  forebay sub -t 'orders/#' -q 1 -i worker-1 -c  (and what came meanwhile)",
      "  forebay sub -t '$share/workers/orders/#' -q 1  (share with others)",
      "  forebay sub -t 'rooms/#' --from 1h             (replay, then follow)",
      "",
      "Exit code: 0 done, 1 refused, lost or too few messages, 2 wrong arguments."
    })
public final class SubCommand implements Callable<Integer> {
  private static final int STDOUT_BUFFER_BYTES = 64 * 1024;

  private final OutputStream standardOutput;

  @Option(
      names = {"-t", "--topic"},
      required = true,
      paramLabel = "FILTER",
      description = "Topic filter, may hold + and #; repeatable.")
  private List<String> filters = List.of();

  @Option(
      names = {"-q", "--qos"},
      paramLabel = "QOS",
      defaultValue = "0",
      converter = QosConverter.class,
      description = "Highest QoS to deliver with: 0, 1 or 2 (default: ${DEFAULT-VALUE}).")
  private Qos qos = Qos.AT_MOST_ONCE;

  @Option(names = "--no-local", description = "Without what this client publishes (MQTT 5).")
  private boolean noLocal;

  @Option(
      names = "--retain-as-published",
      description = "Show the retain flag as the publisher set it (MQTT 5).")
  private boolean retainAsPublished;

  @Option(
      names = "--retain-handling",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Retained messages: 0 send, 1 only for a new subscription, 2 do not send (MQTT 5).")
  private int retainHandling;

  @Option(
      names = {"-c", "--keep-session"},
      description = "Keep the session, and take up the one that was kept; needs --id.")
  private boolean keepSession;

  @Option(
      names = "--session-expiry",
      paramLabel = "TIME",
      defaultValue = "1h",
      converter = DurationConverter.class,
      description = "How long it is kept (MQTT 5; default: ${DEFAULT-VALUE}).")
  private Duration sessionExpiry = Duration.ofHours(1);

  @Option(
      names = {"-C", "--count"},
      paramLabel = "COUNT",
      description = "Stop after so many messages.")
  private long count;

  @Option(
      names = {"-W", "--wait"},
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "Stop after so long; a bare number is seconds.")
  private @Nullable Duration wait;

  @Option(
      names = "--from",
      paramLabel = "WHEN",
      description =
          "Replay from here on, then follow: 1h, earliest, an instant (2026-01-31T12:00:00Z) or a"
              + " position (default/0/1/4711).")
  private @Nullable String from;

  @Option(names = "--json", description = "One JSON object per message with all its properties.")
  private boolean json;

  @Mixin private ConnectOptions connect = new ConnectOptions();

  public SubCommand() {
    this(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), STDOUT_BUFFER_BYTES));
  }

  /// @param standardOutput buffered
  SubCommand(OutputStream standardOutput) {
    this.standardOutput = standardOutput;
  }

  @Override
  public Integer call() {
    checkArguments();
    List<Subscribe.Entry> entries = entries();
    ClientOptions options = options();
    Printer printer = new Printer(standardOutput, json, InstantSource.system(), count);
    try (EventLoops loops = EventLoops.create(1)) {
      MqttClient client = Answers.await(connect(loops, options, printer));
      requireGranted(Answers.await(client.subscribe(0, entries)));
      return follow(client, printer);
    } catch (ClientException e) {
      if (printer.endedWell()) {
        return 0;
      }
      connect.complain(e.getMessage());
      return 1;
    }
  }

  /// The end of printing closes the connection at once and on its own event loop, so that no
  /// message is acknowledged that was not printed.
  private static CompletableFuture<MqttClient> connect(
      EventLoops loops, ClientOptions options, Printer printer) {
    return MqttClient.connect(loops, options, printer)
        .thenApply(
            client -> {
              printer.ending().thenRun(client::disconnect);
              return client;
            });
  }

  private int follow(MqttClient client, Printer printer) {
    Thread goodbye = Thread.ofPlatform().unstarted(() -> sayGoodbye(client));
    Runtime.getRuntime().addShutdownHook(goodbye);
    try {
      Printer.Ending ending = await(printer);
      client.disconnect().join();
      if (ending.trouble() != null) {
        connect.complain(ending.trouble());
      }
      return ending.trouble() == null ? 0 : 1;
    } finally {
      removeHook(goodbye);
    }
  }

  private Printer.Ending await(Printer printer) {
    if (wait != null) {
      Printer.Ending timeIsUp =
          new Printer.Ending(
              count > 0
                  ? "fewer than " + count + " messages within " + wait.toSeconds() + " s"
                  : null);
      printer.ending().completeOnTimeout(timeIsUp, wait.toMillis(), TimeUnit.MILLISECONDS);
    }
    return Answers.await(printer.ending());
  }

  /// Ctrl-C.
  private static void sayGoodbye(MqttClient client) {
    client.disconnect().completeOnTimeout(null, 1, TimeUnit.SECONDS).join();
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException _) {
      // The process is ending already: the hook runs.
    }
  }

  private void requireGranted(Suback answer) {
    for (int i = 0; i < filters.size(); i++) {
      ReasonCode reason = answer.reasons().get(i);
      if (reason.failure()) {
        throw new ClientException(
            "the broker refused the subscription to '%s': %s"
                .formatted(filters.get(i), ClientException.words(reason, answer.reasonString())));
      }
    }
  }

  private ClientOptions options() {
    ClientOptions options = connect.toClientOptions("sub");
    return keepSession ? options.withKeptSession(sessionExpiry.toSeconds()) : options;
  }

  private List<Subscribe.Entry> entries() {
    return filters.stream().map(this::withReplay).map(this::entry).toList();
  }

  private Subscribe.Entry entry(String filter) {
    return new Subscribe.Entry(filter, qos, noLocal, retainAsPublished, retainHandling);
  }

  private String withReplay(String filter) {
    try {
      return from == null ? filter : new Replay(from).filter(filter);
    } catch (IllegalArgumentException e) {
      throw connect.wrong(String.valueOf(e.getMessage()));
    }
  }

  private void checkArguments() {
    if (retainHandling < 0 || retainHandling > 2) {
      throw connect.wrong("--retain-handling must be 0, 1 or 2, not " + retainHandling);
    }
    if (count < 0) {
      throw connect.wrong("--count must not be negative");
    }
    if (keepSession && !connect.namesClient()) {
      throw connect.wrong("--keep-session needs --id, by which the broker finds the session");
    }
    if (filters.contains("")) {
      throw connect.wrong("--topic must not be empty");
    }
    connect.requireVersion5(noLocal, "--no-local");
    connect.requireVersion5(retainAsPublished, "--retain-as-published");
    connect.requireVersion5(retainHandling > 0, "--retain-handling");
  }
}
