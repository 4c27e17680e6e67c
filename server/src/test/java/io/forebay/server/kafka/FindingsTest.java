package io.forebay.server.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.server.config.Config;
import io.forebay.server.config.ConfigLoader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.acl.AclOperation;
import org.junit.jupiter.api.Test;

class FindingsTest {
  private static final Set<AclOperation> ALL = Set.of(AclOperation.values());
  private static final Map<String, String> COMPACT = Map.of("cleanup.policy", "compact");

  private final SortedMap<String, TopicFacts> topics = new TreeMap<>();

  private final Map<String, String> refused = new HashMap<>();

  FindingsTest() {
    topic("forebay", 8, Map.of(), ALL);
    topic("forebay.sessions", 1, COMPACT, ALL);
    topic("forebay.queues", 1, COMPACT, ALL);
    topic("forebay.retained", 4, COMPACT, ALL);
  }

  @Test
  void aClusterThatHasEverythingIsFine() {
    topic("vehicles", 3, Map.of(), ALL);

    Findings findings = find(33, "kafka.streams=vehicles,telemetry-.*");

    assertThat(findings).isEqualTo(new Findings(List.of(), List.of()));
  }

  @Test
  void whatANodeMakesIsANoteAndElseAProblem() {
    topics.remove("forebay");
    topics.remove("forebay.queues");

    assertThat(find(0))
        .isEqualTo(
            new Findings(
                List.of(),
                List.of(
                    "topic forebay is missing; the first node makes it",
                    "topic forebay.queues is missing; the first node makes it")));
    refused.put("forebay.queues", "not yours");
    assertThat(find(0).problems())
        .singleElement()
        .asString()
        .contains("topic forebay.queues", "(not yours)", "grant the operation Create");
    assertThat(find(0, "kafka.create-topics=false", "kafka.partitions=3").problems())
        .containsExactly(
            "topic forebay is missing, and kafka.create-topics is false; make it:"
                + " kafka-topics.sh --create --topic forebay --partitions 3",
            "topic forebay.queues is missing, and kafka.create-topics is false; make it:"
                + " kafka-topics.sh --create --topic forebay.queues --partitions 1"
                + " --config cleanup.policy=compact");
  }

  @Test
  void aStreamThatIsNamedIsThere() {
    assertThat(find(0, "kafka.streams=vehicles,telemetry-.*").problems())
        .singleElement()
        .asString()
        .startsWith("stream vehicles of kafka.streams is missing or hidden; make it");
  }

  @Test
  void whatNodesMayNotDoIsToldWithWhatToGrant() {
    topic("vehicles", 3, Map.of(), Set.of(AclOperation.DESCRIBE));

    assertThat(find(0, "kafka.streams=vehicles").problems())
        .containsExactly(
            "we may not read topic vehicles; grant it: kafka-acls.sh --add"
                + " --allow-principal User:… --operation Read --topic vehicles",
            "we may not write topic vehicles; grant it: kafka-acls.sh --add"
                + " --allow-principal User:… --operation Write --topic vehicles");
    assertThat(find(0, "kafka.streams=vehicles", "streams.vehicles.consume=none").problems())
        .hasSize(1);
  }

  @Test
  void topicsOfTheNodesKeepTheLatestOfEverythingInOneOrder() {
    topic("forebay.sessions", 2, Map.of("cleanup.policy", "delete"), ALL);

    assertThat(find(0).problems())
        .containsExactly(
            "topic forebay.sessions has cleanup.policy=delete and would forget; set it:"
                + " kafka-configs.sh --alter --topic forebay.sessions --add-config"
                + " cleanup.policy=compact",
            "topic forebay.sessions has 2 partitions where 1 is needed; delete it, and let a node"
                + " make it");
  }

  @Test
  void brokersThatAreTooOldAreTold() {
    assertThat(find(20).problems()).singleElement().asString().contains("3.9");
    assertThat(find(21).problems()).isEmpty();
  }

  private void topic(
      String name, int partitions, Map<String, String> configs, Set<AclOperation> allowed) {
    topics.put(name, new TopicFacts(name, partitions, 1, configs, allowed));
  }

  private Findings find(int newest, String... sets) {
    List<String> all = new ArrayList<>(List.of("engine=kafka", "kafka.bootstrap.servers=a:1"));
    all.addAll(List.of(sets));
    Config config = ConfigLoader.load(null, Map.of(), all);
    return Findings.of(
        config, new ClusterFacts("id", List.of(), new TreeMap<>(), newest, refused, topics));
  }
}
