package io.forebay.store;

import java.util.Arrays;

/// The lowest offsets of a range that some topics have, found topic by topic.
final class Hits {
  private final long from;
  private final int maximum;
  private long limit;
  private long[] offsets;
  private int count;

  /// @param from the first offset of interest
  /// @param limit the first that is not
  /// @param maximum how many are wanted
  Hits(long from, long limit, int maximum) {
    this.from = from;
    this.limit = limit;
    this.maximum = maximum;
    offsets = new long[Math.min(2 * maximum, 64)];
  }

  long from() {
    return from;
  }

  /// Offsets from here on are not of interest, or not any more.
  long limit() {
    return limit;
  }

  /// Nothing at or beyond `offset` is to be found.
  void cut(long offset) {
    limit = Math.min(limit, offset);
  }

  /// @return whether higher offsets of the same topic may be of interest
  boolean add(long offset) {
    if (offset >= limit) {
      return false;
    }
    if (count == 2 * maximum) {
      keepLowest();
      if (offset >= limit) {
        return false;
      }
    }
    if (count == offsets.length) {
      offsets = Arrays.copyOf(offsets, Math.min(2 * maximum, 2 * count));
    }
    offsets[count++] = offset;
    return true;
  }

  /// Drops what would not be among the wanted ones whatever comes.
  private void keepLowest() {
    Arrays.sort(offsets, 0, count);
    if (count >= maximum) {
      count = maximum;
      cut(offsets[maximum - 1] + 1);
    }
  }

  SliceIndex.Found found() {
    Arrays.sort(offsets, 0, count);
    int below = 0;
    while (below < count && offsets[below] < limit) {
      below++;
    }
    count = below;
    keepLowest();
    return new SliceIndex.Found(offsets, count, limit);
  }
}
