package io.forebay.server.bench;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Wakes the publishers of one event loop when their next message is due. Used on that loop only.
final class Pacer {
  private final EventLoop loop;

  /// By difference, since nanoTime may overflow.
  private final PriorityQueue<Publisher> byDue =
      new PriorityQueue<>((a, b) -> Long.signum(a.dueNanos() - b.dueNanos()));

  private @Nullable ScheduledFuture<?> alarm;

  Pacer(EventLoop loop) {
    this.loop = loop;
  }

  /// The publisher has its next message to send at its due time.
  void add(Publisher publisher) {
    byDue.add(publisher);
    if (byDue.peek() == publisher) {
      setAlarm(publisher);
    }
  }

  private void sendDue() {
    Publisher next = byDue.peek();
    while (next != null && next.dueNanos() - System.nanoTime() <= 0) {
      byDue.remove();
      if (next.sendDue()) {
        byDue.add(next);
      }
      next = byDue.peek();
    }
    if (next != null) {
      setAlarm(next);
    }
  }

  private void setAlarm(Publisher next) {
    if (alarm != null) {
      alarm.cancel(false);
    }
    long delayNanos = Math.max(0, next.dueNanos() - System.nanoTime());
    alarm = loop.schedule(this::sendDue, delayNanos, TimeUnit.NANOSECONDS);
  }
}
