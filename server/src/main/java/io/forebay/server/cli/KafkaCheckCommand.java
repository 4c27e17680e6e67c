package io.forebay.server.cli;

import io.forebay.server.config.Config;
import io.forebay.server.config.Engine;
import io.forebay.server.kafka.ClusterFacts;
import io.forebay.server.kafka.ClusterReader;
import io.forebay.server.kafka.Findings;
import io.forebay.server.kafka.RoundTrip;
import io.forebay.server.kafka.Trouble;
import io.forebay.server.logging.ControlCharacters;
import io.forebay.server.logging.Logging;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.slf4j.event.Level;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `forebay kafka check`: whether nodes can live on a cluster.
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    description = {
      "Connect to Kafka as a node would, show what nodes would find there, tell what is missing,",
      "and send one record to the default topic and back. Subscribers do not see that record;",
      "nothing else is changed."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  forebay kafka check --config forebay.yaml",
      "  forebay kafka check --set engine=kafka --set kafka.bootstrap.servers=localhost:9092",
      "  forebay kafka check --no-round-trip               only look",
      "  FOREBAY_LOG=org.apache.kafka=debug forebay kafka check    what Kafka's client does",
      "",
      "Exit code: 0 nothing is missing, 1 Kafka is away or something is missing,",
      "           2 the configuration cannot be used or has no engine: kafka.",
    })
final class KafkaCheckCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private final ConfigOptions options = new ConfigOptions();

  @Option(names = "--no-round-trip", description = "Write nothing.")
  private boolean noRoundTrip;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      defaultValue = "10s",
      converter = DurationConverter.class,
      description = "How long to wait for each answer (default: ${DEFAULT-VALUE}).")
  private Duration timeout = Duration.ofSeconds(10);

  @Override
  public Integer call() throws InterruptedException {
    Config config = options.load().config();
    checkArguments(config);
    if (System.getenv("FOREBAY_LOG") == null) {
      // It would tell every failed attempt, and we tell what came of them.
      Logging.start("org.apache.kafka=off", Level.WARN);
    }
    PrintWriter out = spec.commandLine().getOut();
    List<String> problems = new ArrayList<>();
    try {
      ClusterFacts cluster = new ClusterReader(config.kafka(), timeout).read();
      Findings findings = Findings.of(config, cluster);
      new ClusterTable(config, cluster).lines().forEach(line -> print(out, line));
      findings.notes().forEach(note -> print(out, "note: " + note));
      problems.addAll(findings.problems());
      if (!noRoundTrip) {
        print(out, roundTrip(config, cluster));
      }
    } catch (Trouble trouble) {
      problems.add(String.valueOf(trouble.getMessage()));
    } finally {
      out.flush();
    }
    problems.forEach(problem -> UserErrors.tell(spec.commandLine(), problem));
    return problems.isEmpty() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }

  private void checkArguments(Config config) {
    if (config.engine() != Engine.KAFKA) {
      throw new ParameterException(
          spec.commandLine(),
          "the configuration has engine: %s; set engine: kafka and kafka.bootstrap.servers"
              .formatted(config.engine()));
    }
    if (timeout.toMillis() < 1 || timeout.compareTo(Duration.ofHours(1)) > 0) {
      throw new ParameterException(spec.commandLine(), "--timeout must be 1ms to 1h");
    }
  }

  private String roundTrip(Config config, ClusterFacts cluster)
      throws Trouble, InterruptedException {
    String topic = config.kafka().defaultTopic();
    if (!cluster.topics().containsKey(topic)) {
      return "round trip: not tried, as there is no topic " + topic;
    }
    RoundTrip trip = RoundTrip.attempt(config.kafka(), UUID.randomUUID().toString(), timeout);
    return "round trip: written in %d ms, read back in %d ms (%s, partition %d, offset %d)"
        .formatted(trip.writtenMillis(), trip.readMillis(), topic, trip.partition(), trip.offset());
  }

  private static void print(PrintWriter out, String line) {
    out.println(ControlCharacters.escape(line));
  }
}
