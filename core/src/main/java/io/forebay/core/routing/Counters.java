package io.forebay.core.routing;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// Counts of one lane. Its event loop adds, anybody reads: no contention, since nobody shares a
/// counter, and sums are taken when somebody asks.
public final class Counters {
  private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

  private final long[] counts = new long[Figure.values().length];

  /// On the owning lane.
  public void add(Figure figure, long amount) {
    int i = figure.ordinal();
    CELL.setOpaque(counts, i, counts[i] + amount);
  }

  /// On the owning lane.
  public void increment(Figure figure) {
    add(figure, 1);
  }

  /// Any thread; may be a moment old.
  public long get(Figure figure) {
    return (long) CELL.getOpaque(counts, figure.ordinal());
  }
}
