package io.forebay.server;

import io.forebay.core.log.Engine;
import io.forebay.core.log.Replica;
import io.forebay.kafka.KafkaEngine;
import io.forebay.kafka.KafkaSettings;
import io.forebay.kafka.mapping.RecordMapping;
import io.forebay.server.config.Config;
import io.forebay.server.config.Consume;
import io.forebay.server.config.KafkaConfig;
import io.forebay.server.config.NodeConfig;
import io.forebay.server.config.StreamConfig;
import io.forebay.store.Durability;
import io.forebay.store.EmbeddedEngine;
import io.forebay.store.LocalReplica;
import io.forebay.store.MemoryEngine;
import io.forebay.store.StoreSettings;
import io.forebay.store.StreamSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The engine that the configuration asks for.
final class NodeEngine {
  /// Kafka's topics have many partitions, so each has less.
  private static final int RECENT_MESSAGES = 2_048;

  private static final long RECENT_BYTES = 2L << 20;

  private NodeEngine() {}

  /// Opens it. Kafka is waited for.
  static Engine open(Config config) throws InterruptedException {
    return switch (config.engine()) {
      case KAFKA -> kafka(config);
      case EMBEDDED, RAFT -> embedded(config);
    };
  }

  /// On disk, unless no stream is to be.
  private static Engine embedded(Config config) {
    List<StreamSettings> streams = streams(config.streams());
    boolean inMemory = streams.stream().allMatch(each -> each.durability() == Durability.MEMORY);
    return inMemory ? new MemoryEngine(streams) : EmbeddedEngine.open(store(config), streams);
  }

  private static StoreSettings store(Config config) {
    NodeConfig node = config.node();
    return StoreSettings.of(node.data(), node.diskReserveBytes());
  }

  private static Engine kafka(Config config) throws InterruptedException {
    KafkaConfig kafka = config.kafka();
    RecordMapping mapping =
        new RecordMapping(
            kafka.names(),
            new RecordMapping.Limits(
                config.limits().packetSizeBytes(),
                config.limits().topicLengthBytes(),
                config.limits().topicLevels()));
    KafkaSettings settings =
        new KafkaSettings(
            config.node().name(),
            kafka.client().all(),
            kafka.names(),
            mapping,
            topic -> config.ofKafkaTopic(topic).consume() == Consume.ALL,
            kafka.recover(),
            kafka.createTopics(),
            (short) kafka.replicationFactor(),
            kafka.partitions(),
            kafka.nodeTimeout(),
            kafka.farReaders());
    return KafkaEngine.open(settings, (name, anew) -> copy(config, name, anew));
  }

  private static Replica copy(Config config, String name, boolean anew) {
    NodeConfig node = config.node();
    Path directory = node.data().resolve("kafka-" + name);
    if (anew) {
      forget(directory);
    }
    return LocalReplica.open(
        StoreSettings.of(directory, node.diskReserveBytes())
            .withRecent(RECENT_MESSAGES, RECENT_BYTES),
        stream -> stream(stream, config.ofKafkaTopic(stream)));
  }

  private static void forget(Path copy) {
    try (Stream<Path> files = Files.walk(copy)) {
      for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the old copy of Kafka's log in " + copy + " cannot be removed: remove it by hand", e);
    }
  }

  private static List<StreamSettings> streams(Map<String, StreamConfig> streams) {
    return streams.entrySet().stream().map(each -> stream(each.getKey(), each.getValue())).toList();
  }

  private static StreamSettings stream(String name, StreamConfig config) {
    StreamSettings.Capture capture =
        switch (config.capture()) {
          case ACKNOWLEDGED -> StreamSettings.Capture.ACKNOWLEDGED;
          case ALL -> StreamSettings.Capture.ALL;
          case NONE -> StreamSettings.Capture.NONE;
        };
    Durability durability =
        switch (config.durability()) {
          case DISK -> Durability.DISK;
          case OS -> Durability.OS;
          case MEMORY -> Durability.MEMORY;
        };
    long mostBytes =
        durability == Durability.MEMORY ? Runtime.getRuntime().maxMemory() / 4 : Long.MAX_VALUE;
    return new StreamSettings(
        name,
        config.topics().all(),
        capture,
        durability,
        config.retainFor().toMillis(),
        Math.min(mostBytes, config.retainSizeBytes()));
  }
}
