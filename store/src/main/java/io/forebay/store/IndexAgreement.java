package io.forebay.store;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Finds out whether the topic index of a slice says the same as its messages, whatever their
/// number, without holding either: both sides add up a hash of each topic with its offset, in sums
/// by stretches of offsets, and these have to be equal.
final class IndexAgreement {
  private static final int STRETCH_BITS = 16;

  /// By stretch: messages minus index, in hashes and in number.
  private final Map<Long, long[]> sums = new TreeMap<>();

  /// Offsets from one to before another.
  record Stretch(long from, long to) {}

  void message(String topic, long offset) {
    add(topic, offset, 1);
  }

  void indexed(String topic, long offset) {
    add(topic, offset, -1);
  }

  private void add(String topic, long offset, int sign) {
    long[] sum = sums.computeIfAbsent(offset >> STRETCH_BITS, each -> new long[2]);
    sum[0] += sign * hash(topic, offset);
    sum[1] += sign;
  }

  private static long hash(String topic, long offset) {
    long hash = 0xCBF29CE484222325L ^ offset;
    for (int i = 0; i < topic.length(); i++) {
      hash = (hash ^ topic.charAt(i)) * 0x100000001B3L;
    }
    hash = (hash ^ offset) * 0x9E3779B97F4A7C15L;
    return hash ^ hash >>> 32;
  }

  /// The first stretch in which they say different things; null if there is none.
  @Nullable Stretch disagreement() {
    for (Map.Entry<Long, long[]> each : sums.entrySet()) {
      if (each.getValue()[0] != 0 || each.getValue()[1] != 0) {
        long stretch = each.getKey();
        return new Stretch(stretch << STRETCH_BITS, (stretch + 1) << STRETCH_BITS);
      }
    }
    return null;
  }
}
