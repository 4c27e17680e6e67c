package io.forebay.server.overload;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// How much of the heap was still in use after the last collection, in percent of the largest. Only
/// a collection tells, and where little happens none comes: a node that was too full asks for one
/// now and then, or it would stay overloaded by what is garbage long since. On one thread.
public final class HeapInUse implements LongSupplier {
  /// Until a collection is asked for; each time twice as long as before, as it stops everybody.
  static final long FIRST_PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);

  private static final long MOST_PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(5);
  private static final int ALL = 100;

  private final Heap heap;
  private final int high;
  private final int low;
  private final LongSupplier nanos;
  private boolean tooHigh;
  private long patienceNanos = FIRST_PATIENCE_NANOS;
  private long collectAt;

  /// What the JVM tells.
  public interface Heap {
    /// Bytes in use after the last collection.
    long usedBytes();

    long maximumBytes();

    /// Collects.
    void collect();
  }

  /// @param high percent from which on a figure may not grow old
  /// @param low percent below which it may again
  /// @param nanos a clock that does not jump
  public HeapInUse(Heap heap, int high, int low, LongSupplier nanos) {
    this.heap = heap;
    this.high = high;
    this.low = low;
    this.nanos = nanos;
  }

  /// The heap of this JVM.
  public static Heap ofThisJvm() {
    return new JvmHeap();
  }

  @Override
  public long getAsLong() {
    long percent = percent();
    boolean before = tooHigh;
    tooHigh = percent >= high || (tooHigh && percent >= low);
    if (!tooHigh) {
      patienceNanos = FIRST_PATIENCE_NANOS;
      return percent;
    }
    long now = nanos.getAsLong();
    if (!before) {
      collectAt = now + patienceNanos;
    } else if (now - collectAt >= 0) {
      heap.collect();
      patienceNanos = Math.min(2 * patienceNanos, MOST_PATIENCE_NANOS);
      collectAt = now + patienceNanos;
      return percent();
    }
    return percent;
  }

  private long percent() {
    return heap.usedBytes() * ALL / heap.maximumBytes();
  }
}
