package io.forebay.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TopicExistsException;

/// The topics that Forebay needs beside the streams: made where they are missing, if that is
/// allowed.
final class SystemTopics {
  /// For so long Kafka remembers that a row was removed.
  static final Duration REMOVALS_KEPT = Duration.ofDays(7);

  private static final Map<String, String> COMPACTED =
      Map.of(
          "cleanup.policy",
          "compact",
          "delete.retention.ms",
          Long.toString(REMOVALS_KEPT.toMillis()));
  private static final Map<String, String> SHORT_LIVED =
      Map.of(
          "cleanup.policy", "delete", "retention.ms", Long.toString(Duration.ofDays(1).toMillis()));

  private SystemTopics() {}

  /// What they are to be.
  static List<NewTopic> wanted(KafkaSettings settings) {
    return List.of(
        topic(settings, KafkaSettings.CONTROL_TOPIC, 1).configs(COMPACTED),
        topic(settings, KafkaSettings.RETAINED_TOPIC, 1).configs(COMPACTED),
        topic(settings, KafkaSettings.WORDS_TOPIC, 1).configs(SHORT_LIVED),
        topic(settings, settings.names().defaultTopic(), settings.partitions()));
  }

  private static NewTopic topic(KafkaSettings settings, String name, int partitions) {
    Optional<Short> replication =
        settings.replicationFactor() < 0
            ? Optional.empty()
            : Optional.of(settings.replicationFactor());
    return new NewTopic(name, Optional.of(partitions), replication);
  }

  /// @throws KafkaException if one is missing and is not to be made, or cannot be
  static void ensure(Admin admin, KafkaSettings settings)
      throws ExecutionException, InterruptedException {
    Set<String> there = admin.listTopics().names().get();
    List<NewTopic> missing = new ArrayList<>(wanted(settings));
    missing.removeIf(each -> there.contains(each.name()));
    if (missing.isEmpty()) {
      return;
    }
    if (!settings.createTopics()) {
      throw new KafkaException(
          "these topics are missing and kafka.create-topics is false: "
              + missing.stream().map(NewTopic::name).toList()
              + "; `forebay kafka check` says how to make them");
    }
    for (NewTopic each : missing) {
      try {
        admin.createTopics(List.of(each)).all().get();
      } catch (ExecutionException e) {
        // Another node was faster.
        if (!(e.getCause() instanceof TopicExistsException)) {
          throw e;
        }
      }
    }
  }

  /// Which cluster, and which life of its control topic: another has nothing in common with a copy
  /// of this.
  static String identity(Admin admin) throws ExecutionException, InterruptedException {
    String cluster = admin.describeCluster().clusterId().get();
    TopicDescription control =
        admin
            .describeTopics(List.of(KafkaSettings.CONTROL_TOPIC))
            .allTopicNames()
            .get()
            .get(KafkaSettings.CONTROL_TOPIC);
    if (control == null) {
      throw new KafkaException(KafkaSettings.CONTROL_TOPIC + " is not there yet");
    }
    return cluster + "-" + control.topicId();
  }
}
