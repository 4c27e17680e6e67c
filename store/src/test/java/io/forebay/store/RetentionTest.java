package io.forebay.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.log.Log;
import io.forebay.core.log.Stored;
import io.forebay.core.message.Qos;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetentionTest {
  private static final int RETAIN_BYTES = 256 << 10;

  @TempDir Path directory;

  private Kept open(long retainMillis, long retainBytes) {
    return Kept.inOrder(
        Kept.small(directory), Kept.stream("default", Durability.OS, retainMillis, retainBytes));
  }

  private static void fill(Kept kept, int commits, long millis) {
    for (int i = 0; i < commits; i++) {
      kept.append(Messages.of("t/" + i % 3, "x".repeat(4_000), Qos.AT_LEAST_ONCE, false, millis));
    }
  }

  @Test
  void theOldestSlicesGoBeyondTheSizeAndReadersAreToldWhatTheyLost() {
    try (Kept kept = open(Long.MAX_VALUE / 2, RETAIN_BYTES)) {
      for (int i = 0; i < 30; i++) {
        fill(kept, 10, i);
        kept.tick(i);
      }
      long start = kept.engine.start(0);
      // As much as is to be kept, and one or two slices that are not complete.
      assertThat(300 - start).isBetween(RETAIN_BYTES / 4_200L, 2L * RETAIN_BYTES / 4_000);
      assertThat(kept.engine.endangered(0)).isGreaterThan(start);
      Log.Slice slice = kept.read(0, 0, 5, "t/+");
      assertThat(slice.lost()).isEqualTo(start);
      assertThat(slice.messages().getFirst().offset()).isEqualTo(start);
      assertThat(kept.readAll(0, start, 50, "#")).hasSize((int) (300 - start));
      List<Stored> fetched =
          Kept.<List<Stored>>await(
              answer -> kept.engine.fetch(0, new long[] {0, start - 1, start}, answer));
      assertThat(fetched).extracting(Stored::offset).containsExactly(start);
    }
    try (Kept kept = open(Long.MAX_VALUE / 2, RETAIN_BYTES)) {
      assertThat(kept.engine.head(0)).isGreaterThanOrEqualTo(300);
      assertThat(kept.readAll(0, kept.engine.start(0), 50, "#").getLast().offset()).isEqualTo(299);
    }
  }

  @Test
  void whatIsOldGoesSliceBySliceAndTheOffsetsGoOn() {
    long head;
    try (Kept kept = open(1_000, Long.MAX_VALUE / 2)) {
      fill(kept, 40, 0);
      kept.tick(1_000);
      assertThat(kept.engine.start(0)).isZero();
      long before = 0;
      int ticks = 0;
      while (kept.engine.start(0) < 40) {
        kept.tick(1_001);
        assertThat(kept.engine.start(0)).isGreaterThanOrEqualTo(before);
        before = kept.engine.start(0);
        assertThat(++ticks).isLessThan(10_000);
      }
      // Several slices: a wrong clock does not take all at once.
      assertThat(ticks).isGreaterThan(1);
      head = kept.engine.head(0);
      assertThat(head).isEqualTo(40);
      assertThat(kept.read(0, 0, 5, "#").atHead()).isTrue();
      assertThat(kept.read(0, 0, 5, "#").lost()).isEqualTo(40);
    }
    try (Kept kept = open(1_000, Long.MAX_VALUE / 2)) {
      assertThat(kept.engine.head(0)).isEqualTo(40);
      fill(kept, 1, 5);
      assertThat(kept.readAll(0, 40, 5, "#")).extracting(Stored::offset).containsExactly(40L);
    }
  }

  @Test
  void readersUnderWayAreNotDisturbed() throws Exception {
    try (Kept kept =
        new Kept(
            Kept.small(directory),
            Kept.stream("default", Durability.OS, Long.MAX_VALUE / 2, RETAIN_BYTES))) {
      AtomicBoolean done = new AtomicBoolean();
      AtomicBoolean wrong = new AtomicBoolean();
      Thread reader =
          new Thread(
              () -> {
                while (!done.get()) {
                  long next = 0;
                  Log.Slice slice;
                  do {
                    slice = kept.read(0, next, 20, next % 2 == 0 ? "t/1" : "t/+");
                    for (Stored stored : slice.messages()) {
                      if (stored.offset() < next) {
                        wrong.set(true);
                      }
                      next = stored.offset() + 1;
                    }
                    next = slice.nextOffset();
                  } while (!slice.atHead());
                }
              });
      reader.start();
      for (int i = 0; i < 60 || kept.engine.start(0) == 0; i++) {
        fill(kept, 10, i);
        kept.tick(i);
      }
      done.set(true);
      reader.join();
      assertThat(wrong).isFalse();
    }
  }
}
