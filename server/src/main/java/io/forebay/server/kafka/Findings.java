package io.forebay.server.kafka;

import io.forebay.kafka.mapping.StreamNames;
import io.forebay.server.config.Config;
import io.forebay.server.config.Consume;
import io.forebay.server.config.KafkaConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.apache.kafka.common.acl.AclOperation;
import org.jspecify.annotations.Nullable;

/// What of a cluster is not as nodes need it.
///
/// @param problems to be mended before nodes can work, each with what to do
/// @param notes what a node will do about the rest
public record Findings(List<String> problems, List<String> notes) {

  /// The metadata version of Kafka 3.9, the oldest that we know.
  private static final int OLDEST_METADATA_VERSION = 21;

  public static Findings of(Config config, ClusterFacts cluster) {
    Findings findings = new Findings(new ArrayList<>(), new ArrayList<>());
    if (cluster.newest() > 0 && cluster.newest() < OLDEST_METADATA_VERSION) {
      findings.problems.add("the brokers are older than Kafka 3.9; use 3.9 or newer");
    }
    findings.missing(config.kafka(), cluster);
    cluster.topics().values().forEach(topic -> findings.topic(config, topic));
    return findings;
  }

  private void missing(KafkaConfig config, ClusterFacts cluster) {
    TreeSet<String> made = new TreeSet<>(StreamNames.SYSTEM);
    made.add(config.defaultTopic());
    made.removeAll(cluster.topics().keySet());
    for (String name : made) {
      if (!config.createTopics()) {
        problems.add(
            "topic %s is missing, and kafka.create-topics is false; make it: %s"
                .formatted(name, create(config, name)));
      } else if (cluster.refused().containsKey(name)) {
        problems.add(
            ("topic %s is missing or hidden, and a node could not make it (%s); grant the operation"
                    + " Create on it, or make it and grant Read, Write and Describe: %s")
                .formatted(name, cluster.refused().get(name), create(config, name)));
      } else {
        notes.add("topic " + name + " is missing; the first node makes it");
      }
    }
    for (String stream : config.streams().all()) {
      if (StreamNames.legal(stream) && !cluster.topics().containsKey(stream)) {
        problems.add(
            ("stream %s of kafka.streams is missing or hidden; make it (%s), or grant the operation"
                    + " Describe on it")
                .formatted(stream, create(config, stream)));
      }
    }
  }

  private static String create(KafkaConfig config, String name) {
    String command = "kafka-topics.sh --create --topic " + name;
    if (!StreamNames.SYSTEM.contains(name)) {
      return command + " --partitions " + config.partitions();
    }
    return command + " --partitions 1 --config cleanup.policy=compact";
  }

  private void topic(Config config, TopicFacts topic) {
    boolean system = StreamNames.SYSTEM.contains(topic.name());
    boolean reads = system || config.ofKafkaTopic(topic.name()).consume() == Consume.ALL;
    grant(topic, reads ? AclOperation.READ : null, "Read");
    grant(topic, AclOperation.WRITE, "Write");
    grant(topic, AclOperation.DESCRIBE, "Describe");
    String policy = topic.configs().get("cleanup.policy");
    if (system && policy != null && !policy.equals("compact")) {
      problems.add(
          ("topic %s has cleanup.policy=%s and would forget; set it: kafka-configs.sh --alter"
                  + " --topic %s --add-config cleanup.policy=compact")
              .formatted(topic.name(), policy, topic.name()));
    }
    // Its order is the order of everything that nodes agree on.
    boolean one = system && !topic.name().equals("forebay.retained");
    if (one && topic.partitions() != 1) {
      problems.add(
          "topic %s has %d partitions where 1 is needed; delete it, and let a node make it"
              .formatted(topic.name(), topic.partitions()));
    }
  }

  private void grant(TopicFacts topic, @Nullable AclOperation needed, String name) {
    if (needed != null && !topic.allowed().contains(needed)) {
      problems.add(
          ("we may not %s topic %s; grant it: kafka-acls.sh --add --allow-principal User:…"
                  + " --operation %s --topic %s")
              .formatted(name.toLowerCase(Locale.ROOT), topic.name(), name, topic.name()));
    }
  }
}
