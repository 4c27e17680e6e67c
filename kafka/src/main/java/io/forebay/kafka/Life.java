package io.forebay.kafka;

import java.time.Duration;
import org.apache.kafka.common.Uuid;

/// This node among the others: its number, and whether it may act. A node that does not hear its
/// own beats does not know whether the others hear them, and may have been taken for dead: it keeps
/// still until it knows.
final class Life {
  static final Duration BEAT = Duration.ofSeconds(1);

  private final long stillAfterNanos;
  private volatile Uuid life = Uuid.randomUuid();
  private volatile long number;
  private volatile long heardNanos = System.nanoTime();
  private volatile boolean replaced;

  /// @param timeout after which others take a silent node for dead
  Life(Duration timeout) {
    stillAfterNanos = timeout.toNanos() / 2;
  }

  /// Unique; another after it was taken for dead.
  Uuid life() {
    return life;
  }

  /// 0 until the log has given it one.
  long number() {
    return number;
  }

  void began(long given) {
    number = given;
    heardNanos = System.nanoTime();
  }

  /// It was taken for dead.
  void lost() {
    number = 0;
    life = Uuid.randomUuid();
  }

  /// Another process has its name: this one is to do nothing any more.
  void replaced() {
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
    return number != 0 && System.nanoTime() - heardNanos < stillAfterNanos;
  }
}
