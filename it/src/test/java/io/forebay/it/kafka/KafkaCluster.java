package io.forebay.it.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.forebay.it.Await;
import io.forebay.it.Spawned;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/// Real Kafka brokers on this machine, each a process of its own, and a client of them. There is
/// one cluster at a time.
final class KafkaCluster implements AutoCloseable {
  private static final String CLUSTER_ID = "Zm9yZWJheS1pdC10ZXN0cw";
  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  private static @Nullable KafkaCluster shared;

  static {
    // That brokers are away is nothing to warn of where tests kill them.
    if (LoggerFactory.getLogger("org.apache.kafka") instanceof Logger logger) {
      logger.setLevel(Level.ERROR);
    }
  }

  private final KafkaProperties properties;
  private final List<KafkaBroker> brokers;
  private final Thread atExit = new Thread(this::end, "kafka-end");
  private @Nullable Admin admin;
  private @Nullable KafkaProducer<byte[], byte[]> producer;

  private KafkaCluster(KafkaProperties properties) {
    this.properties = properties;
    brokers =
        IntStream.rangeClosed(1, properties.brokers())
            .mapToObj(id -> new KafkaBroker(id, properties.folder().resolve(id + ".properties")))
            .toList();
  }

  /// A single broker that all tests share which harm nobody. It ends with the JVM, or when a test
  /// needs a cluster of its own.
  static synchronized KafkaCluster shared() throws Exception {
    if (shared == null) {
      KafkaCluster cluster = prepare(new KafkaCluster(chosen(1)));
      cluster.start();
      shared = cluster;
    }
    return shared;
  }

  /// A cluster for one test, running.
  ///
  /// @param properties of the brokers, which replace what is usual
  static KafkaCluster start(int brokers, String... properties) throws Exception {
    KafkaCluster cluster = formatted(brokers, properties);
    cluster.start();
    return cluster;
  }

  /// A cluster that has everything but a running broker.
  static synchronized KafkaCluster formatted(int brokers, String... properties) throws Exception {
    if (shared != null) {
      shared.close();
      shared = null;
    }
    return prepare(new KafkaCluster(chosen(brokers, properties)));
  }

  private static KafkaProperties chosen(int brokers, String... properties) throws IOException {
    return KafkaProperties.choose(
        Files.createTempDirectory("forebay-it-kafka-"), brokers, properties);
  }

  private static KafkaCluster prepare(KafkaCluster cluster) throws Exception {
    Runtime.getRuntime().addShutdownHook(cluster.atExit);
    List<Spawned> formatting = new ArrayList<>();
    for (KafkaBroker each : cluster.brokers) {
      Files.write(
          cluster.properties.folder().resolve(each.id() + ".properties"),
          cluster.properties.lines(each.id()),
          UTF_8);
      formatting.add(each.format(CLUSTER_ID));
    }
    for (Spawned each : formatting) {
      each.succeeded();
    }
    return cluster;
  }

  /// Starts all brokers and waits until they serve.
  void start() throws Exception {
    for (KafkaBroker each : brokers) {
      each.start();
    }
    awaitBrokers();
  }

  /// Starts one that was killed, and waits until all that run know of each other.
  void restart(int id) throws Exception {
    broker(id).start();
    awaitBrokers();
  }

  /// Waits until as many brokers serve as run.
  void awaitBrokers() throws Exception {
    long running = brokers.stream().filter(KafkaBroker::alive).count();
    Await.until("all serve of " + brokers, START_LIMIT, () -> serving() == running);
  }

  private int serving() throws Exception {
    try {
      return get(admin().describeCluster().nodes()).size();
    } catch (ExecutionException | TimeoutException e) {
      // None answers yet.
      return 0;
    }
  }

  /// What a Kafka client of the system under test is told.
  String bootstrap() {
    return properties.clients();
  }

  /// @param id from 1
  KafkaBroker broker(int id) {
    return brokers.get(id - 1);
  }

  List<KafkaBroker> brokers() {
    return brokers;
  }

  /// Who may do everything, also where others have to show who they are.
  synchronized Admin admin() {
    if (admin == null) {
      admin =
          Admin.create(
              Map.of(
                  "bootstrap.servers",
                  properties.plain(),
                  "default.api.timeout.ms",
                  "20000",
                  "request.timeout.ms",
                  "5000",
                  "reconnect.backoff.max.ms",
                  "200"));
    }
    return admin;
  }

  void createTopic(String name, int partitions) throws Exception {
    createTopic(new NewTopic(name, partitions, (short) -1));
  }

  void createTopic(NewTopic topic) throws Exception {
    get(admin().createTopics(List.of(topic)).all());
    Await.until("topic " + topic.name() + " is known", () -> known(topic));
  }

  private boolean known(NewTopic topic) throws Exception {
    try {
      return get(admin().describeTopics(List.of(topic.name())).allTopicNames()).values().stream()
          .allMatch(each -> each.partitions().size() == topic.numPartitions());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return false;
      }
      throw e;
    }
  }

  void deleteTopic(String name) throws Exception {
    get(admin().deleteTopics(List.of(name)).all());
  }

  /// @param key null for none
  RecordMetadata produce(String topic, @Nullable String key, String value) throws Exception {
    return produce(
        new ProducerRecord<>(
            topic, key == null ? null : key.getBytes(UTF_8), value.getBytes(UTF_8)));
  }

  RecordMetadata produce(ProducerRecord<byte[], byte[]> record) throws Exception {
    return get(producer().send(record));
  }

  private synchronized KafkaProducer<byte[], byte[]> producer() {
    if (producer == null) {
      producer =
          new KafkaProducer<>(
              Map.of("bootstrap.servers", properties.plain(), "linger.ms", "0"),
              new ByteArraySerializer(),
              new ByteArraySerializer());
    }
    return producer;
  }

  /// What comes from a topic, from its first record on.
  KafkaReader reader(String topic) {
    return new KafkaReader(properties.plain(), topic);
  }

  static <T> T get(Future<T> future) throws Exception {
    return future.get(Await.LIMIT.toSeconds(), TimeUnit.SECONDS);
  }

  static <T> T get(KafkaFuture<T> future) throws Exception {
    return future.get(Await.LIMIT.toSeconds(), TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(atExit);
    end();
  }

  private synchronized void end() {
    if (producer != null) {
      producer.close(Duration.ZERO);
      producer = null;
    }
    if (admin != null) {
      admin.close(Duration.ZERO);
      admin = null;
    }
    try {
      for (KafkaBroker each : brokers) {
        if (each.alive()) {
          each.kill();
        }
      }
      removeData();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void removeData() {
    try (Stream<Path> all = Files.walk(properties.folder())) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    } catch (IOException e) {
      // It is in the folder for temporary files: whoever empties that gets it.
      System.err.println("left behind: " + properties.folder());
    }
  }
}
