package io.forebay.core.session;

import io.forebay.core.routing.Lane;

/// How far a subscriber is in one partition. Everything below [#next] that matched was delivered:
/// it is acknowledged, or in flight, or was QoS 0, or retention removed it. Touched on the
/// subscriber's lane only.
final class Cursor implements Lane.Laggard {
  /// The first offset that was not looked at.
  long next;

  /// Reading the log instead of taking what the router offers.
  boolean behind;

  /// While behind: the offset after the highest one that was offered and skipped.
  long skippedTo;

  /// While behind: a slice was asked for and has not come.
  boolean reading;

  @Override
  public long progress() {
    return next;
  }

  /// Stops taking what is offered, from `offset` on.
  void fallBehind(long offset) {
    behind = true;
    next = offset;
    skippedTo = offset + 1;
  }
}
