package io.forebay.kafka;

import io.forebay.kafka.mapping.RecordMapping;
import io.forebay.kafka.mapping.StreamNames;
import java.time.Duration;
import java.util.Map;
import java.util.function.Predicate;

/// What a node has to know to share a Kafka cluster with others.
///
/// @param node its name; no two running nodes have the same
/// @param client properties of Kafka's clients, as the user gave them
/// @param names which topics of Kafka hold messages
/// @param mapping messages to records and back
/// @param consumed whether this node reads the Kafka topic of this name
/// @param recover how far back a node reads that has no copy yet, before it is ready
/// @param createTopics whether topics that Forebay needs are made where they are missing
/// @param replicationFactor of those; -1 for what the brokers do
/// @param partitions of the default topic, when it is made
/// @param nodeTimeout a node that was silent for so long is taken for dead
/// @param farReaders consumers for what is no longer in this node's copy
public record KafkaSettings(
    String node,
    Map<String, String> client,
    StreamNames names,
    RecordMapping mapping,
    Predicate<String> consumed,
    Duration recover,
    boolean createTopics,
    short replicationFactor,
    int partitions,
    Duration nodeTimeout,
    int farReaders) {

  /// What all nodes agree on: rows, claims, nodes, the numbers of partitions. One partition.
  public static final String CONTROL_TOPIC = "forebay.sessions";

  /// Words between nodes, and that they live. One partition.
  public static final String WORDS_TOPIC = "forebay.queues";

  /// MQTT topic → its retained message. One partition.
  public static final String RETAINED_TOPIC = "forebay.retained";

  public KafkaSettings {
    client = Map.copyOf(client);
  }
}
