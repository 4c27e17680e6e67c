package io.forebay.kafka;

import io.forebay.core.log.Batch;
import io.forebay.core.log.EngineFailure;
import io.forebay.core.log.EngineFailure.Kind;
import io.forebay.core.log.MessageFormat;
import io.forebay.core.log.Stored;
import io.forebay.core.log.Tables;
import io.forebay.core.message.Message;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Everything that this node writes to Kafka goes through one thread, in the order in which it was
/// given; what Kafka acknowledged is settled by the same thread.
final class Outlet {
  private static final Logger LOG = LoggerFactory.getLogger(Outlet.class);

  /// Publishers wait while more than this is on its way.
  private static final long HOLD_BYTES = 32L << 20;

  private static final int MOST_PER_TURN = 1_024;
  private static final long LOOK_NANOS = 20_000_000;
  private static final long RETRY_NANOS = 3_000_000_000L;
  private static final long CLOSE_NANOS = 10_000_000_000L;

  /// What waits for the thread.
  private sealed interface Item {
    record OfBatch(Batch batch) implements Item {}

    record OfControl(Control control, Sent sent) implements Item {}

    record OfWords(long node, byte[] words) implements Item {}

    /// Kafka has the message, which is its topic's retained value now.
    record OfRetained(Pending pending, int append, Stored stored) implements Item {}

    /// Kafka has the messages of the batch.
    record OfRows(Pending pending) implements Item {}
  }

  /// Told on some thread whether Kafka has it.
  interface Sent {
    void sent(@Nullable EngineFailure failure);
  }

  /// Of the node: what the outlet asks before it writes.
  interface Rules {
    /// Whether this node holds a name, as far as it has read.
    boolean holds(String name);

    /// The number of a partition; -1 if this node does not read it.
    int number(TopicPartition partition);

    /// How far this node has read the control topic.
    long controlHead();

    /// Rows that are this node's alone.
    void local(List<Batch.Row> rows);

    /// Another has taken this node's place in transactions, or nobody can say whether: it has to
    /// begin a new life.
    void fenced();
  }

  private final KafkaSettings settings;
  private final Topics topics;
  private final Life life;
  private final Rules rules;
  private final Teller teller;
  private final Producer<byte[], byte[]> messages;
  private final Transactions transactions;
  private final Thread thread;

  private final ConcurrentLinkedQueue<Item> queue = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Pending> finished = new ConcurrentLinkedQueue<>();

  /// Kafka has their rows; this node has not read them yet.
  private final ArrayDeque<Pending> unread = new ArrayDeque<>();

  private final AtomicLong bytes = new AtomicLong();
  private final AtomicBoolean lost = new AtomicBoolean();
  private long triedNanos = System.nanoTime();
  private volatile long closesAt;
  private volatile boolean idle;
  private volatile boolean closing;
  private volatile boolean ended;
  private volatile @Nullable EngineFailure trouble;

