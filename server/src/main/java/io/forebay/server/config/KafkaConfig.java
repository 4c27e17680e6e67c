package io.forebay.server.config;

import io.forebay.kafka.mapping.StreamNames;
import java.time.Duration;
import java.util.Map;

/// Section `kafka`.
public record KafkaConfig(
    @Doc(
            "Kafka topics that are streams: names, or regular expressions (without commas) that"
                + " match whole ones. The first level of an MQTT topic is the Kafka topic, the rest"
                + " the key.")
        Words streams,
    @Doc("The Kafka topic of all other messages, with the whole MQTT topic as key.")
        String defaultTopic,
    @Doc("How much of Kafka's log a node without a copy of its own reads before it is ready.")
        Duration recover,
    @Doc("Whether nodes make the default topic and their own topics where these are missing.")
        boolean createTopics,
    @Doc("Replicas of topics that nodes make. -1: as the brokers are configured.")
        int replicationFactor,
    @Doc("Partitions of the default topic, if a node makes it.") int partitions,
    @Doc("A node that is silent for this long is taken for dead.") Duration nodeTimeout,
    @Doc("Readers of what is older than a node's copy, at a time.") int farReaders,
    @Doc(
            "Beside these keys, any property of Kafka's clients by its own name:"
                + " bootstrap.servers, security.protocol, ssl.truststore.location and so on.")
        ClientProperties client) {

  public KafkaConfig {
    Check.that(
        StreamNames.dataTopic(defaultTopic),
        "default-topic",
        "'" + defaultTopic + "' cannot be the topic of messages",
        "use 1 to 249 characters of A-Z a-z 0-9 _ - . and no name that begins with __ or is one of"
            + " the nodes' own");
    for (String stream : streams.all()) {
      String problem = StreamNames.problem(stream, defaultTopic);
      if (problem != null) {
        throw new ConfigException("streams", problem, "name topics of Kafka that hold messages");
      }
    }
    Check.range("recover", recover, Duration.ZERO, Duration.ofDays(36_500));
    Check.that(
        replicationFactor == -1 || (replicationFactor >= 1 && replicationFactor <= Short.MAX_VALUE),
        "replication-factor",
        replicationFactor + " is out of range",
        "use -1 or 1 to " + Short.MAX_VALUE);
    Check.range("partitions", partitions, 1, 10_000);
    Check.range("node-timeout", nodeTimeout, Duration.ofSeconds(2), Duration.ofMinutes(10));
    Check.range("far-readers", farReaders, 1, 64);
  }

  public static KafkaConfig defaults() {
    return new KafkaConfig(
        Words.NONE,
        "forebay",
        Duration.ofMinutes(5),
        true,
        -1,
        8,
        Duration.ofSeconds(10),
        2,
        ClientProperties.NONE);
  }

  public StreamNames names() {
    return new StreamNames(streams.all(), defaultTopic);
  }

  /// Together with what other sections say.
  void check(Engine engine, Map<String, StreamConfig> sections) {
    if (engine == Engine.KAFKA) {
      Check.that(
          client.all().containsKey(ClientProperties.BOOTSTRAP),
          "kafka." + ClientProperties.BOOTSTRAP,
          "is missing, and engine: kafka needs it",
          "name some of the brokers as host:port, separated by commas");
      sections.forEach(this::checkSection);
      return;
    }
    // Ignored, it would leave somebody believing that messages are in Kafka.
    Check.that(
        equals(defaults()),
        "engine",
        "is " + engine + ", and the section kafka says something",
        "set engine: kafka, or remove the section");
    sections.forEach(
        (name, section) ->
            Check.that(
                section.consume() == Consume.ALL,
                "streams." + name + ".consume",
                "is for engine: kafka only",
                "remove the key"));
  }

  private void checkSection(String name, StreamConfig section) {
    Check.that(
        section.topics().all().isEmpty(),
        "streams." + name + ".topics",
        "chooses messages, which with engine: kafka the first level of their topic does",
        "remove the key");
    Check.that(
        name.equals(Config.DEFAULT_STREAM) || names().stream(name),
        "streams." + name,
        "is no stream of Kafka",
        name.equals(defaultTopic)
            ? "what concerns the default topic stands in streams.default"
            : "add '" + name + "' to kafka.streams, or remove the section");
    StreamConfig usual = StreamConfig.defaults();
    Check.that(
        section.capture() == usual.capture() && section.durability() == usual.durability(),
        "streams." + name,
        "says what is captured, or how durably, which with engine: kafka is Kafka's to say: it gets"
            + " every message",
        "remove capture and durability");
  }
}
