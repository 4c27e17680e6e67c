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
    long start = System.nanoTime();
    RecordMetadata written = write(config, id, patience);
    long middle = System.nanoTime();
    read(config, id, written, patience);
    long end = System.nanoTime();
    return new RoundTrip(
        written.topic(),
        written.partition(),
        written.offset(),
        (middle - start) / 1_000_000,
        (end - middle) / 1_000_000);
  }

  private static RecordMetadata write(KafkaConfig config, String id, Duration patience)
      throws Trouble, InterruptedException {
    Properties properties = config.client().toProperties();
    int millis = Math.toIntExact(patience.toMillis());
    properties.put(ProducerConfig.ACKS_CONFIG, "all");
    properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, millis);
    properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, millis);
    properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, millis);
    // A key, as a topic that is compacted takes no record without one.
    ProducerRecord<byte[], byte[]> sent =
        new ProducerRecord<>(config.defaultTopic(), HeaderNames.CHECK.getBytes(UTF_8), new byte[0]);
    sent.headers().add(HeaderNames.CHECK, id.getBytes(UTF_8));
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      return producer.send(sent).get();
    } catch (ExecutionException | KafkaException e) {
      throw trouble(config, "written to", "Write", e);
    }
  }

  private static void read(KafkaConfig config, String id, RecordMetadata written, Duration patience)
      throws Trouble {
    Properties properties = config.client().toProperties();
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    TopicPartition partition = new TopicPartition(written.topic(), written.partition());
    long end = System.nanoTime() + patience.toNanos();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.seek(partition, written.offset());
      while (System.nanoTime() < end) {
        for (ConsumerRecord<byte[], byte[]> each : consumer.poll(Duration.ofMillis(100))) {
          if (each.offset() == written.offset() && is(id, each)) {
            return;
          }
        }
      }
    } catch (KafkaException e) {
      throw trouble(config, "read back from", "Read", e);
    }
    throw new Trouble(
        "a record was written to topic %s and did not come back within %d ms; look at the brokers' logs"
            .formatted(written.topic(), patience.toMillis()),
        new java.util.concurrent.TimeoutException());
  }

  private static boolean is(String id, ConsumerRecord<byte[], byte[]> record) {
    Header header = record.headers().lastHeader(HeaderNames.CHECK);
    return header != null && id.equals(new String(header.value(), UTF_8));
  }

  private static Trouble trouble(KafkaConfig config, String what, String operation, Exception e) {
    Throwable cause = Trouble.bare(e);
    String remedy =
        cause instanceof AuthorizationException
            ? "grant the operation " + operation + " on the topic"
            : "look at the brokers' logs";
    return new Trouble(
        "no record can be %s topic %s: %s; %s"
            .formatted(what, config.defaultTopic(), Trouble.innermost(cause), remedy),
        cause);
  }
}
