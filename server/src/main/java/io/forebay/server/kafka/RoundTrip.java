package io.forebay.server.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.forebay.kafka.mapping.HeaderNames;
import io.forebay.server.config.KafkaConfig;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// One record to the default topic and back. Nodes know it by its header and pass over it.
///
/// @param writtenMillis until all replicas in sync had it
/// @param readMillis from then until it was read
public record RoundTrip(
    String topic, int partition, long offset, long writtenMillis, long readMillis) {

  /// @param id of this run
  /// @param patience with writing and with reading
  /// @throws Trouble if it is not written, or does not come back
  public static RoundTrip attempt(KafkaConfig config, String id, Duration patience)
      throws Trouble, InterruptedException {
    // Both stand ready before the clock runs: a node connects once, and not for each message.
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(config);
        KafkaProducer<byte[], byte[]> producer = producer(config, patience)) {
      standAtTheEnd(consumer, config.defaultTopic(), patience);
      producer.partitionsFor(config.defaultTopic());
      long start = System.nanoTime();
      RecordMetadata written = producer.send(record(config.defaultTopic(), id)).get();
      long middle = System.nanoTime();
      await(consumer, id, written, middle + patience.toNanos());
      return new RoundTrip(
          written.topic(),
          written.partition(),
          written.offset(),
          (middle - start) / 1_000_000,
          (System.nanoTime() - middle) / 1_000_000);
    } catch (ExecutionException | KafkaException e) {
      throw trouble(config.defaultTopic(), e);
    }
  }

  private static KafkaProducer<byte[], byte[]> producer(KafkaConfig config, Duration patience) {
    Properties properties = config.client().toProperties();
    int millis = Math.toIntExact(patience.toMillis());
    properties.put(ProducerConfig.ACKS_CONFIG, "all");
    properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, millis);
    properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, millis);
    properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, millis);
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static KafkaConsumer<byte[], byte[]> consumer(KafkaConfig config) {
    Properties properties = config.client().toProperties();
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    return new KafkaConsumer<>(
        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /// A key, as a topic that is compacted takes no record without one.
  private static ProducerRecord<byte[], byte[]> record(String topic, String id) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(topic, HeaderNames.CHECK.getBytes(UTF_8), new byte[0]);
    record.headers().add(HeaderNames.CHECK, id.getBytes(UTF_8));
    return record;
  }

  private static void standAtTheEnd(
      KafkaConsumer<byte[], byte[]> consumer, String topic, Duration patience) {
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic, patience).stream()
            .map(each -> new TopicPartition(topic, each.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.endOffsets(partitions, patience).forEach(consumer::seek);
  }

  private static void await(
      KafkaConsumer<byte[], byte[]> consumer, String id, RecordMetadata written, long endNanos)
      throws Trouble {
    while (System.nanoTime() < endNanos) {
      for (ConsumerRecord<byte[], byte[]> each : consumer.poll(Duration.ofMillis(100))) {
        if (is(id, each)) {
          return;
        }
      }
    }
    throw new Trouble(
        "a record was written to topic %s (partition %d, offset %d) and does not come back; look at"
                .formatted(written.topic(), written.partition(), written.offset())
            + " the brokers' logs",
        null);
  }

  private static boolean is(String id, ConsumerRecord<byte[], byte[]> record) {
    Header header = record.headers().lastHeader(HeaderNames.CHECK);
    return header != null && id.equals(new String(header.value(), UTF_8));
  }

  private static Trouble trouble(String topic, Exception fault) {
    Throwable cause = Trouble.bare(fault);
    String remedy =
        cause instanceof AuthorizationException
            ? "grant the operations Read, Write and Describe on the topic"
            : "look at the brokers' logs";
    return new Trouble(
        "no record goes to topic %s and back: %s; %s"
            .formatted(topic, Trouble.innermost(cause), remedy),
        cause);
  }
}
