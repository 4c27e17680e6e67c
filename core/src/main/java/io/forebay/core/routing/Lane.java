package io.forebay.core.routing;

import io.forebay.core.log.Batch;
import io.forebay.core.log.Engine;
import io.forebay.core.log.EngineFailure;
import io.forebay.core.log.Receipt;
import io.forebay.core.message.Message;
import io.forebay.core.topic.TopicName;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The broker's side of one event loop.
///
/// Outward it gathers: all that the loop's connections publish in a turn becomes one batch, all
/// that goes to another lane one hand-over. Inward it takes hand-overs in order, a bounded number
/// of deliveries at a time, so that a great fan-out does not keep the loop from its sockets.
///
/// Unless a method says otherwise, it is called on the lane's event loop.
public final class Lane {
  /// Deliveries made before the loop looks at its sockets again.
  private static final int DELIVERIES_PER_TURN = 8_192;

  private final int index;
  private final EventLoop loop;
  private final Engine engine;
  private final Router router;
  private final Matcher matcher;
  private final Counters counters = new Counters();
  private final ReadTurns readTurns;

  private @Nullable Batch open;
  private final @Nullable HandOver[] outgoing;
  private final List<Runnable>[] errands;
  private boolean turnEndQueued;

  private final ArrayDeque<Work> waiting = new ArrayDeque<>();
  private int deliveriesLeft;
  private final List<Subscriber> marked = new ArrayList<>();
  private long mark;

  /// Bytes that others handed over and this lane has not taken yet.
  final AtomicLong handedOverBytes = new AtomicLong();

  private final List<Runnable> paused = new ArrayList<>();

  /// Readers that publishers wait for, and how far each was when it was last looked at.
  private final Map<Laggard, Long> laggards = new HashMap<>();

  /// A reader of the log that is fast and yet about to lose messages to retention.
  public interface Laggard {
    /// Grows as it reads.
    long progress();
  }

  @SuppressWarnings({
    "unchecked",
    "rawtypes"
  }) // an array of a generic class cannot be made otherwise
  Lane(int index, int laneCount, EventLoop loop, Engine engine, Router router) {
    this.index = index;
    this.loop = loop;
    this.engine = engine;
    this.router = router;
    this.matcher = router.newMatcher();
    this.readTurns = new ReadTurns(loop, router::messageCommits);
    outgoing = new @Nullable HandOver[laneCount];
    errands = new List[laneCount];
    for (int i = 0; i < laneCount; i++) {
      errands[i] = new ArrayList<>(0);
    }
  }

  public int index() {
    return index;
  }

  public Counters counters() {
    return counters;
  }

  /// Whose turn it is to read the log.
  public ReadTurns readTurns() {
    return readTurns;
  }

  /// Runs a task on the event loop, after what was queued before. Any thread.
  public void execute(Runnable task) {
    loop.execute(task);
  }

  /// Runs a task on the event loop after that time at the earliest. Any thread.
  public void after(long nanos, Runnable task) {
    loop.after(nanos, task);
  }

  // ---------------------------------------------------------------- outward

  /// Takes a message in: to the log if a stream captures it, else straight to whoever is connected.
  ///
  /// @param receipt told on this lane when the message is kept, or delivered if nobody keeps it;
  ///   null if nobody waits
  /// @param token given back to the receipt
  /// @param row kept together with the message, null for none
  public void publish(
      Message message, @Nullable Receipt receipt, int token, Batch.@Nullable Row row) {
    boolean request = TopicName.isRequest(message.topic());
    if (!request && engine.log().captures(message)) {
      batch().append(message, receipt, token, row);
      return;
    }
    if (message.retain() && !request) {
      batch().retain(message);
    }
    boolean matched = routeUncaptured(message);
    if (row != null) {
      batch().row(row);
      batch().afterwards(failure -> settle(receipt, token, matched, failure));
    } else {
      settle(receipt, token, matched, null);
    }
  }

  private static void settle(
      @Nullable Receipt receipt, int token, boolean matched, @Nullable EngineFailure failure) {
    if (receipt != null) {
      receipt.settled(token, matched, failure);
    }
  }

  /// The batch of this turn, for rows and for what is to happen when they are kept.
  public Batch batch() {
    Batch batch = open;
    if (batch == null) {
      batch = new Batch(index);
      open = batch;
      queueEndOfTurn();
    }
    return batch;
  }

  /// @return whether any subscriber was there for it
  private boolean routeUncaptured(Message message) {
    boolean any = false;
    int found = matcher.match(message.topic());
    for (int i = 0; i < found; i++) {
      Interest interest = matcher.get(i);
      for (long lanes = interest.lanes(); lanes != 0; lanes &= lanes - 1) {
        any = true;
        outgoing(Long.numberOfTrailingZeros(lanes)).add(message, interest, -1, -1);
      }
    }
    return any;
  }

  private HandOver outgoing(int target) {
    HandOver handOver = outgoing[target];
    if (handOver == null) {
      handOver = new HandOver();
      outgoing[target] = handOver;
      queueEndOfTurn();
    }
    return handOver;
  }

  /// Runs a task on another lane's loop; tasks of one turn travel together.
  public void post(Lane target, Runnable task) {
    errands[target.index].add(task);
    queueEndOfTurn();
  }

  private void queueEndOfTurn() {
    if (!turnEndQueued) {
      turnEndQueued = true;
      loop.execute(this::endTurn);
    }
  }

  private void endTurn() {
    turnEndQueued = false;
    Batch batch = open;
    if (batch != null) {
      open = null;
      engine.submit(batch);
    }
    for (int i = 0; i < outgoing.length; i++) {
      HandOver handOver = outgoing[i];
      if (handOver != null) {
        outgoing[i] = null;
        router.lane(i).handOver(handOver);
      }
      if (!errands[i].isEmpty()) {
        List<Runnable> tasks = List.copyOf(errands[i]);
        errands[i].clear();
        router.lane(i).execute(() -> tasks.forEach(Runnable::run));
      }
    }
  }

