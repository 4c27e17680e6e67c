package io.forebay.server.overload;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HeapInUseTest {
  private static final long PATIENCE_MILLIS =
      TimeUnit.NANOSECONDS.toMillis(HeapInUse.FIRST_PATIENCE_NANOS);

  private long used;
  private long usedAfterCollection;
  private int collections;
  private long nowMillis;

  private final HeapInUse measure =
      new HeapInUse(
          new HeapInUse.Heap() {
            @Override
            public long usedBytes() {
              return used;
            }

            @Override
            public long maximumBytes() {
              return 1_000;
            }

            @Override
            public void collect() {
              collections++;
              used = usedAfterCollection;
            }
          },
          90,
          75,
          () -> TimeUnit.MILLISECONDS.toNanos(nowMillis));

  private long after(long millis) {
    nowMillis += millis;
    return measure.getAsLong();
  }

  @Test
  void itIsAShareOfTheLargestHeap() {
    used = 425;
    assertThat(measure.getAsLong()).isEqualTo(42);
  }

  @Test
  void belowTheHighMarkNobodyAsksForACollection() {
    used = 890;
    for (int i = 0; i < 100; i++) {
      after(PATIENCE_MILLIS);
    }
    assertThat(collections).isZero();
  }

  @Test
  void aFigureThatIsTooHighForLongIsMeasuredAgain() {
    used = 950;
    usedAfterCollection = 300;
    assertThat(after(0)).isEqualTo(95);
    assertThat(after(PATIENCE_MILLIS - 1)).isEqualTo(95);
    assertThat(collections).isZero();
    assertThat(after(1)).isEqualTo(30);
    assertThat(collections).isOne();
  }

  @Test
  void betweenTheMarksItIsStillMeasuredAgainAndMoreSeldomEachTime() {
    used = 950;
    usedAfterCollection = 800;
    after(0);
    assertThat(after(PATIENCE_MILLIS)).isEqualTo(80);
    after(PATIENCE_MILLIS);
    assertThat(collections).isOne();
    after(PATIENCE_MILLIS);
    assertThat(collections).isEqualTo(2);
    after(3 * PATIENCE_MILLIS);
    assertThat(collections).isEqualTo(2);
    after(PATIENCE_MILLIS);
    assertThat(collections).isEqualTo(3);
  }

  @Test
  void theHeapOfThisJvmHasASize() {
    HeapInUse.Heap heap = HeapInUse.ofThisJvm();
    heap.collect();
    assertThat(heap.usedBytes()).isBetween(1L, heap.maximumBytes());
  }
}
