package io.forebay.store;

/// Ascending offsets, added at the end, removed at the front, searched by value.
final class Offsets {
  private long[] ring = new long[2];
  private int first;
  private int size;

  void add(long offset) {
    if (size == ring.length) {
      long[] larger = new long[2 * size];
      for (int i = 0; i < size; i++) {
        larger[i] = get(i);
      }
      ring = larger;
      first = 0;
    }
    ring[(first + size++) & (ring.length - 1)] = offset;
  }

  void removeFirst() {
    first = (first + 1) & (ring.length - 1);
    size--;
  }

  int size() {
    return size;
  }

  long get(int i) {
    return ring[(first + i) & (ring.length - 1)];
  }

  /// The index of the first offset that is not below `offset`.
  int firstFrom(long offset) {
    int low = 0;
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (get(middle) < offset) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
