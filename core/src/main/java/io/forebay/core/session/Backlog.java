package io.forebay.core.session;

import io.forebay.core.message.Message;
import io.forebay.core.message.Qos;
import io.forebay.core.routing.Grant;
import io.forebay.core.routing.Subscriber;
import io.forebay.core.routing.Subscription;
import io.forebay.core.topic.FilterSet;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// How many messages wait in a declared queue: those that nobody has acknowledged, whether it has
/// consumers or not.
///
/// It subscribes to the queue's filters and counts what it is offered; the queue says what is
/// settled. So it is a moment behind what is committed, and a queue can have as many more than it
/// may as were under way. On its lane, but for [#settled] and [#isFull].
final class Backlog extends Subscriber {
  private final String name;
  private final FilterSet filters;
  private final long limit;
  private final long[] oldest;
  private final Backlogs backlogs;
  private final List<Subscription> subscriptions;
  private final AtomicLong waiting = new AtomicLong();

  /// As it was told to all.
  private volatile boolean full;

  /// Per partition, the first offset that was not counted: filters overlap.
  private long[] next = {};

  /// @param name with `$queue/`
  /// @param oldest per partition, the oldest message that there is
  Backlog(String name, QueueSettings settings, long limit, long[] oldest, Backlogs backlogs) {
    this.name = name;
    this.filters = new FilterSet(settings.filters());
    this.limit = limit;
    this.oldest = oldest;
    this.backlogs = backlogs;
    Grant grant = Grant.of(Qos.EXACTLY_ONCE, false, true, 0);
    subscriptions =
        settings.filters().stream()
            .map(filter -> new Subscription(this, filter, grant, new long[0]))
            .toList();
  }

  List<Subscription> subscriptions() {
    return subscriptions;
  }

  /// Begins to count, when all is subscribed.
  ///
  /// @return per partition, the offset of the first message that counts
  long[] begin() {
    next = subscriptions.getLast().startOffsets().clone();
    return next.clone();
  }

  /// Per partition, the oldest message that there was when it began.
  long[] oldest() {
    return oldest;
  }

  @Override
  public String clientId() {
    return name;
  }

  @Override
  public void offer(Message message, int partition, long offset, Grant grant) {
    if (offset < 0 || message.qos() == Qos.AT_MOST_ONCE) {
      return;
    }
    if (partition >= next.length) {
      next = Arrays.copyOf(next, partition + 1);
    }
    if (offset >= next[partition]) {
      next[partition] = offset + 1;
      add(1);
    }
  }

  /// Waits already.
  void add(long count) {
    waiting.addAndGet(count);
    note();
  }

  /// One waits no more. Any thread.
  void settled() {
    waiting.decrementAndGet();
    note();
  }

  private void note() {
    if (isFull() != full) {
      tell();
    }
  }

  /// Other threads change what waits meanwhile: whoever changes it last finds that all agree, or
  /// sees to it.
  private synchronized void tell() {
    while (isFull() != full) {
      full = !full;
      backlogs.full(this, full);
    }
  }

  /// Whether it has as many as it may. Any thread.
  boolean isFull() {
    return waiting.get() >= limit;
  }

  /// Any thread.
  boolean isHalfFull() {
    return waiting.get() >= limit / 2;
  }

  /// Whether the queue gets messages of this topic. Any thread.
  boolean takes(String topic) {
    return filters.matches(topic);
  }
}
