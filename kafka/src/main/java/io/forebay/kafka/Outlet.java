package io.forebay.kafka;

import io.forebay.core.log.Batch;
import io.forebay.core.log.EngineFailure;
import io.forebay.core.log.EngineFailure.Kind;
import io.forebay.core.log.Stored;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
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
  private final Life life;
  private final Rules rules;
  private final Teller teller;
  private final Post post;
  private final Transactions transactions;
  private final MessageWriter messages;
  private final RowWriter rows;
  private final Settling settling;
  private final Speech speech;
  private final Thread thread;

  private final ConcurrentLinkedQueue<Item> queue = new ConcurrentLinkedQueue<>();
  private final List<Batch> together = new ArrayList<>();
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
    this(
        settings,
        clients.producer("out"),
        new Transactions(() -> clients.transactions(settings.node(), "transactions")),
        topics,
        life,
        rules,
        teller);
  }

  Outlet(
      KafkaSettings settings,
      Producer<byte[], byte[]> producer,
      Transactions transactions,
      Topics topics,
      Life life,
      Rules rules,
      Teller teller) {
    this.settings = settings;
    this.life = life;
    this.rules = rules;
    this.teller = teller;
    this.transactions = transactions;
    post = new Post(producer);
    settling = new Settling(life, rules, teller);
    speech = new Speech(post, life, rules);
    rows = new RowWriter(post, life, rules, this::finished);
    messages =
        new MessageWriter(settings.mapping(), topics, post, transactions, rows, rules, new Next());
    thread = Thread.ofPlatform().name("forebay-kafka-out").daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  // ---------------------------------------------------------------- any thread

  void submit(Batch batch) {
    settling.begins(batch);
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
      refuseQueue(Failures.CLOSING);
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

  /// What was submitted and is not settled, about. Any thread.
  long bytes() {
    return settling.bytes();
  }

  /// Sends at once, on the calling thread; for what must not wait for its turn.
  void sendNow(ProducerRecord<byte[], byte[]> record, Sent sent) {
    post.send(record, (metadata, failure) -> sent.sent(failure));
  }

  private final class Next implements MessageWriter.Next {
    @Override
    public void retained(Pending pending, int append, Stored stored) {
      add(new Item.OfRetained(pending, append, stored));
    }

    @Override
    public void oneLess(Pending pending) {
      if (pending.done()) {
        if (pending.failure() == null && !pending.batch.rows().isEmpty()) {
          add(new Item.OfRows(pending));
        } else {
          finished(pending);
        }
      }
    }
  }

  private void finished(Pending pending) {
    settling.finished(pending);
    wake();
  }

  // ---------------------------------------------------------------- its thread

  private void run() {
    while (true) {
      boolean last = closing;
      boolean any = false;
      try {
        any = round();
      } catch (RuntimeException e) {
        LOG.error("writing to Kafka failed in a way that was not foreseen", e);
      }
      if (!any && last && (settling.bytes() == 0 || outOfTime())) {
        break;
      }
      if (!any) {
        rest();
      }
    }
    if (outOfTime()) {
      post.close(Duration.ZERO);
    } else {
      post.flush();
    }
    settling.settle();
    ended = true;
    refuseQueue(Failures.CLOSING);
    settling.refuseUnread(Failures.CLOSING);
  }

  private boolean outOfTime() {
    return closing && System.nanoTime() - closesAt > 0;
  }

  /// Settles what can be settled, and works off some of what waits.
  ///
  /// @return whether anything waited
  boolean round() {
    if (lost.getAndSet(false) || life.isReplaced()) {
      refuseQueue(Failures.LOST);
      settling.refuseUnread(Failures.LOST);
    }
    if (!closing && life.number() == 0) {
      beginAnew();
    }
    speech.endIfBroken();
    settling.settle();
    holdOrGoOn();
    return life.mayAct() && turn();
  }

  /// After it was taken for dead: under another number.
  private void beginAnew() {
    if (life.isReplaced() || System.nanoTime() - triedNanos < RETRY_NANOS) {
      return;
    }
    triedNanos = System.nanoTime();
    try {
      transactions.begin();
      Uuid fresh = life.anew();
      if (fresh != null) {
        post.send(
            ControlFormat.encode(new Control.Hello(fresh, settings.node())),
            (metadata, failure) -> {});
      }
    } catch (KafkaException e) {
      LOG.warn("this node cannot take part again yet: {}", Failures.words(e));
    }
  }

  private void rest() {
    idle = true;
    boolean workToDo = !queue.isEmpty() && life.mayAct();
    if (!workToDo && !lost.get() && !settling.isDue()) {
      LockSupport.parkNanos(this, LOOK_NANOS);
    }
    idle = false;
  }

  private void holdOrGoOn() {
    boolean still = !life.mayAct();
    tellOfTouch(still);
    trouble =
        still
            ? new EngineFailure(
                Kind.UNAVAILABLE,
                life.isReplaced()
                    ? "another node has the name " + settings.node()
                    : "this node is out of touch with Kafka")
            : null;
    long under = settling.bytes();
    if (still || under > HOLD_BYTES) {
      teller.hold(true);
    } else if (under < HOLD_BYTES / 2) {
      teller.hold(false);
    }
  }

  private void tellOfTouch(boolean still) {
    if (still && trouble == null && !closing) {
      LOG.warn("this node is out of touch with Kafka: publishers wait, and so do who connects");
    } else if (!still && trouble != null) {
      LOG.info("this node is in touch with Kafka again");
    }
  }

  /// Works off some of what waits.
  ///
  /// @return whether there was anything
  private boolean turn() {
    int taken = 0;
    for (Item item = queue.poll(); item != null; item = queue.poll()) {
      if (item instanceof Item.OfBatch(Batch batch)) {
        together.add(batch);
        taken += 1 + batch.appends().size();
      } else {
        // In the order in which they were given.
        sendTogether();
        other(item);
        taken++;
      }
      if (taken >= MOST_PER_TURN) {
        break;
      }
    }
    sendTogether();
    return taken > 0;
  }

  private void other(Item item) {
    switch (item) {
      case Item.OfBatch batch -> throw new IllegalArgumentException("batches go together");
      case Item.OfControl(Control control, Sent sent) -> speech.say(control, sent);
      case Item.OfWords(long node, byte[] words) -> speech.say(node, words);
      case Item.OfRetained(Pending pending, int append, Stored stored) ->
          messages.retain(pending, append, stored);
      case Item.OfRows(Pending pending) -> rows.write(pending);
    }
  }

  private void sendTogether() {
    if (together.isEmpty()) {
      return;
    }
    boolean exactly =
        together.stream()
            .flatMap(each -> each.appends().stream())
            .anyMatch(each -> each.row() != null);
    List<Pending> group = together.stream().map(each -> new Pending(each, life.number())).toList();
    group.forEach(settling::sent);
    together.clear();
    try {
      if (exactly) {
        messages.writeTogether(group, () -> life.number() == 0 || outOfTime());
      } else {
        group.forEach(messages::write);
      }
    } catch (Transactions.Fenced e) {
      rules.fenced();
    }
    group.forEach(new Next()::oneLess);
  }

  /// Of what waits nothing is written any more. Any thread.
  private void refuseQueue(EngineFailure why) {
    List<Teller.Outcome> outcomes = new ArrayList<>();
    for (Item item = queue.poll(); item != null; item = queue.poll()) {
      switch (item) {
        case Item.OfBatch(Batch batch) -> refuse(new Pending(batch, 0), true, why, outcomes);
        case Item.OfControl(Control control, Sent sent) -> sent.sent(why);
        case Item.OfWords words -> {}
        case Item.OfRetained(Pending pending, int append, Stored stored) -> {
          pending.refuse(append, why);
          if (pending.done()) {
            refuse(pending, false, why, outcomes);
          }
        }
        case Item.OfRows(Pending pending) -> refuse(pending, false, why, outcomes);
      }
    }
    teller.settled(outcomes);
  }

  /// As long as somebody settles, it is told in its turn.
  private void refuse(
      Pending pending, boolean fresh, EngineFailure why, List<Teller.Outcome> outcomes) {
    if (ended) {
      outcomes.add(settling.ends(pending, why));
      return;
    }
    pending.fail(why);
    if (fresh) {
      settling.sent(pending);
    }
    settling.finished(pending);
  }

  // ---------------------------------------------------------------- the beginning and the end

  /// Begins to take part in transactions, which ends those of a former life. Blocks.
  void beginTransactions() {
    transactions.begin();
  }

  /// Waits until Kafka has answered all that was sent. Blocks.
  void flush() {
    post.flush();
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
    post.close(Duration.ofMillis(Clients.CALL_MILLIS));
    transactions.close();
  }
}
