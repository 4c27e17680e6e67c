package io.forebay.kafka;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/// This node among the others: its number, and whether it may act. A node that does not hear its
/// own beats does not know whether the others hear them, and may have been taken for dead: it keeps
/// still until it knows.
final class Life {
  /// Beats of a node within the time after which it would be taken for dead.
  static final int BEATS = 10;

  private final long stillAfterNanos;
  private final LongSupplier nanos;
  private volatile Uuid life = Uuid.randomUuid();
  private volatile long number;
  private volatile long heardNanos;
  private volatile boolean replaced;

  /// @param timeout after which others take a silent node for dead
  Life(Duration timeout) {
    this(timeout, System::nanoTime);
  }

  /// @param nanos a clock as [System#nanoTime]
  Life(Duration timeout, LongSupplier nanos) {
    stillAfterNanos = timeout.toNanos() / 2;
    this.nanos = nanos;
    heardNanos = nanos.getAsLong();
  }

  /// Unique; another after it was taken for dead.
  Uuid life() {
    return life;
  }

  /// 0 until the log has given it one.
  long number() {
    return number;
  }

  synchronized void began(long given) {
    // First this: who sees the number must not take it for one that was silent for long.
    heardNanos = nanos.getAsLong();
    number = given;
  }

  /// Before each greeting. Of two greetings of one life the second would end the first, and what
  /// was begun under its number; compaction would keep only the second.
  ///
  /// @return another life; null if there is a number already
  synchronized @Nullable Uuid anew() {
    if (number != 0) {
      return null;
    }
    life = Uuid.randomUuid();
    return life;
  }

  /// It was taken for dead.
  synchronized void lost() {
    number = 0;
    life = Uuid.randomUuid();
  }

  /// Another process has its name: this one is to do nothing any more.
  synchronized void replaced() {
    replaced = true;
    number = 0;
  }

  boolean isReplaced() {
    return replaced;
  }

  /// A beat of its own came back.
  ///
  /// @param sentNanos when it was sent, on [System#nanoTime]
  void heardItself(long sentNanos) {
    if (sentNanos - heardNanos > 0) {
      heardNanos = sentNanos;
    }
  }

  /// Whether what it does is in time: nobody can have judged it yet. Any thread.
  boolean mayAct() {
    return number != 0 && nanos.getAsLong() - heardNanos < stillAfterNanos;
  }
}
