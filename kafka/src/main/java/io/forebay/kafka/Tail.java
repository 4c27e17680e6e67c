package io.forebay.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.forebay.core.log.Batch;
import io.forebay.core.log.EngineFailure;
import io.forebay.core.log.MessageFormat;
import io.forebay.core.log.Replica;
import io.forebay.core.log.Stored;
import io.forebay.core.log.Tables;
import io.forebay.core.message.Message;
import io.forebay.kafka.mapping.Incoming;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one consumer that follows everything: what nodes agree on, what they say, and the messages.
/// What a poll brought goes into the copy at once; then it is told.
///
/// On one thread: first the one that opens the engine, then its own.
final class Tail implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Tail.class);

  static final TopicPartition CONTROL = new TopicPartition(KafkaSettings.CONTROL_TOPIC, 0);
  static final TopicPartition WORDS = new TopicPartition(KafkaSettings.WORDS_TOPIC, 0);
  static final TopicPartition RETAINED = new TopicPartition(KafkaSettings.RETAINED_TOPIC, 0);

  /// This node's own table of how far it has read what is no stream.
  private static final String OWN_TABLE = "kafka";

  private static final long CONGESTED_NANOS = 1_000_000;

  /// In the own table: when this node last read something, in milliseconds since 1970.
  private static final String SEEN = "seen";

  private static final long SEEN_MILLIS = 60_000;
  private static final long CLOCKS_DIFFER_MILLIS = 60_000;

  /// Half of what [SystemTopics] has Kafka remember removals.
  private static final long STALE_MILLIS = SystemTopics.REMOVALS_KEPT.toMillis() / 2;

  /// What the tail reads, for the one who knows what it means.
  interface Reader {
    /// @return whether a row is to be kept
    boolean control(Control control, long offset);

    void words(WordsFormat.Words words);
  }

  private final KafkaSettings settings;
  private final Replica replica;
  private final Catalog catalog;
  private final Skipped skipped;
  private final Effects effects;
  private final Reader reader;
  private final Consumer<byte[], byte[]> consumer;
  private final ConcurrentLinkedQueue<List<Batch.Row>> local = new ConcurrentLinkedQueue<>();

  /// Entries that were read and are not followed yet.
  private final List<Catalog.Entry> entered = new ArrayList<>();

  private final Map<TopicPartition, Catalog.Entry> followed = new HashMap<>();

  /// Per partition, the first offset that ever came through here: retained messages from there on
  /// are known from the messages themselves.
  private final Map<Integer, Long> begins = new HashMap<>();

  /// Rows of the control topic before this are in the copy already.
  private long rowsFrom;

  /// Until the node is ready.
  private boolean recovering = true;

  private final ConcurrentLinkedQueue<Runnable> requests = new ConcurrentLinkedQueue<>();

  /// Kafka did not let this node read them.
  private final Set<String> refused = new HashSet<>();

  private long seenMillis;
  private volatile long controlHead;
  private volatile @Nullable EngineFailure trouble;

  Tail(
      KafkaSettings settings,
      Clients clients,
      Replica replica,
      Catalog catalog,
      Skipped skipped,
      Effects effects,
      Reader reader) {
    this.settings = settings;
    this.replica = replica;
    this.catalog = catalog;
    this.skipped = skipped;
    this.effects = effects;
    this.reader = reader;
    this.consumer = clients.consumer("in");
  }

  // ---------------------------------------------------------------- any thread

  /// Everything in the control topic before this offset was read and is in the copy.
  long controlHead() {
    return controlHead;
  }

  /// Why nothing is read just now; null if it is.
  @Nullable EngineFailure trouble() {
    return trouble;
  }

  /// Rows that only this node has.
  void keep(List<Batch.Row> rows) {
    local.add(rows);
  }

  // ---------------------------------------------------------------- where to begin

  /// Begins with what nodes agree on; of words only new ones count.
  void begin() {
    consumer.assign(List.of(CONTROL, WORDS, RETAINED));
    rowsFrom = ownNumber("control", 0);
    // Who holds what is in memory only, so all of it is read again.
    consumer.seekToBeginning(List.of(CONTROL));
    consumer.seekToEnd(List.of(WORDS));
    consumer.seek(RETAINED, ownNumber("retained", 0));
  }

  /// Reads until what is in these partitions now is in the copy.
  ///
  /// @param progress told how many records are left
  void readToEnd(Collection<TopicPartition> partitions, LongConsumer progress) {
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    while (true) {
      long left = 0;
      for (Map.Entry<TopicPartition, Long> each : ends.entrySet()) {
        left += Math.max(0, each.getValue() - consumer.position(each.getKey()));
      }
      if (left == 0) {
        return;
      }
      progress.accept(left);
      read(Duration.ofMillis(100), stored -> {});
    }
  }

  /// The partitions of messages that are followed.
  Set<TopicPartition> streams() {
    return Set.copyOf(followed.keySet());
  }

  /// The number that this node has kept under a name.
  private long ownNumber(String name, long otherwise) {
    return ownNumber(replica, name, otherwise);
  }

  private static long ownNumber(Replica copy, String name, long otherwise) {
    CompletableFuture<Long> found = new CompletableFuture<>();
    copy.table(OWN_TABLE)
        .get(
            name.getBytes(UTF_8),
            value -> found.complete(value == null ? otherwise : ByteBuffer.wrap(value).getLong()));
    return found.join();
  }

  private static Batch.Row ownNumber(String name, byte[] value) {
    return new Batch.Row(OWN_TABLE, name.getBytes(UTF_8), value);
  }

  private static byte[] bytes(long number) {
    return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
  }

  /// From now on partitions that are new are read from their beginning.
  void recovered() {
    recovering = false;
  }

  /// Follows partitions that were entered: of which nothing is known yet, while the node recovers,
  /// from some time ago on.
  private void follow() {
    List<Catalog.Entry> fresh = List.copyOf(entered);
    entered.clear();
    if (fresh.isEmpty()) {
      return;
    }
    Map<TopicPartition, Long> from = new HashMap<>();
    Set<TopicPartition> unknown = new HashSet<>();
    for (Catalog.Entry entry : fresh) {
      long reached = replica.partition(entry.number(), entry.place());
      boolean current = entry.equals(catalog.of(entry.partition()));
      String topic = entry.partition().topic();
      // The others may be configured to read more.
      boolean wanted = settings.names().mapped(topic) && settings.consumed().test(topic);
      if (!current || !wanted) {
        continue;
      }
      followed.put(entry.partition(), entry);
      if (reached >= 0) {
        from.put(entry.partition(), reached);
        begins.put(entry.number(), ownNumber("begin/" + entry.number(), reached));
      } else {
        unknown.add(entry.partition());
      }
    }
    from.putAll(beginnings(unknown));
    Set<TopicPartition> all = new HashSet<>(Set.of(CONTROL, WORDS, RETAINED));
    all.addAll(followed.keySet());
    consumer.assign(all);
    List<Batch.Row> rows = new ArrayList<>();
    List<Replica.Head> heads = new ArrayList<>();
    from.forEach(
        (partition, offset) -> {
          consumer.seek(partition, offset);
          Catalog.Entry entry = followed.get(partition);
          if (entry != null && unknown.contains(partition)) {
            int number = entry.number();
            begins.put(number, offset);
            rows.add(ownNumber("begin/" + number, bytes(offset)));
            heads.add(new Replica.Head(number, offset));
          }
        });
    replica.write(new Replica.Change(List.of(), heads, rows));
  }

  private Map<TopicPartition, Long> beginnings(Set<TopicPartition> unknown) {
    if (unknown.isEmpty()) {
      return Map.of();
    }
    Map<TopicPartition, Long> from = new HashMap<>(consumer.beginningOffsets(unknown));
    if (recovering) {
      long since = System.currentTimeMillis() - settings.recover().toMillis();
      Map<TopicPartition, Long> times = new HashMap<>();
      unknown.forEach(each -> times.put(each, since));
      Map<TopicPartition, OffsetAndTimestamp> found = consumer.offsetsForTimes(times);
      Map<TopicPartition, Long> ends = consumer.endOffsets(unknown);
      for (TopicPartition each : unknown) {
        OffsetAndTimestamp at = found.get(each);
        from.put(each, at == null ? ends.getOrDefault(each, 0L) : at.offset());
      }
    }
    return from;
  }

  /// Topics are no more. Any thread.
  void gone(Set<String> topics) {
    requests.add(() -> forget(topics));
  }

  /// What could not be read may be tried again. Any thread.
  void retry() {
    requests.add(
        () -> {
          for (Catalog.Entry each : catalog.all()) {
            if (refused.contains(each.partition().topic())) {
              entered.add(each);
            }
          }
          refused.clear();
        });
  }

  private void forget(Set<String> topics) {
    if (followed.keySet().removeIf(each -> topics.contains(each.topic()))) {
      Set<TopicPartition> all = new HashSet<>(Set.of(CONTROL, WORDS, RETAINED));
      all.addAll(followed.keySet());
      consumer.assign(all);
    }
  }

  // ---------------------------------------------------------------- reading

  /// Reads what there is, or waits a little for it.
  ///
  /// @param told gets the messages once they are in the copy
  void read(Duration wait, java.util.function.Consumer<List<Stored>> told) {
    ConsumerRecords<byte[], byte[]> records;
    for (Runnable each = requests.poll(); each != null; each = requests.poll()) {
      each.run();
    }
    try {
      records = consumer.poll(wait);
    } catch (OffsetOutOfRangeException e) {
      missed(e);
      return;
    } catch (TopicAuthorizationException e) {
      LOG.error(
          "Kafka does not let this node read {}: nothing of it is delivered; allow READ and"
              + " DESCRIBE, it is tried again every half minute",
          e.unauthorizedTopics());
      refused.addAll(e.unauthorizedTopics());
      forget(e.unauthorizedTopics());
      return;
    }
    Reading reading = new Reading();
    try {
      decode(records, reading);
    } catch (RuntimeException e) {
      // Passed over, it would be missing in this copy for ever.
      for (TopicPartition partition : records.partitions()) {
        consumer.seek(partition, records.records(partition).getFirst().offset());
      }
      throw e;
    }
    write(reading.change());
    controlHead = Math.max(controlHead, reading.controlHead);
    effects.happen();
    told.accept(reading.messages);
    follow();
  }

  private void decode(ConsumerRecords<byte[], byte[]> records, Reading reading) {
    reading.control(records.records(CONTROL));
    reading.retained(records.records(RETAINED));
    for (ConsumerRecord<byte[], byte[]> each : records.records(WORDS)) {
      WordsFormat.Words words = WordsFormat.decode(each);
      if (words != null) {
        reader.words(words);
      }
    }
    for (TopicPartition partition : records.partitions()) {
      Catalog.Entry entry = followed.get(partition);
      if (entry != null) {
        reading.messages(entry, records.records(partition));
      }
    }
    reading.local();
  }

  /// Retention in Kafka was faster than this node.
  private void missed(OffsetOutOfRangeException e) {
    Set<TopicPartition> partitions = e.partitions();
    LOG.warn("Kafka no longer has what comes next in {}; going on with the oldest", partitions);
    List<Replica.Head> heads = new ArrayList<>();
    consumer
        .beginningOffsets(partitions)
        .forEach(
            (partition, offset) -> {
              consumer.seek(partition, offset);
              Catalog.Entry entry = followed.get(partition);
              if (entry != null) {
                heads.add(new Replica.Head(entry.number(), offset));
              }
            });
    write(new Replica.Change(List.of(), heads, List.of()));
  }

  /// Until it is written there is nothing else to do: what comes next cannot be written either.
  private void write(Replica.Change change) {
    while (true) {
      try {
        if (!change.messages().isEmpty() || !change.heads().isEmpty() || !change.rows().isEmpty()) {
          replica.write(change);
        }
        if (trouble != null) {
          LOG.info("this node's copy can be written again");
          trouble = null;
        }
        return;
      } catch (Replica.ReplicaException e) {
        if (trouble == null) {
          LOG.error("this node's copy cannot be written, nothing is delivered: {}", e.getMessage());
        }
        trouble = e.failure();
        replica.tick(System.currentTimeMillis());
        pause(Duration.ofSeconds(1).toNanos());
        if (Thread.currentThread().isInterrupted()) {
          throw e;
        }
      }
    }
  }

  /// Waits while the broker has enough to deliver.
  static void waitWhile(BooleanSupplier congested) {
    while (congested.getAsBoolean() && !Thread.currentThread().isInterrupted()) {
      pause(CONGESTED_NANOS);
    }
  }

  private static void pause(long nanos) {
    LockSupport.parkNanos(nanos);
  }

  /// Retention of the copy. About once a second.
  void tick(long nowMillis) {
    replica.tick(nowMillis);
    if (nowMillis - seenMillis > SEEN_MILLIS || nowMillis < seenMillis) {
      seenMillis = nowMillis;
      Batch.Row seen = ownNumber(SEEN, bytes(nowMillis));
      write(new Replica.Change(List.of(), List.of(), List.of(seen)));
    }
  }

  /// Whether a copy was brought up to date so long ago that rows may have been removed since whose
  /// removal Kafka does not know any more either.
  static boolean isStale(Replica copy, long nowMillis) {
    long seen = ownNumber(copy, SEEN, nowMillis);
    return nowMillis - seen > STALE_MILLIS;
  }

  /// Ends a poll from any thread.
  void wakeUp() {
    consumer.wakeup();
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(Duration.ofMillis(Clients.CALL_MILLIS)));
  }

  /// What one poll brought.
  private final class Reading {
    final List<Stored> messages = new ArrayList<>();
    final List<Replica.Head> heads = new ArrayList<>();
    final List<Batch.Row> rows = new ArrayList<>();
    long controlHead = -1;

    void control(List<ConsumerRecord<byte[], byte[]>> records) {
      for (ConsumerRecord<byte[], byte[]> each : records) {
        Control control = ControlFormat.decode(each);
        if (control == null) {
          LOG.warn("offset {} of {} is nothing of Forebay's", each.offset(), CONTROL.topic());
        } else {
          control(control, each.offset());
        }
      }
      long position = consumer.position(CONTROL);
      if (position > Tail.this.controlHead) {
        controlHead = position;
        if (position > rowsFrom) {
          rows.add(ownNumber("control", bytes(position)));
        }
      }
    }

    private void control(Control control, long offset) {
      if (control instanceof Control.Entered entry) {
        Catalog.Entry fresh = catalog.apply(entry);
        if (fresh != null) {
          entered.add(fresh);
        }
      } else if (reader.control(control, offset)
          && control instanceof Control.Row row
          && offset >= rowsFrom) {
        rows.add(row.row());
      }
    }

    void retained(List<ConsumerRecord<byte[], byte[]>> records) {
      for (ConsumerRecord<byte[], byte[]> each : records) {
        RetainedFormat.Retained retained = RetainedFormat.decode(each);
        if (retained != null && !comesWithMessages(retained)) {
          rows.add(new Batch.Row(Tables.RETAINED, retained.topic(), retained.value()));
        }
      }
      if (!records.isEmpty()) {
        rows.add(ownNumber("retained", bytes(records.getLast().offset() + 1)));
      }
    }

    /// What is retained from where this node began to read on it knows from the messages, in their
    /// order.
    private boolean comesWithMessages(RetainedFormat.Retained retained) {
      Long begin = begins.get(retained.partition());
      return begin != null && retained.offset() >= begin;
    }

    void messages(Catalog.Entry entry, List<ConsumerRecord<byte[], byte[]>> records) {
      for (ConsumerRecord<byte[], byte[]> each : records) {
        switch (settings.mapping().fromRecord(each)) {
          case Incoming.Taken(Message message, int leftOut) -> {
            skipped.leftOut(leftOut);
            take(new Stored(notAhead(message), entry.number(), each.offset()));
          }
          case Incoming.Skipped(var reason) -> skipped.count(reason, each);
        }
      }
      heads.add(new Replica.Head(entry.number(), consumer.position(entry.partition())));
    }

    /// A clock that is far ahead somewhere must not keep retention from removing what is old here.
    private Message notAhead(Message message) {
      long latest = System.currentTimeMillis() + CLOCKS_DIFFER_MILLIS;
      return message.timestampMillis() <= latest
          ? message
          : new Message(
              message.topic(),
              message.payload(),
              message.qos(),
              message.retain(),
              message.properties(),
              message.publisher(),
              latest,
              message.expiresAtMillis());
    }

    private void take(Stored stored) {
      messages.add(stored);
      Message message = stored.message();
      if (message.retain()) {
        byte[] value = message.payload().length == 0 ? null : MessageFormat.encode(stored);
        rows.add(new Batch.Row(Tables.RETAINED, message.topic().getBytes(UTF_8), value));
      }
    }

    void local() {
      for (List<Batch.Row> each = local.poll(); each != null; each = local.poll()) {
        rows.addAll(each);
      }
    }

    Replica.Change change() {
      return new Replica.Change(messages, heads, rows);
    }
  }
}
