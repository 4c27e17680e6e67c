package io.forebay.store;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import org.rocksdb.ColumnFamilyHandle;

/// A stretch of a partition: a column family of its own, so that retention removes it as a whole,
/// at the same cost however much is in it.
///
/// It is kept as long as somebody uses it: its partition, and readers between [#acquire] and
/// [#release].
final class LogSlice {
  private static final String PREFIX = "log-";

  /// A column family that waits to become a slice.
  record Spare(String name, long number, ColumnFamilyHandle family) {}

  private final Spare place;
  private final long begin;
  private final AtomicInteger users = new AtomicInteger(1);
  private volatile Runnable unused = () -> {};

  // The writer's.
  private long bytes;
  private long firstMillis = Long.MAX_VALUE;
  private long newestMillis = Long.MIN_VALUE;

  /// @param begin offsets below this are not in it
  LogSlice(Spare place, long begin) {
    this.place = place;
    this.begin = begin;
  }

  static String name(int partition, long number) {
    return String.format(Locale.ROOT, "%s%010d", prefix(partition), number);
  }

  static String prefix(int partition) {
    return PREFIX + partition + "-";
  }

  static boolean isName(String name) {
    return name.startsWith(PREFIX);
  }

  /// The number of a slice of this name.
  static long number(String name) {
    return Long.parseLong(name.substring(name.lastIndexOf('-') + 1));
  }

  String name() {
    return place.name();
  }

  long number() {
    return place.number();
  }

  ColumnFamilyHandle family() {
    return place.family();
  }

  long begin() {
    return begin;
  }

  /// What its blocks take, about. The writer's.
  long bytes() {
    return bytes;
  }

  /// When its newest message was appended. The writer's.
  long newestMillis() {
    return newestMillis;
  }

  /// When its first message was appended; the far future while there is none.
  long firstMillis() {
    return firstMillis;
  }

  boolean isEmpty() {
    return newestMillis == Long.MIN_VALUE;
  }

  /// The writer has put something in it.
  void grew(long nowBytes, long firstAppendMillis, long newestAppendMillis) {
    bytes = nowBytes;
    firstMillis = Math.min(firstMillis, firstAppendMillis);
    newestMillis = newestAppendMillis;
  }

  /// @return false if retention has removed it
  boolean acquire() {
    for (int now = users.get(); now > 0; now = users.get()) {
      if (users.compareAndSet(now, now + 1)) {
        return true;
      }
    }
    return false;
  }

  void release() {
    if (users.decrementAndGet() == 0) {
      unused.run();
    }
  }

  /// Lets no new reader at it.
  ///
  /// @param whenUnused runs when the last has left
  void retire(Runnable whenUnused) {
    unused = whenUnused;
    release();
  }
}
