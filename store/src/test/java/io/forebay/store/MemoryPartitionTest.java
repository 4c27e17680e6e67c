package io.forebay.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.log.Log;
import io.forebay.core.log.Stored;
import io.forebay.core.message.Qos;
import io.forebay.core.topic.FilterSet;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MemoryPartitionTest {

  private static MemoryPartition partition(long retainMillis, long retainBytes) {
    return new MemoryPartition(
        3, new StreamSettings("s", StreamSettings.Capture.ALL, retainMillis, retainBytes), 0);
  }

  private static MemoryPartition holding(String... topics) {
    MemoryPartition partition = partition(Long.MAX_VALUE / 2, Long.MAX_VALUE);
    for (String topic : topics) {
      partition.append(Messages.of(topic, "x"));
    }
    return partition;
  }

  private static Log.Slice read(MemoryPartition partition, long from, int most, String... filters) {
    return partition.read(new Log.Request(3, from, new FilterSet(List.of(filters)), most));
  }

  private static List<Long> offsets(Log.Slice slice) {
    return slice.messages().stream().map(Stored::offset).toList();
  }

  @Test
  void aReaderOfNamesGetsThemInOrder() {
    Log.Slice slice = read(holding("a", "b", "c", "a", "b"), 0, 10, "a", "b");
    assertThat(offsets(slice)).containsExactly(0L, 1L, 3L, 4L);
    assertThat(slice.nextOffset()).isEqualTo(5);
    assertThat(slice.atHead()).isTrue();
    assertThat(slice.messages().getFirst().partition()).isEqualTo(3);
  }

  @Test
  void aReaderOfPatternsGetsThemInOrder() {
    Log.Slice slice = read(holding("a/1", "b", "a/2", "c"), 1, 10, "a/+", "c");
    assertThat(offsets(slice)).containsExactly(2L, 3L);
    assertThat(slice.atHead()).isTrue();
  }

  @Test
  void aReaderWithoutFiltersIsAtTheHeadAtOnce() {
    Log.Slice slice = read(holding("a", "b"), 0, 10);
    assertThat(slice.messages()).isEmpty();
    assertThat(slice.nextOffset()).isEqualTo(2);
    assertThat(slice.atHead()).isTrue();
  }

  @Test
  void aReaderBeyondTheHeadGetsNothing() {
    Log.Slice slice = read(holding("a"), 9, 10, "#");
    assertThat(slice.messages()).isEmpty();
    assertThat(slice.lost()).isZero();
  }

  @Test
  void pageAfterPageGivesAllOnceByNamesAndByPatterns() {
    String[] topics = IntStream.range(0, 9_000).mapToObj(i -> "t" + i % 7).toArray(String[]::new);
    MemoryPartition partition = holding(topics);
    for (String[] filters : new String[][] {{"t1", "t5"}, {"t1", "t5", "+/x"}}) {
      List<Long> all = new ArrayList<>();
      Log.Slice slice = read(partition, 0, 100, filters);
      all.addAll(offsets(slice));
      while (!slice.atHead()) {
        long next = slice.nextOffset();
        slice = read(partition, next, 100, filters);
        assertThat(slice.nextOffset()).isGreaterThan(next);
        assertThat(slice.messages()).hasSizeLessThanOrEqualTo(100);
        all.addAll(offsets(slice));
      }
      List<Long> expected =
          IntStream.range(0, 9_000)
              .filter(i -> i % 7 == 1 || i % 7 == 5)
              .mapToObj(i -> (long) i)
              .toList();
      assertThat(all).isEqualTo(expected);
    }
  }

  @Test
  void theOldestGoBeyondTheSize() {
    MemoryPartition partition = partition(Long.MAX_VALUE / 2, 10 * 200);
    for (int i = 0; i < 100; i++) {
      partition.append(Messages.of("t", "x".repeat(200 - 121)));
    }
    assertThat(partition.head()).isEqualTo(100);
    assertThat(partition.start()).isEqualTo(90);
    Log.Slice slice = read(partition, 40, 100, "t");
    assertThat(offsets(slice)).hasSize(10).startsWith(90L);
    assertThat(slice.lost()).isEqualTo(50);
    assertThat(partition.fetch(new long[] {89, 90, 99, 100}))
        .extracting(Stored::offset)
        .containsExactly(90L, 99L);
  }

  @Test
  void theOldestGoWithTime() {
    MemoryPartition partition = partition(1_000, Long.MAX_VALUE);
    partition.append(Messages.of("t", "x", Qos.AT_LEAST_ONCE, false, 0));
    partition.append(Messages.of("t", "x", Qos.AT_LEAST_ONCE, false, 500));
    partition.expire(1_000);
    assertThat(partition.start()).isZero();
    partition.expire(1_001);
    assertThat(partition.start()).isEqualTo(1);
    partition.expire(10_000);
    assertThat(partition.start()).isEqualTo(2);
    Log.Slice slice = read(partition, 0, 10, "#");
    assertThat(slice.lost()).isEqualTo(2);
    assertThat(slice.atHead()).isTrue();
    assertThat(partition.append(Messages.of("t", "x")).offset()).isEqualTo(2);
  }
}