  // ---------------------------------------------------------------- inward

  /// Work of the lane that may need several turns.
  private interface Work {
    /// Goes on.
    ///
    /// @return whether it is done
    boolean advance();
  }

  /// Gives this lane something to deliver. Any thread.
  void handOver(HandOver handOver) {
    if (handedOverBytes.addAndGet(handOver.bytes()) > Router.CONGESTED_BYTES) {
      router.noteCongestion();
    }
    loop.execute(() -> enqueue(new Taking(handOver)));
  }

  /// Runs a task once all that was handed over before this call is delivered. Any thread.
  public void afterHandOvers(Runnable task) {
    loop.execute(
        () ->
            enqueue(
                new Work() {
                  private boolean ran;

                  @Override
                  public boolean advance() {
                    if (!ran) {
                      ran = true;
                      task.run();
                    }
                    return true;
                  }
                }));
  }

  private void enqueue(Work work) {
    waiting.add(work);
    if (waiting.size() == 1) {
      advance();
    }
  }

  /// Works off what waits, in order, until this turn's share of deliveries is made. A delivery that
  /// throws is the loop's to report; the others go on.
  private void advance() {
    deliveriesLeft = DELIVERIES_PER_TURN;
    boolean done = false;
    try {
      Work work = waiting.peek();
      while (work != null && work.advance()) {
        waiting.remove();
        work = waiting.peek();
      }
      done = work == null;
    } finally {
      if (!done) {
        loop.execute(this::advance);
      }
    }
  }

  private final class Taking implements Work {
    private final HandOver handOver;
    private int row;

    Taking(HandOver handOver) {
      this.handOver = handOver;
    }

    @Override
    public boolean advance() {
      handOver.tellSettled();
      while (row < handOver.size()) {
        if (deliveriesLeft <= 0) {
          return false;
        }
        int begin = row;
        row = handOver.endOfMessage(begin);
        deliveriesLeft -=
            row == begin + 1 ? deliverOnce(handOver, begin) : deliverMerged(handOver, begin, row);
      }
      if (handedOverBytes.addAndGet(-handOver.bytes()) < Router.CONGESTED_BYTES / 2
          && router.isCongested()) {
        router.relieved();
      }
      return true;
    }
  }

  private int deliverOnce(HandOver handOver, int row) {
    Roster roster = handOver.interest(row).roster(index);
    if (roster == null) {
      return 0;
    }
    Message message = handOver.message(row);
    int partition = handOver.partition(row);
    long offset = handOver.offset(row);
    for (int i = 0; i < roster.size(); i++) {
      Subscription subscription = roster.get(i);
      if (subscription.counts(message, partition, offset)) {
        subscription.subscriber().offer(message, partition, offset, subscription.grant());
      }
    }
    return roster.size();
  }

  /// Several filters matched: a subscriber that holds more than one of them gets the message once
  /// (MQTT 5 §3.3.4). It is marked with the message's number when met first.
  private int deliverMerged(HandOver handOver, int from, int to) {
    Message message = handOver.message(from);
    int partition = handOver.partition(from);
    long offset = handOver.offset(from);
    mark++;
    for (int row = from; row < to; row++) {
      Roster roster = handOver.interest(row).roster(index);
      for (int i = 0; roster != null && i < roster.size(); i++) {
        Subscription subscription = roster.get(i);
        if (subscription.counts(message, partition, offset)) {
          mark(subscription);
        }
      }
    }
    try {
      for (int i = 0; i < marked.size(); i++) {
        Subscriber subscriber = marked.get(i);
        Grant grant = subscriber.markedGrant;
        if (grant != null) {
          subscriber.markedGrant = null;
          subscriber.offer(message, partition, offset, grant);
        }
      }
      return marked.size();
    } finally {
      marked.clear();
    }
  }

  private void mark(Subscription subscription) {
    Subscriber subscriber = subscription.subscriber();
    Grant grant = subscriber.markedGrant;
    if (subscriber.markedBy == mark && grant != null) {
      subscriber.markedGrant = grant.merge(subscription.grant());
    } else {
      subscriber.markedBy = mark;
      subscriber.markedGrant = subscription.grant();
      marked.add(subscriber);
    }
  }

  // ---------------------------------------------------------------- back-pressure

  /// Whether publishers should wait: some lane has more to deliver than it gets done.
  public boolean congested() {
    return router.isCongested();
  }

  /// Runs `resume` on this lane when the congestion is over.
  public void whenRelieved(Runnable resume) {
    paused.add(resume);
    if (!router.isCongested()) {
      loop.execute(this::resumePaused);
    }
  }

  /// Makes publishers wait until [#goOn], or until the reader does not get on.
  public void waitFor(Laggard laggard) {
    if (laggards.putIfAbsent(laggard, laggard.progress()) == null) {
      router.waitForOneMore();
    }
  }

  /// The reader is out of danger. Does nothing if nobody waits for it.
  public void goOn(Laggard laggard) {
    if (laggards.remove(laggard) != null) {
      router.waitForOneLess();
    }
  }

  /// Called about once a second: nobody waits for a reader that stands still.
  public void tick() {
    for (Laggard laggard : List.copyOf(laggards.keySet())) {
      Long before = laggards.put(laggard, laggard.progress());
      if (before != null && before == laggard.progress()) {
        goOn(laggard);
      }
    }
  }

  void resumePaused() {
    List<Runnable> all = List.copyOf(paused);
    paused.clear();
    all.forEach(Runnable::run);
  }
}
