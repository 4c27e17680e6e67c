package io.forebay.it.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.fail;

import io.forebay.it.Await;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/// Reads all records of one topic, one after the other, with Kafka's client.
final class KafkaReader implements AutoCloseable {
  private final String topic;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Queue<ConsumerRecord<byte[], byte[]>> read = new ArrayDeque<>();

  KafkaReader(String bootstrap, String topic) {
    this.topic = topic;
    consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                bootstrap,
                "auto.offset.reset",
                "earliest",
                "isolation.level",
                "read_committed",
                "enable.auto.commit",
                "false"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(each -> new TopicPartition(topic, each.partition()))
            .toList();
    consumer.assign(partitions);
  }

  /// The next record that is as wanted; those before it are thrown away.
  ConsumerRecord<byte[], byte[]> next(Predicate<ConsumerRecord<byte[], byte[]>> wanted) {
    long end = System.nanoTime() + Await.LIMIT.toNanos();
    while (System.nanoTime() < end) {
      for (var each = read.poll(); each != null; each = read.poll()) {
        if (wanted.test(each)) {
          return each;
        }
      }
      consumer.poll(Duration.ofMillis(100)).forEach(read::add);
    }
    return fail("no such record came from " + topic);
  }

  /// The next record with this value.
  ConsumerRecord<byte[], byte[]> next(String value) {
    return next(each -> value.equals(value(each)));
  }

  /// The texts of all records that are there now.
  List<String> valuesSoFar() {
    Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
    List<String> values = new ArrayList<>();
    read.forEach(each -> values.add(value(each)));
    read.clear();
    while (ends.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
      consumer.poll(Duration.ofMillis(100)).forEach(each -> values.add(value(each)));
    }
    return values;
  }

  static String value(ConsumerRecord<byte[], byte[]> record) {
    return new String(record.value(), UTF_8);
  }

  static @Nullable String key(ConsumerRecord<byte[], byte[]> record) {
    return record.key() == null ? null : new String(record.key(), UTF_8);
  }

  /// The text of a header, null if it is not there.
  static @Nullable String header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? null : new String(header.value(), UTF_8);
  }

  @Override
  public void close() {
    consumer.close();
  }
}
