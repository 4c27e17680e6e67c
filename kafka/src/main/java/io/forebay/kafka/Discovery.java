package io.forebay.kafka;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;

/// Looks which topics and partitions Kafka has, and where they begin. Blocks; on one thread.
final class Discovery {
  private final KafkaSettings settings;
  private final Catalog catalog;
  private final Topics topics;
  private final Admin admin;

  /// What a look has found.
  ///
  /// @param missing partitions that are to be entered into the catalog
  /// @param gone topics that the catalog has and Kafka has not
  record Found(List<Control.Entered> missing, Set<String> gone) {}

  Discovery(KafkaSettings settings, Catalog catalog, Topics topics, Admin admin) {
    this.settings = settings;
    this.catalog = catalog;
    this.topics = topics;
    this.admin = admin;
  }

  Found look() throws ExecutionException, InterruptedException {
    List<String> names =
        admin.listTopics().names().get().stream().filter(settings.names()::mapped).toList();
    Map<String, Integer> partitions = new HashMap<>();
    List<Control.Entered> missing = new ArrayList<>();
    for (TopicDescription each : describe(names)) {
      partitions.put(each.name(), each.partitions().size());
      if (settings.consumed().test(each.name())) {
        missing.addAll(missing(each));
      }
    }
    topics.saw(partitions);
    Set<String> gone = new HashSet<>();
    for (Catalog.Entry each : catalog.all()) {
      if (!partitions.containsKey(each.partition().topic())) {
        gone.add(each.partition().topic());
      }
    }
    return new Found(missing, gone);
  }

  private Collection<TopicDescription> describe(List<String> names)
      throws ExecutionException, InterruptedException {
    return names.isEmpty() ? List.of() : admin.describeTopics(names).allTopicNames().get().values();
  }

  private List<Control.Entered> missing(TopicDescription topic) {
    List<Control.Entered> missing = new ArrayList<>();
    for (TopicPartitionInfo each : topic.partitions()) {
      if (!catalog.knows(topic.topicId(), each.partition())) {
        long nonce = ThreadLocalRandom.current().nextLong();
        missing.add(new Control.Entered(topic.topicId(), each.partition(), nonce, topic.name()));
      }
    }
    return missing;
  }

  /// Where partitions begin; retention moves it.
  void begins(Collection<TopicPartition> partitions, KafkaLog log)
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    partitions.forEach(each -> asked.put(each, OffsetSpec.earliest()));
    if (asked.isEmpty()) {
      return;
    }
    Map<TopicPartition, ListOffsetsResultInfo> found = admin.listOffsets(asked).all().get();
    found.forEach(
        (partition, info) -> {
          Catalog.Entry entry = catalog.of(partition);
          if (entry != null) {
            log.beginsAt(entry.number(), info.offset());
          }
        });
  }
}
