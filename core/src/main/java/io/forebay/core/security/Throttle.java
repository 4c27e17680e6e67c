package io.forebay.core.security;

import java.util.concurrent.atomic.AtomicLong;

/// A rate that many draw on: a token bucket that can be overdrawn, and holds what a second brings
/// if nobody says otherwise. What is taken is never refused; who overdraws is told how long to wait
/// before taking more. So a message that is here is charged, and its sender is not read for a
/// while.
///
/// Kept as the moment at which the bucket will be full again (the generic cell rate algorithm), so
/// that taking is one atomic step. Any thread.
public final class Throttle {
  /// Without bound.
  public static final long UNLIMITED = Long.MAX_VALUE;

  private static final double NANOS_PER_SECOND = 1e9;

  /// Who owes more than this waits no longer: a wrong clock must not stop anybody for good.
  private static final long MOST_DEBT_NANOS = 60_000_000_000L;

  private final double nanosEach;
  private final long burstNanos;
  private final AtomicLong fullAt = new AtomicLong(Long.MIN_VALUE);

  /// @param perSecond 1 or more, or [#UNLIMITED]
  public Throttle(long perSecond) {
    this(perSecond, 1_000_000_000L);
  }

  /// @param perSecond 1 or more, or [#UNLIMITED]
  /// @param burstNanos what this time brings, but one at least, may be taken at once
  public Throttle(long perSecond, long burstNanos) {
    nanosEach = perSecond == UNLIMITED ? 0 : NANOS_PER_SECOND / perSecond;
    this.burstNanos = Math.max(burstNanos, (long) nanosEach);
  }

  /// Whether it never makes anybody wait.
  public boolean unlimited() {
    return nanosEach == 0;
  }

  /// Takes.
  ///
  /// @param nowNanos of a clock that does not jump
  /// @return nanoseconds to wait before taking more, 0 for none
  public long take(long amount, long nowNanos) {
    if (nanosEach == 0) {
      return 0;
    }
    long cost = (long) (amount * nanosEach);
    while (true) {
      long before = fullAt.get();
      long from = before < nowNanos ? nowNanos : Math.min(before, nowNanos + MOST_DEBT_NANOS);
      if (fullAt.compareAndSet(before, from + cost)) {
        return Math.max(0, from + cost - burstNanos - nowNanos);
      }
    }
  }

  /// Takes one if there is one.
  ///
  /// @return 0 if it was taken, else nanoseconds until there may be one
  public long tryTake(long nowNanos) {
    long cost = (long) nanosEach;
    while (cost > 0) {
      long before = fullAt.get();
      long after = Math.max(before, nowNanos) + cost;
      long wait = after - burstNanos - nowNanos;
      if (wait > 0) {
        return wait;
      }
      if (fullAt.compareAndSet(before, after)) {
        return 0;
      }
    }
    return 0;
  }
}
