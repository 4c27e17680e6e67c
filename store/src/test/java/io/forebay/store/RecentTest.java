package io.forebay.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.core.log.Stored;
import io.forebay.core.topic.FilterSet;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecentTest {
  private static final FilterSet ALL = new FilterSet(List.of("#"));

  private final List<Stored> found = new ArrayList<>();

  private static Stored stored(long offset, String payload) {
    return new Stored(Messages.of("t/" + offset % 3, payload), 0, offset);
  }

  private static void append(Recent recent, long from, long to) {
    for (long offset = from; offset < to; offset++) {
      recent.append(stored(offset, "x"));
    }
  }

  private List<Long> offsets() {
    return found.stream().map(Stored::offset).toList();
  }

  @Test
  void whatIsAppendedIsSeenWhenItIsPublished() {
    Recent recent = new Recent(100, Long.MAX_VALUE);
    append(recent, 0, 5);
    assertThat(recent.read(0, ALL, 10, 10, found)).isZero();
    assertThat(recent.get(0)).isNull();
    recent.publish(3);
    assertThat(recent.head()).isEqualTo(3);
    assertThat(recent.read(0, ALL, 10, 10, found)).isEqualTo(3);
    assertThat(offsets()).containsExactly(0L, 1L, 2L);
    assertThat(recent.get(2)).isSameAs(found.getLast());
    assertThat(recent.get(3)).isNull();
  }

  @Test
  void aReaderGetsWhatMatchesUpToItsMaximumAndLooksAtNoMoreThanItMay() {
    Recent recent = new Recent(100, Long.MAX_VALUE);
    append(recent, 0, 30);
    recent.publish(30);
    FilterSet filters = new FilterSet(List.of("t/1"));
    assertThat(recent.read(2, filters, 3, 100, found)).isEqualTo(11);
    assertThat(offsets()).containsExactly(4L, 7L, 10L);
    found.clear();
    assertThat(recent.read(2, filters, 3, 4, found)).isEqualTo(6);
    assertThat(offsets()).containsExactly(4L);
  }

  @Test
  void theOldestGoBeyondTheMaximumOfMessages() {
    Recent recent = new Recent(20, Long.MAX_VALUE);
    append(recent, 0, 50);
    recent.publish(50);
    assertThat(recent.start()).isEqualTo(30);
    assertThat(recent.read(29, ALL, 100, 100, found)).isEqualTo(-1);
    assertThat(recent.get(29)).isNull();
    assertThat(recent.read(30, ALL, 100, 100, found)).isEqualTo(50);
    assertThat(found).hasSize(20);
  }

  @Test
  void theOldestGoBeyondTheMaximumOfBytesButNeverTheNewest() {
    long eachBytes = stored(0, "x").message().sizeBytes();
    Recent recent = new Recent(1_000, 7 * eachBytes);
    append(recent, 0, 50);
    recent.publish(50);
    assertThat(recent.start()).isEqualTo(43);
    recent.append(stored(50, "x".repeat(10_000)));
    recent.publish(51);
    assertThat(recent.start()).isEqualTo(50);
    append(recent, 51, 52);
    assertThat(recent.start()).isEqualTo(51);
  }

  @Test
  void aCommitLargerThanAllOfItLeavesNothingToReadUntilItIsPublished() {
    Recent recent = new Recent(10, Long.MAX_VALUE);
    append(recent, 0, 5);
    recent.publish(5);
    append(recent, 5, 30);
    assertThat(recent.read(0, ALL, 10, 10, found)).isEqualTo(-1);
    assertThat(recent.read(5, ALL, 10, 10, found)).isEqualTo(5);
    recent.publish(30);
    assertThat(recent.read(20, ALL, 100, 100, found)).isEqualTo(30);
  }

  @Test
  void afterARestartOffsetsThatWereNeverPublishedAreOfOtherMessages() {
    Recent recent = new Recent(10, Long.MAX_VALUE);
    recent.restart(1_000);
    append(recent, 1_000, 1_002);
    recent.publish(1_001);
    recent.restart(1_001);
    assertThat(recent.read(1_000, ALL, 10, 10, found)).isEqualTo(-1);
    Stored other = stored(1_001, "other");
    recent.append(other);
    recent.publish(1_002);
    assertThat(recent.start()).isEqualTo(1_001);
    assertThat(recent.get(1_001)).isSameAs(other);
  }

  @Test
  void anOffsetOutOfOrderIsRefused() {
    Recent recent = new Recent(10, Long.MAX_VALUE);
    append(recent, 0, 2);
    assertThatThrownBy(() -> append(recent, 1, 2)).hasMessageContaining("where 2 is next");
  }

  @Test
  void offsetsThatNoMessageHasAreLookedAtAndPassed() {
    Recent recent = new Recent(100, Long.MAX_VALUE);
    append(recent, 0, 2);
    append(recent, 5, 7);
    recent.publish(10);
    assertThat(recent.read(0, ALL, 10, 100, found)).isEqualTo(10);
    assertThat(offsets()).containsExactly(0L, 1L, 5L, 6L);
    assertThat(recent.read(0, ALL, 10, 3, found)).isEqualTo(3);
    found.clear();
    assertThat(recent.read(3, ALL, 1, 100, found)).isEqualTo(6);
    assertThat(recent.read(8, ALL, 1, 100, found)).isEqualTo(10);
    assertThat(offsets()).containsExactly(5L);
    assertThat(recent.get(3)).isNull();
    append(recent, 10, 12);
    recent.publish(12);
    assertThat(recent.read(7, ALL, 10, 100, found)).isEqualTo(12);
    assertThat(offsets()).containsExactly(5L, 10L, 11L);
  }

  @Test
  void aGapLargerThanAllOfItBeginsAnew() {
    Recent recent = new Recent(10, Long.MAX_VALUE);
    append(recent, 0, 5);
    recent.publish(5);
    append(recent, 1L << 40, (1L << 40) + 2);
    assertThat(recent.read(0, ALL, 10, 100, found)).isEqualTo(-1);
    recent.publish((1L << 40) + 2);
    assertThat(recent.read(5, ALL, 10, 100, found)).isEqualTo(-1);
    assertThat(recent.read(1L << 40, ALL, 10, 100, found)).isEqualTo((1L << 40) + 2);
    recent.publish(1L << 41);
    assertThat(recent.read(1L << 40, ALL, 10, 100, found)).isEqualTo(-1);
    assertThat(recent.start()).isEqualTo(1L << 41);
    assertThat(found).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void readersBesideAWriterFindRightMessagesInOrderOrAreToldThatTheyAreGone(boolean gaps)
      throws Exception {
    long last = 300_000;
    Recent recent = new Recent(700, Long.MAX_VALUE);
    try (ExecutorService readers = Executors.newFixedThreadPool(3)) {
      List<Future<Long>> read = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        read.add(readers.submit(() -> follow(recent, last, gaps)));
      }
      for (long offset = 0; offset < last; offset++) {
        if (isThere(offset, gaps)) {
          recent.append(stored(offset, Long.toString(offset)));
        }
        // Commits of different sizes, some larger than the ring.
        if (offset % 1_013 % 97 == 0 || offset == last - 1) {
          recent.publish(offset + 1);
        }
      }
      for (Future<Long> each : read) {
        assertThat(each.get()).isPositive();
      }
    }
  }

  private static boolean isThere(long offset, boolean gaps) {
    return !gaps || (offset % 7 != 3 && offset / 100 % 5 != 1);
  }

  /// Reads until `last`; goes on from the start when it is overtaken.
  private static long follow(Recent recent, long last, boolean gaps) {
    long offset = 0;
    long messages = 0;
    List<Stored> found = new ArrayList<>();
    while (offset < last) {
      found.clear();
      long next = recent.read(offset, ALL, 50, 80, found);
      for (Stored stored : found) {
        offset = nextThere(offset, stored.offset(), gaps);
        assertThat(stored.offset()).isEqualTo(offset++);
        assertThat(new String(stored.message().payload(), UTF_8))
            .isEqualTo(Long.toString(stored.offset()));
        messages++;
      }
      offset = nextThere(offset, next, gaps);
      assertThat(offset).isEqualTo(next < 0 ? offset : next);
      if (next < 0) {
        offset = Math.max(offset, Math.min(recent.start(), last - 1));
      }
    }
    return messages;
  }

  /// Passes offsets below `end` that nobody has.
  private static long nextThere(long offset, long end, boolean gaps) {
    long next = offset;
    while (next < end && !isThere(next, gaps)) {
      next++;
    }
    return next;
  }
}
