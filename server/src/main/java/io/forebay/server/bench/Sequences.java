package io.forebay.server.bench;

import java.util.BitSet;

/// A set of sequence numbers, one bit each, so that loss and duplicates are counted exactly
/// whatever the order. Any thread.
final class Sequences {
  private final BitSet bits = new BitSet();
  private long size;

  /// @return whether it was new
  synchronized boolean add(long sequence) {
    int bit = Math.toIntExact(sequence);
    if (bits.get(bit)) {
      return false;
    }
    bits.set(bit);
    size++;
    return true;
  }

  synchronized long size() {
    return size;
  }

  /// How many of these are not among `others`.
  long missingFrom(Sequences others) {
    BitSet rest = copy();
    rest.andNot(others.copy());
    return rest.cardinality();
  }

  private synchronized BitSet copy() {
    return (BitSet) bits.clone();
  }
}