  Outlet(
      KafkaSettings settings,
      Clients clients,
      Topics topics,
      Life life,
      Rules rules,
      Teller teller) {
    this.settings = settings;
    this.topics = topics;
    this.life = life;
    this.rules = rules;
    this.teller = teller;
    this.messages = clients.producer("out");
    this.transactions = new Transactions(clients, settings.node());
    thread = Thread.ofPlatform().name("forebay-kafka-out").daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  // ---------------------------------------------------------------- any thread

  void submit(Batch batch) {
    bytes.addAndGet(Pending.sizeBytes(batch));
    add(new Item.OfBatch(batch));
  }

  /// @param sent told when Kafka has it, or not; not that this node has read it
  void submit(Control control, Sent sent) {
    add(new Item.OfControl(control, sent));
  }

  void submit(long node, byte[] words) {
    add(new Item.OfWords(node, words));
  }

  private void add(Item item) {
    queue.add(item);
    if (ended) {
      refuseAll(Failures.CLOSING);
    } else {
      wake();
    }
  }

  /// There may be something to settle.
  void wake() {
    if (idle) {
      LockSupport.unpark(thread);
    }
  }

  /// This node was taken for dead: what it was about to write is void.
  void lost() {
    lost.set(true);
    wake();
  }

  /// Why publishers are refused or wait; null if they are not. Any thread.
  @Nullable EngineFailure trouble() {
    return trouble;
  }

  /// Sends at once, on the calling thread; for what must not wait for its turn.
  void sendNow(ProducerRecord<byte[], byte[]> record, Sent sent) {
    send(record, (metadata, failure) -> sent.sent(failure));
  }

  // ---------------------------------------------------------------- its thread

  private void run() {
    List<Batch> together = new ArrayList<>();
    while (true) {
      boolean last = closing;
      if (lost.getAndSet(false) || life.isReplaced()) {
        refuseAll(Failures.LOST);
      }
      if (!last && life.number() == 0) {
        beginAnew();
      }
      settle();
      holdOrGoOn();
      boolean any = life.mayAct() && turn(together);
      if (!any && last && (bytes.get() == 0 || System.nanoTime() - closesAt > 0)) {
        break;
      }
      if (!any) {
        rest();
      }
    }
    messages.flush();
    settle();
    ended = true;
    refuseAll(Failures.CLOSING);
  }

  /// After it was taken for dead: under another number.
  private void beginAnew() {
    if (life.isReplaced() || System.nanoTime() - triedNanos < RETRY_NANOS) {
      return;
    }
    triedNanos = System.nanoTime();
    try {
      transactions.begin();
      send(
          ControlFormat.encode(new Control.Hello(life.life(), settings.node())),
          (metadata, failure) -> {});
    } catch (KafkaException e) {
      LOG.warn("this node cannot take part again yet: {}", Failures.words(e));
    }
  }

  private void rest() {
    idle = true;
    boolean workToDo = !queue.isEmpty() && life.mayAct();
    if (!workToDo && finished.isEmpty() && !closing && !lost.get() && !readable()) {
      LockSupport.parkNanos(this, LOOK_NANOS);
    }
    idle = false;
  }

  private boolean readable() {
    Pending first = unread.peek();
    return first != null && first.rowOffset() < rules.controlHead();
  }

  private void holdOrGoOn() {
    boolean still = !life.mayAct();
    trouble =
        still
            ? new EngineFailure(
                Kind.UNAVAILABLE,
                life.isReplaced()
                    ? "another node has the name " + settings.node()
                    : "this node is out of touch with Kafka")
            : null;
    long under = bytes.get();
    if (still || under > HOLD_BYTES) {
      teller.hold(true);
    } else if (under < HOLD_BYTES / 2) {
      teller.hold(false);
    }
  }

  /// Works off some of what waits.
  ///
  /// @return whether there was anything
  private boolean turn(List<Batch> together) {
    boolean exactly = false;
    int taken = 0;
    for (Item item = queue.poll(); item != null; item = queue.poll()) {
      if (item instanceof Item.OfBatch(Batch batch)) {
        together.add(batch);
        exactly |= batch.appends().stream().anyMatch(each -> each.row() != null);
        taken += 1 + batch.appends().size();
      } else {
        // In the order in which they were given.
        send(together, exactly);
        exactly = false;
        other(item);
        taken++;
      }
      if (taken >= MOST_PER_TURN) {
        break;
      }
    }
    send(together, exactly);
    return taken > 0;
  }

  private void other(Item item) {
    switch (item) {
      case Item.OfBatch(Batch batch) -> send(List.of(batch), true);
      case Item.OfControl(Control control, Sent sent) ->
          send(ControlFormat.encode(control), (metadata, failure) -> sent.sent(failure));
      case Item.OfWords(long node, byte[] words) ->
          send(WordsFormat.words(life.number(), node, words), (metadata, failure) -> {});
      case Item.OfRetained(Pending pending, int append, Stored stored) ->
          retain(pending, append, stored);
      case Item.OfRows(Pending pending) -> rows(pending);
    }
  }

  private void send(List<Batch> together, boolean exactly) {
    if (together.isEmpty()) {
      return;
    }
    List<Pending> pending =
        together.stream().map(each -> new Pending(each, life.number())).toList();
    together.clear();
    if (exactly) {
      sendTogether(pending);
    } else {
      pending.forEach(this::sendEach);
    }
    pending.forEach(this::oneLess);
  }

  // ---------------------------------------------------------------- messages

  private void sendEach(Pending pending) {
    List<Batch.Append> appends = pending.batch.appends();
    for (int i = 0; i < appends.size(); i++) {
      Batch.Append append = appends.get(i);
      if (!append.stored()) {
        keepHere(append.message());
        continue;
      }
      int number = i;
      ProducerRecord<byte[], byte[]> record =
          topics.record(settings.mapping().toRecord(append.message()));
      if (record == null) {
        pending.batch.refuseAppend(number, noTopic(append.message()));
        continue;
      }
      pending.add();
      send(
          record,
          (metadata, failure) -> {
            if (failure != null) {
              pending.batch.refuseAppend(number, failure);
              oneLess(pending);
            } else {
              written(pending, number, metadata);
            }
          });
    }
  }

  private EngineFailure noTopic(Message message) {
    String name = settings.mapping().toRecord(message).topic();
    return new EngineFailure(
        Kind.UNAVAILABLE, "Kafka has no topic " + name + " for messages on " + message.topic());
  }

  /// Kafka has the message.
  private void written(Pending pending, int append, @Nullable RecordMetadata metadata) {
    Message message = pending.batch.appends().get(append).message();
    if (!message.retain() || metadata == null) {
      oneLess(pending);
      return;
    }
    int number = rules.number(new TopicPartition(metadata.topic(), metadata.partition()));
    add(new Item.OfRetained(pending, append, new Stored(message, number, metadata.offset())));
  }

  private void retain(Pending pending, int append, Stored stored) {
    send(
        RetainedFormat.record(stored),
        (metadata, failure) -> {
          if (failure != null) {
            pending.batch.refuseAppend(append, failure);
          }
          oneLess(pending);
        });
  }

  /// Topics that begin with `$` are this node's alone.
  private void keepHere(Message message) {
    byte[] key = message.topic().getBytes(java.nio.charset.StandardCharsets.UTF_8);
    byte[] value =
        message.payload().length == 0 ? null : MessageFormat.encode(new Stored(message, -1, -1));
    rules.local(List.of(new Batch.Row(Tables.RETAINED, key, value)));
  }

  private void oneLess(Pending pending) {
    if (pending.done()) {
      boolean rowsAreLeft = pending.rowOffset() < 0 && !pending.batch.rows().isEmpty();
      if (pending.failure() == null && rowsAreLeft) {
        add(new Item.OfRows(pending));
      } else {
        finished.add(pending);
        wake();
      }
    }
  }

  // ---------------------------------------------------------------- rows

  private void rows(Pending pending) {
    List<Batch.Row> here = new ArrayList<>(0);
    pending.again();
    for (Batch.Row row : pending.batch.rows()) {
      if (row.table().equals(Tables.RETAINED)) {
        here.add(row);
      } else if (pending.writer != life.number() || !mayWrite(row)) {
        pending.fail(Failures.LOST);
      } else {
        pending.add();
        send(
            ControlFormat.encode(new Control.Row(pending.writer, row)),
            (metadata, failure) -> rowWritten(pending, metadata, failure));
      }
    }
    if (!here.isEmpty()) {
      rules.local(here);
    }
    rowWritten(pending, null, null);
  }

  private boolean mayWrite(Batch.Row row) {
    return row.claim() == null || rules.holds(row.claim());
  }

  private void rowWritten(
      Pending pending, @Nullable RecordMetadata metadata, @Nullable EngineFailure failure) {
    if (failure != null) {
      pending.fail(failure);
    } else if (metadata != null) {
      pending.wroteRow(metadata.offset());
    }
    if (pending.done()) {
      finished.add(pending);
      wake();
    }
  }

  // ---------------------------------------------------------------- message and row together

  /// Of batches that came together: all their messages, and the rows that belong to single ones, in
  /// one transaction. What went before is waited for, since two producers know no order.
  private void sendTogether(List<Pending> group) {
    try {
      messages.flush();
      List<Transactions.Part> parts = new ArrayList<>();
      for (Pending pending : group) {
        List<Batch.Append> appends = pending.batch.appends();
        for (int i = 0; i < appends.size(); i++) {
          Transactions.Part part = part(pending, i, appends.get(i));
          if (part != null) {
            pending.add();
            parts.add(part);
          }
        }
      }
      transactions.commit(
          parts,
          () -> life.number() == 0,
          (part, metadata, failure) -> {
            if (failure != null) {
              part.pending().batch.refuseAppend(part.append(), failure);
              oneLess(part.pending());
            } else {
              written(part.pending(), part.append(), metadata);
            }
          });
    } catch (Transactions.Fenced e) {
      rules.fenced();
    }
  }

  private Transactions.@Nullable Part part(Pending pending, int number, Batch.Append append) {
    if (!append.stored()) {
      keepHere(append.message());
      return null;
    }
    ProducerRecord<byte[], byte[]> record =
        topics.record(settings.mapping().toRecord(append.message()));
    Batch.Row row = append.row();
    if (record == null) {
      pending.batch.refuseAppend(number, noTopic(append.message()));
      return null;
    }
    if (row != null && !mayWrite(row)) {
      pending.batch.refuseAppend(number, Failures.LOST);
      return null;
    }
    return new Transactions.Part(
        pending,
        number,
        record,
        row == null ? null : ControlFormat.encode(new Control.Row(pending.writer, row)));
  }

  // ---------------------------------------------------------------- settling

  private void settle() {
    List<Teller.Outcome> outcomes = new ArrayList<>();
    for (Pending each = finished.poll(); each != null; each = finished.poll()) {
      if (each.failure() == null && each.rowOffset() >= rules.controlHead()) {
        unread.add(each);
      } else {
        outcomes.add(outcome(each, each.failure()));
      }
    }
    Pending first = unread.peek();
    while (first != null && first.rowOffset() < rules.controlHead()) {
      unread.remove();
      outcomes.add(outcome(first, null));
      first = unread.peek();
    }
    teller.settled(outcomes);
  }

  private Teller.Outcome outcome(Pending pending, @Nullable EngineFailure failure) {
    bytes.addAndGet(-Pending.sizeBytes(pending.batch));
    return new Teller.Outcome(pending.batch, failure);
  }

  private synchronized void refuseAll(EngineFailure why) {
    List<Teller.Outcome> outcomes = new ArrayList<>();
    for (Item item = queue.poll(); item != null; item = queue.poll()) {
      switch (item) {
        case Item.OfBatch(Batch batch) -> {
          bytes.addAndGet(-Pending.sizeBytes(batch));
          outcomes.add(new Teller.Outcome(batch, why));
        }
        case Item.OfControl(Control control, Sent sent) -> sent.sent(why);
        case Item.OfWords words -> {}
        case Item.OfRetained(Pending pending, int append, Stored stored) -> {
          pending.batch.refuseAppend(append, why);
          if (pending.done()) {
            outcomes.add(outcome(pending, why));
          }
        }
        case Item.OfRows(Pending pending) -> outcomes.add(outcome(pending, why));
      }
    }
    if (thread.equals(Thread.currentThread())) {
      for (Pending each = unread.poll(); each != null; each = unread.poll()) {
        outcomes.add(outcome(each, why));
      }
    }
    teller.settled(outcomes);
  }

  // ---------------------------------------------------------------- Kafka

  private interface Answer {
    void is(@Nullable RecordMetadata metadata, @Nullable EngineFailure failure);
  }

  private void send(ProducerRecord<byte[], byte[]> record, Answer answer) {
    try {
      messages.send(
          record,
          (metadata, e) -> {
            if (e != null) {
              LOG.debug("Kafka did not take a record for {}", record.topic(), e);
              answer.is(null, Failures.of(e));
            } else {
              answer.is(metadata, null);
            }
          });
    } catch (KafkaException e) {
      answer.is(null, Failures.of(e));
    }
  }

  /// Begins to take part in transactions, which ends those of a former life. Blocks.
  void beginTransactions() {
    transactions.begin();
  }

  /// Waits until Kafka has answered all that was sent. Blocks.
  void flush() {
    messages.flush();
  }

  /// Writes what was submitted, and ends; not without having waited for a while.
  ///
  /// @param last runs when all is written
  void close(Runnable last) {
    closesAt = System.nanoTime() + CLOSE_NANOS;
    closing = true;
    LockSupport.unpark(thread);
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    ended = true;
    last.run();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /// Lets go of what was opened.
  void abandon() {
    messages.close(Duration.ofMillis(Clients.CALL_MILLIS));
    transactions.close();
  }
}
