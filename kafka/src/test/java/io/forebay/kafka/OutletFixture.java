package io.forebay.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.forebay.core.log.Batch;
import io.forebay.core.log.CommitListener;
import io.forebay.core.log.EngineFailure;
import io.forebay.core.log.Receipt;
import io.forebay.core.log.Stored;
import io.forebay.core.message.Message;
import io.forebay.core.message.Properties;
import io.forebay.core.message.Qos;
import io.forebay.kafka.mapping.RecordMapping;
import io.forebay.kafka.mapping.StreamNames;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/// An outlet without Kafka: whoever tests says what its producers answer, and goes round by round.
final class OutletFixture {
  static final long SECOND = 1_000_000_000L;
  private static final Node[] NOBODY = {};

  final MockProducer<byte[], byte[]> producer = producer(false);

  /// What transactions go through, one after the other.
  final ArrayDeque<MockProducer<byte[], byte[]>> transactional = new ArrayDeque<>();

  final Topics topics = new Topics();
  final List<String> outcomes = new ArrayList<>();
  final List<Batch.Row> local = new ArrayList<>();
  final Set<String> held = new HashSet<>();
  final List<Boolean> holds = new ArrayList<>();
  long nanos;
  final Life life = new Life(Duration.ofSeconds(10), () -> nanos);
  long controlHead;
  int fenced;
  final Outlet outlet;

  OutletFixture() {
    topics.saw(Map.of("forebay", 1));
    life.began(7);
    Teller teller = new Teller();
    teller.start(new Told());
    Transactions transactions = new Transactions(transactional::remove);
    outlet = new Outlet(settings(), producer, transactions, topics, life, new TestRules(), teller);
  }

  static KafkaSettings settings() {
    StreamNames names = new StreamNames(List.of("vehicles"), "forebay");
    return new KafkaSettings(
        "node-1",
        Map.of(),
        names,
        new RecordMapping(names, new RecordMapping.Limits(1 << 20, 65_535, 128)),
        topic -> true,
        Duration.ZERO,
        true,
        (short) 1,
        1,
        Duration.ofSeconds(10),
        1);
  }

  // NullAway: without a partitioner everything goes to partition 0.
  @SuppressWarnings("NullAway")
  static MockProducer<byte[], byte[]> producer(boolean answers) {
    return new MockProducer<>(
        cluster(), answers, null, new ByteArraySerializer(), new ByteArraySerializer());
  }

  static Cluster cluster() {
    List<PartitionInfo> partitions = new ArrayList<>();
    for (String topic :
        List.of("forebay", "forebay.sessions", "forebay.queues", "forebay.retained")) {
      partitions.add(new PartitionInfo(topic, 0, Node.noNode(), NOBODY, NOBODY));
    }
    return new Cluster("c", List.of(), partitions, Set.of(), Set.of());
  }

  /// Begins transactions that go through this producer.
  void begin(MockProducer<byte[], byte[]> next) {
    transactional.add(next);
    outlet.beginTransactions();
  }

  /// Until there is nothing more to do.
  void rounds() {
    boolean any = true;
    while (any) {
      any = outlet.round();
    }
    outlet.round();
  }

  /// Kafka takes all that was sent, and what is sent because of that.
  void acknowledgeAll() {
    do {
      rounds();
    } while (producer.completeNext());
    rounds();
  }

  /// This node has read all that was sent.
  void readAll() {
    controlHead = Long.MAX_VALUE;
    rounds();
  }

  /// Topic and what is in the record.
  static List<String> words(List<ProducerRecord<byte[], byte[]>> records) {
    return records.stream().map(OutletFixture::words).toList();
  }

  private static String words(ProducerRecord<byte[], byte[]> record) {
    String value = record.value() == null ? "nothing" : new String(record.value(), UTF_8);
    return switch (record.topic()) {
      case KafkaSettings.CONTROL_TOPIC ->
          switch (ControlFormat.decode(Read.back(record))) {
            case Control.Row(long writer, Batch.Row row) ->
                "row " + new String(row.key(), UTF_8) + " of " + writer;
            case null -> "nothing";
            case Control.Hello hello -> "hello " + hello.name();
            case Control control -> control.toString();
          };
      case KafkaSettings.WORDS_TOPIC -> "words " + value;
      case KafkaSettings.RETAINED_TOPIC -> "retained " + new String(record.key(), UTF_8);
      default -> "message " + value;
    };
  }

  static Message message(String topic, String payload, boolean retain) {
    return new Message(
        topic,
        payload.getBytes(UTF_8),
        Qos.AT_LEAST_ONCE,
        retain,
        Properties.NONE,
        "c",
        1,
        Message.NEVER);
  }

  static Batch.Row row(String key, @Nullable String claim) {
    return new Batch.Row("t", key.getBytes(UTF_8), new byte[] {1}, claim);
  }

  Batch batch(String name) {
    Batch batch = new Batch(0);
    batch.afterwards(failure -> outcomes.add(name + (failure == null ? " kept" : " not kept")));
    return batch;
  }

  /// A batch with one message, of which is told what became of it.
  Batch publishes(String payload) {
    Batch batch = batch("batch of " + payload);
    append(batch, message("a", payload, false), null);
    return batch;
  }

  void append(Batch batch, Message message, Batch.@Nullable Row row) {
    String payload = new String(message.payload(), UTF_8);
    batch.append(message, receipt(payload), 0, row);
  }

  private Receipt receipt(String payload) {
    return (token, matched, failure) ->
        outcomes.add(payload + (failure == null ? " taken" : " refused: " + failure.kind()));
  }

  private final class Told implements CommitListener {
    @Override
    public boolean committed(Stored stored) {
      return true;
    }

    @Override
    public void settled(Batch batch, @Nullable EngineFailure failure) {
      batch.tell(failure);
    }

    @Override
    public void holdPublishers(boolean hold) {
      holds.add(hold);
    }

    @Override
    public void endOfCommit() {}
  }

  private final class TestRules implements Outlet.Rules {
    @Override
    public boolean holds(String name) {
      return held.contains(name);
    }

    @Override
    public int number(TopicPartition partition) {
      return 3;
    }

    @Override
    public long controlHead() {
      return controlHead;
    }

    @Override
    public void local(List<Batch.Row> rows) {
      local.addAll(rows);
    }

    @Override
    public void fenced() {
      fenced++;
    }
  }
}
