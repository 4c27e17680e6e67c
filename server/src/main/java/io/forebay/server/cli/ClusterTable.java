package io.forebay.server.cli;

import io.forebay.kafka.mapping.StreamNames;
import io.forebay.server.config.Config;
import io.forebay.server.config.Consume;
import io.forebay.server.kafka.ClusterFacts;
import io.forebay.server.kafka.TopicFacts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.kafka.common.Node;
import org.jspecify.annotations.Nullable;

/// A cluster as `forebay kafka check` shows it.
final class ClusterTable {
  private static final long HOUR_MILLIS = Duration.ofHours(1).toMillis();

  private final Config config;
  private final ClusterFacts cluster;

  ClusterTable(Config config, ClusterFacts cluster) {
    this.config = config;
    this.cluster = cluster;
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add("cluster " + cluster.id());
    lines.add(
        "brokers "
            + cluster.brokers().stream()
                .map(ClusterTable::broker)
                .sorted()
                .collect(Collectors.joining(", ")));
    lines.add("versions " + versions());
    lines.add("");
    int width = cluster.topics().keySet().stream().mapToInt(String::length).reduce(5, Math::max);
    String row = "%-" + width + "s  %-8s %10s %8s  %-18s %s";
    lines.add(row.formatted("topic", "holds", "partitions", "replicas", "kept", "nodes read it"));
    for (TopicFacts topic : cluster.topics().values()) {
      lines.add(
          row.formatted(
              topic.name(),
              holds(topic.name()),
              topic.partitions(),
              topic.replicas(),
              kept(topic),
              read(topic.name()) ? "yes" : "no"));
    }
    lines.add("");
    return lines;
  }

  private static String broker(Node node) {
    return "%d (%s:%d)".formatted(node.id(), node.host(), node.port());
  }

  private String versions() {
    String features =
        cluster.features().entrySet().stream()
            .map(each -> each.getKey() + " " + each.getValue())
            .collect(Collectors.joining(", "));
    return features.isEmpty() ? "the brokers do not tell" : features;
  }

  private String holds(String topic) {
    if (StreamNames.SYSTEM.contains(topic)) {
      return "state";
    }
    return topic.equals(config.kafka().defaultTopic()) ? "the rest" : "stream";
  }

  private boolean read(String topic) {
    return StreamNames.SYSTEM.contains(topic)
        || config.ofKafkaTopic(topic).consume() == Consume.ALL;
  }

  private static String kept(TopicFacts topic) {
    String policy = topic.configs().get("cleanup.policy");
    if (policy == null) {
      return "not told";
    }
    if (policy.equals("compact")) {
      return "compacted";
    }
    String time = duration(topic.configs().get("retention.ms"));
    String bytes = topic.configs().getOrDefault("retention.bytes", "-1");
    return bytes.equals("-1") ? time : time + ", " + bytes + " B";
  }

  private static String duration(@Nullable String millis) {
    long time = millis == null ? -1 : Long.parseLong(millis);
    if (time < 0) {
      return "for ever";
    }
    return time % HOUR_MILLIS == 0 ? time / HOUR_MILLIS + "h" : time + "ms";
  }
}
