package io.forebay.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.server.config.Config;
import io.forebay.server.config.ConfigLoader;
import io.forebay.server.kafka.ClusterFacts;
import io.forebay.server.kafka.TopicFacts;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.Node;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class KafkaCheckCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int check(String... words) {
    List<String> arguments = new ArrayList<>(List.of("kafka", "check"));
    arguments.addAll(List.of(words));
    String[] all = arguments.toArray(String[]::new);
    CommandLine command =
        ForebayCommand.commandLine(
            config -> {
              throw new IllegalStateException("no node is started");
            },
            all);
    command.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    return command.execute(all);
  }

  @Test
  void kafkaThatDoesNotAnswerIsToldWithItsPlaceAndWhatToDo() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String servers = "127.0.0.1:" + silent.getLocalPort();

      int code =
          check(
              "--set=engine=kafka", "--set=kafka.bootstrap.servers=" + servers, "--timeout=200ms");

      assertThat(code).isEqualTo(1);
      assertThat(err.toString())
          .contains("Kafka at " + servers + " does not answer within 200 ms; is it running");
      assertThat(out.toString()).isEmpty();
    }
  }

  @Test
  void aPropertyThatKafkasClientCannotUseIsTold() {
    int code =
        check(
            "--set=engine=kafka",
            "--set=kafka.bootstrap.servers=127.0.0.1:1",
            "--set=kafka.security.protocol=SSL",
            "--set=kafka.ssl.truststore.location=no-such-file.p12",
            "--timeout=200ms");

    assertThat(code).isEqualTo(1);
    assertThat(err.toString()).contains("Kafka at 127.0.0.1:1 cannot be used", "no-such-file.p12");
  }

  @Test
  void aConfigurationWithoutKafkaIsRefused() {
    assertThat(check()).isEqualTo(2);
    assertThat(err.toString())
        .contains("the configuration has engine: embedded; set engine: kafka");
  }

  @Test
  void aTimeoutThatIsNoneIsRefused() {
    assertThat(check("--set=engine=kafka", "--set=kafka.bootstrap.servers=a:1", "--timeout=0s"))
        .isEqualTo(2);
  }

  @Test
  void theTableSaysWhatEachTopicHoldsAndWhetherItIsRead() {
    Config config =
        ConfigLoader.load(
            null,
            Map.of(),
            List.of(
                "engine=kafka",
                "kafka.bootstrap.servers=a:1",
                "kafka.streams=vehicles",
                "streams.vehicles.consume=none"));
    SortedMap<String, TopicFacts> topics = new TreeMap<>();
    Map<String, String> day = Map.of("cleanup.policy", "delete", "retention.ms", "86400000");
    Map<String, String> bytes =
        Map.of("cleanup.policy", "delete", "retention.ms", "-1", "retention.bytes", "1000");
    topics.put("vehicles", new TopicFacts("vehicles", 4, 3, day, Set.of()));
    topics.put("forebay", new TopicFacts("forebay", 8, 1, bytes, Set.of()));
    topics.put(
        "forebay.sessions",
        new TopicFacts("forebay.sessions", 1, 3, Map.of("cleanup.policy", "compact"), Set.of()));
    SortedMap<String, Short> features = new TreeMap<>(Map.of("metadata.version", (short) 33));
    ClusterFacts cluster =
        new ClusterFacts("c1", List.of(new Node(1, "k1", 9092)), features, 33, Map.of(), topics);

    assertThat(new ClusterTable(config, cluster).lines())
        .containsExactly(
            "cluster c1",
            "brokers 1 (k1:9092)",
            "versions metadata.version 33",
            "",
            "topic             holds    partitions replicas  kept               nodes read it",
            "forebay           the rest          8        1  for ever, 1000 B   yes",
            "forebay.sessions  state             1        3  compacted          yes",
            "vehicles          stream            4        3  24h                no",
            "");
  }
}
