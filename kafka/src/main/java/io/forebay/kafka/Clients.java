package io.forebay.kafka;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// Kafka's clients, made of what the user said and of what our promises need, which wins.
final class Clients {
  /// How long a call may wait for Kafka where it would otherwise wait longer.
  static final int CALL_MILLIS = 5_000;

  private static final int TRANSACTION_MILLIS = 10_000;
  private static final int MOST_RECORDS = 4_096;

  private final KafkaSettings settings;

  Clients(KafkaSettings settings) {
    this.settings = settings;
  }

  /// For messages and words. Idempotent: retries neither lose, double nor reorder.
  Producer<byte[], byte[]> producer(String purpose) {
    Map<String, Object> properties = properties(purpose, ProducerConfig.configNames());
    // A lone message does not wait for company; under load what waits for its turn goes together.
    properties.putIfAbsent(ProducerConfig.LINGER_MS_CONFIG, 0);
    properties.putIfAbsent(ProducerConfig.BATCH_SIZE_CONFIG, 256 << 10);
    properties.put(ProducerConfig.ACKS_CONFIG, "all");
    properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, CALL_MILLIS);
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /// For what belongs together: a message and a row. Of a node there is one at a time: whoever
  /// makes another, ends what this one has begun and keeps it from going on.
  ///
  /// @param purpose why it is made, for Kafka's log
  Producer<byte[], byte[]> transactions(String node, String purpose) {
    Map<String, Object> properties = properties(purpose, ProducerConfig.configNames());
    properties.put(ProducerConfig.ACKS_CONFIG, "all");
    properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "forebay-" + node);
    properties.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_MILLIS);
    properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, TRANSACTION_MILLIS);
    properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, CALL_MILLIS);
    properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, TRANSACTION_MILLIS);
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /// For reading what is committed, from wherever it is told to.
  Consumer<byte[], byte[]> consumer(String purpose) {
    Map<String, Object> properties = properties(purpose, ConsumerConfig.configNames());
    properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, CALL_MILLIS);
    properties.putIfAbsent(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MOST_RECORDS);
    return new KafkaConsumer<>(
        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  Admin admin() {
    Map<String, Object> properties = properties("admin", AdminClientConfig.configNames());
    properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 2 * CALL_MILLIS);
    properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, CALL_MILLIS);
    return Admin.create(properties);
  }

  /// What this kind of client knows, so that it does not warn of the others' properties; and what
  /// none knows, which is for somebody's plug-in.
  private Map<String, Object> properties(String purpose, Set<String> known) {
    Map<String, Object> properties = new HashMap<>();
    settings
        .client()
        .forEach(
            (key, value) -> {
              if (known.contains(key) || !knownToAny(key)) {
                properties.put(key, value);
              }
            });
    properties.put(ProducerConfig.CLIENT_ID_CONFIG, "forebay-" + settings.node() + "-" + purpose);
    return properties;
  }

  private static boolean knownToAny(String key) {
    return ProducerConfig.configNames().contains(key)
        || ConsumerConfig.configNames().contains(key)
        || AdminClientConfig.configNames().contains(key);
  }
}
