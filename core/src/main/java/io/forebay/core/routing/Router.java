package io.forebay.core.routing;

import io.forebay.core.log.Batch;
import io.forebay.core.log.CommitListener;
import io.forebay.core.log.Engine;
import io.forebay.core.log.EngineFailure;
import io.forebay.core.log.Stored;
import io.forebay.core.topic.SubscriptionIndex;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Matches each committed message against the filters of connected subscribers and groups the
/// deliveries by lane: one hand-over per lane per commit.
///
/// [#committed], [#settled] and [#endOfCommit] come from the engine, one at a time; everything else
/// may be called from any thread.
public final class Router implements CommitListener {
  /// Bytes that may wait for one lane before publishers are made to wait.
  static final long CONGESTED_BYTES = 16 << 20;

  private static final int MAXIMUM_LANES = 64;

  private final SubscriptionIndex<Interest> index = new SubscriptionIndex<>();
  private final Engine engine;
  private final List<Lane> lanes;
  private final Matcher matcher = new Matcher(index);
  private final @Nullable HandOver[] outgoing;
  private final AtomicInteger messageCommits = new AtomicInteger();
  private boolean anyCommitted;

  /// Per partition, the offset below which every message has been handed over to the lanes.
  private volatile AtomicLongArray routed;

  /// What [#routed] becomes at the end of the commit. The engine's thread only.
  private long[] committed;

  /// The start of the newest subscription: many that begin between two messages share one array.
  private volatile long[] newestStart = {};

  private volatile boolean congested;

  /// What publishers wait for: readers that lag, and the end of an overload.
  private final AtomicInteger laggards = new AtomicInteger();

  /// @param loops the event loops, in the order of the lanes' numbers
  public Router(Engine engine, List<? extends EventLoop> loops) {
    if (loops.isEmpty() || loops.size() > MAXIMUM_LANES) {
      throw new IllegalArgumentException(
          "1 to " + MAXIMUM_LANES + " event loops, not " + loops.size());
    }
    this.engine = engine;
    outgoing = new @Nullable HandOver[loops.size()];
    lanes =
        IntStream.range(0, loops.size())
            .mapToObj(i -> new Lane(i, loops.size(), loops.get(i), engine, this))
            .toList();
    // What was there before us has nobody to go to.
    committed = heads();
    routed = new AtomicLongArray(committed);
  }

  public List<Lane> lanes() {
    return lanes;
  }

  Lane lane(int i) {
    return lanes.get(i);
  }

  Matcher newMatcher() {
    return new Matcher(index);
  }

  // ---------------------------------------------------------------- interest

  /// Adds a subscription that has its start. On the subscriber's lane.
  public void add(Lane lane, Subscription subscription) {
    lane.counters().increment(Figure.SUBSCRIPTIONS_ADDED);
    index.update(
        subscription.filter(),
        there -> {
          Interest interest = there == null ? new Interest(lanes.size()) : there;
          interest.add(lane.index(), subscription);
          return interest;
        });
  }

  /// Adds a subscription that counts from now on: all that is committed after this call is offered,
  /// nothing that was committed before. On the subscriber's lane.
  ///
  /// The order matters: a message that was matched before the filter was there was committed before
  /// the heads are read.
  public void begin(Lane lane, Subscription subscription) {
    add(lane, subscription);
    long[] start = heads();
    long[] newest = newestStart;
    if (Arrays.equals(start, newest)) {
      start = newest;
    } else {
      newestStart = start;
    }
    subscription.startAt(start);
  }

  /// From now on nothing is offered for this subscription. On the subscriber's lane, and not while
  /// it is being offered something.
  public void remove(Lane lane, Subscription subscription) {
    lane.counters().increment(Figure.SUBSCRIPTIONS_REMOVED);
    index.update(
        subscription.filter(),
        there -> {
          if (there == null) {
            return null;
          }
          there.remove(lane.index(), subscription);
          return there.lanes() == 0 ? null : there;
        });
  }

  // ---------------------------------------------------------------- commits

  @Override
  public boolean committed(Stored stored) {
    if (stored.partition() >= committed.length) {
      committed = Arrays.copyOf(committed, engine.log().partitions());
    }
    committed[stored.partition()] = stored.offset() + 1;
    anyCommitted = true;
    boolean any = false;
    int found = matcher.match(stored.message().topic());
    for (int i = 0; i < found; i++) {
      Interest interest = matcher.get(i);
      for (long mask = interest.lanes(); mask != 0; mask &= mask - 1) {
        any = true;
        outgoing(Long.numberOfTrailingZeros(mask))
            .add(stored.message(), interest, stored.partition(), stored.offset());
      }
    }
    return any;
  }

  @Override
  public void settled(Batch batch, @Nullable EngineFailure failure) {
    outgoing(batch.lane()).settled(batch, failure);
  }

  @Override
  public void holdPublishers(boolean hold) {
    if (hold) {
      waitForOneMore();
    } else {
      waitForOneLess();
    }
  }

  @Override
  public boolean congested() {
    return congested;
  }

  @Override
  public void endOfCommit() {
    if (anyCommitted) {
      anyCommitted = false;
      messageCommits.incrementAndGet();
    }
    for (int i = 0; i < outgoing.length; i++) {
      HandOver handOver = outgoing[i];
      if (handOver != null) {
        outgoing[i] = null;
        lanes.get(i).handOver(handOver);
      }
    }
    noteRouted();
  }

  private HandOver outgoing(int lane) {
    HandOver handOver = outgoing[lane];
    if (handOver == null) {
      handOver = new HandOver();
      outgoing[lane] = handOver;
    }
    return handOver;
  }

  private void noteRouted() {
    // Not the log's heads: an engine may have written what it has not told yet.
    AtomicLongArray told = routed;
    if (told.length() < committed.length) {
      routed = new AtomicLongArray(committed);
      return;
    }
    for (int i = 0; i < committed.length; i++) {
      told.set(i, committed[i]);
    }
  }

  /// Per partition, the offset below which every message has been handed over to the lanes. A lane
  /// that has taken what was handed over to it before this call ([Lane#afterHandOvers]) has seen
  /// all of them.
  public long[] routed() {
    AtomicLongArray heads = routed;
    long[] copy = new long[heads.length()];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = heads.get(i);
    }
    return copy;
  }

  /// Per partition, the offset that the next committed message gets.
  public long[] heads() {
    long[] heads = new long[engine.log().partitions()];
    for (int i = 0; i < heads.length; i++) {
      heads[i] = engine.log().head(i);
    }
    return heads;
  }

  /// Counts the commits that held messages: while it stands still nobody publishes. Any thread.
  int messageCommits() {
    return messageCommits.get();
  }

  // ---------------------------------------------------------------- back-pressure

  boolean isCongested() {
    return congested || laggards.get() > 0;
  }

  /// Makes publishers wait until [#waitForOneLess] was called as often as this. Any thread.
  public void waitForOneMore() {
    laggards.incrementAndGet();
  }

  /// Any thread.
  public void waitForOneLess() {
    laggards.decrementAndGet();
    relieved();
  }

  void noteCongestion() {
    congested = true;
  }

  /// A lane has room again; if all have, the publishers go on.
  void relieved() {
    if (laggards.get() > 0) {
      return;
    }
    for (Lane lane : lanes) {
      if (lane.handedOverBytes.get() > CONGESTED_BYTES / 2) {
        return;
      }
    }
    congested = false;
    for (Lane lane : lanes) {
      lane.execute(lane::resumePaused);
    }
  }

  /// How many filters with wildcards cost trie nodes, for figures.
  public int trieSize() {
    return index.trieSize();
  }
}
