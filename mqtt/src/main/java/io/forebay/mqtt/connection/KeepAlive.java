package io.forebay.mqtt.connection;

import org.jspecify.annotations.Nullable;

/// The deadlines of the connections of one event loop, to the second: a wheel of buckets, a second
/// each.
///
/// A connection that says something only notes the second; it stays in its bucket. When the bucket
/// comes up, whoever has spoken meanwhile moves to the bucket of its new deadline. So a packet
/// costs one write to a field, and a second costs the connections whose bucket it is, not all.
final class KeepAlive {
  private static final int BUCKETS = 1 << 9;

  private final @Nullable Connection[] buckets = new @Nullable Connection[BUCKETS];
  private int second;

  /// Seconds since the loop began.
  int second() {
    return second;
  }

  /// Watches a connection, whose [Connection#deadlineSecond] is in the future.
  void add(Connection connection) {
    // A deadline beyond the wheel is looked at once a turn.
    int wait = Math.min(connection.deadlineSecond() - second, BUCKETS - 1);
    int bucket = (second + Math.max(1, wait)) & (BUCKETS - 1);
    connection.bucket = bucket;
    connection.previousInBucket = null;
    connection.nextInBucket = buckets[bucket];
    if (connection.nextInBucket != null) {
      connection.nextInBucket.previousInBucket = connection;
    }
    buckets[bucket] = connection;
  }

  /// Does nothing if it is not watched.
  void remove(Connection connection) {
    if (connection.bucket < 0) {
      return;
    }
    if (connection.previousInBucket != null) {
      connection.previousInBucket.nextInBucket = connection.nextInBucket;
    } else {
      buckets[connection.bucket] = connection.nextInBucket;
    }
    if (connection.nextInBucket != null) {
      connection.nextInBucket.previousInBucket = connection.previousInBucket;
    }
    connection.nextInBucket = null;
    connection.previousInBucket = null;
    connection.bucket = -1;
  }

  /// A second has passed.
  void tick() {
    second++;
    int bucket = second & (BUCKETS - 1);
    // One by one from the head: whoever is ended may end others, of this bucket too. Nobody is
    // added
    // to this bucket meanwhile, as a deadline is at least one second and less than a turn away.
    for (Connection due = buckets[bucket]; due != null; due = buckets[bucket]) {
      remove(due);
      if (due.deadlineSecond() > second) {
        add(due);
      } else {
        due.overdue();
      }
    }
  }
}
