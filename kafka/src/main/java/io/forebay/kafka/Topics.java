package io.forebay.kafka;

import io.forebay.kafka.mapping.OutgoingRecord;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/// The Kafka topics that messages go to, as far as this node has seen them. To ask Kafka for one
/// that is not there would hold up all others. Any thread.
final class Topics {
  private static final int MOST_ASKED = 1_000;

  /// Name → partitions.
  private final Map<String, Integer> there = new ConcurrentHashMap<>();

  private final Set<String> asked = ConcurrentHashMap.newKeySet();

  /// What Kafka has.
  void saw(Map<String, Integer> partitions) {
    there.keySet().retainAll(partitions.keySet());
    there.putAll(partitions);
  }

  /// Those that somebody published to and that were not there.
  Set<String> takeAsked() {
    Set<String> all = Set.copyOf(asked);
    asked.removeAll(all);
    return all;
  }

  /// @return null if there is no such topic, as far as this node has seen; it is looked for
  @Nullable ProducerRecord<byte[], byte[]> record(OutgoingRecord record) {
    Integer partitions = there.get(record.topic());
    if (partitions == null) {
      if (asked.size() < MOST_ASKED) {
        asked.add(record.topic());
      }
      return null;
    }
    // With a key Kafka's client does the same.
    Integer partition =
        record.key() == null
            ? Utils.toPositive(Utils.murmur2(record.partitionKey())) % partitions
            : null;
    return new ProducerRecord<>(
        record.topic(),
        partition,
        record.timestampMillis(),
        record.key(),
        record.value(),
        record.headers());
  }
}
