package io.forebay.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.topic.FilterSet;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;

class SliceIndexTest {
  private static final int SEGMENT = 6_400;

  @TempDir Path directory;

  private final Deque<Runnable> sealer = new ArrayDeque<>();
  private final Lookups lookups = new Lookups();
  private TestSlice slice;
  private SliceIndex index;

  @BeforeEach
  void open() throws RocksDBException {
    slice = new TestSlice(directory);
    index = index();
  }

  @AfterEach
  void close() {
    index.close();
    slice.close();
  }

  private SliceIndex index() throws RocksDBException {
    return new SliceIndex(slice.db(), slice.family(), sealer::add, lookups, SEGMENT);
  }

  private void seal() {
    while (!sealer.isEmpty()) {
      sealer.removeFirst().run();
    }
  }

  private void reopen() throws RocksDBException {
    sealer.clear();
    index.close();
    slice.reopen();
    index = index();
  }

  /// Messages of some devices in turn, each the next of its own.
  private void add(long from, long to, int devices) {
    for (long offset = from; offset < to; offset++) {
      index.add("d/" + offset % devices + "/s", offset);
    }
  }

  private SliceIndex.@Nullable Found find(long from, long to, String... filters)
      throws RocksDBException {
    return index.find(new FilterSet(List.of(filters)), from, to, 1_000);
  }

  private long[] offsets(long from, long to, String... filters) throws RocksDBException {
    SliceIndex.Found found = Objects.requireNonNull(find(from, to, filters));
    assertThat(found.nextOffset()).isEqualTo(to);
    return Arrays.copyOf(found.offsets(), found.count());
  }

  @Test
  void aTopicIsFoundInMemoryWhileItIsWrittenAndOnDisk() throws RocksDBException {
    add(0, SEGMENT - 1, 1_000);
    long[] expected = {7, 1_007, 2_007, 3_007, 4_007, 5_007, 6_007};
    assertThat(offsets(0, SEGMENT - 1, "d/7/s")).isEqualTo(expected);
    add(SEGMENT - 1, SEGMENT, 1_000);
    assertThat(sealer).hasSize(1);
    assertThat(offsets(0, SEGMENT, "d/7/s")).isEqualTo(expected);
    assertThat(index.indexedTo()).isZero();
    seal();
    assertThat(index.indexedTo()).isEqualTo(SEGMENT);
    assertThat(offsets(0, SEGMENT, "d/7/s")).isEqualTo(expected);
    assertThat(offsets(1_008, 3_007, "d/7/s")).containsExactly(2_007);
  }

  @Test
  void oneLookupGoesThroughAllSegments() throws RocksDBException {
    add(0, SEGMENT, 5_000);
    seal();
    add(SEGMENT, 2 * SEGMENT, 5_000);
    add(2 * SEGMENT, 3 * SEGMENT - 1, 5_000);
    assertThat(index.indexedTo()).isEqualTo(SEGMENT);
    assertThat(offsets(0, 3 * SEGMENT - 1, "d/7/s", "d/9/s"))
        .containsExactly(7, 9, 5_007, 5_009, 10_007, 10_009, 15_007, 15_009);
  }

  @Test
  void aFinishedSliceIsOnDiskToItsEnd() throws RocksDBException {
    add(0, 1_000, 100);
    index.finish();
    seal();
    reopen();
    assertThat(index.indexedTo()).isEqualTo(1_000);
    assertThat(offsets(0, 1_000, "d/99/s")).hasSize(10);
  }

  @Test
  void aSegmentThatIsBeingWrittenWhenItsSliceIsFinishedDoesNotHideTheLast()
      throws RocksDBException {
    add(0, SEGMENT + 10, 100);
    index.finish();
    seal();
    assertThat(index.indexedTo()).isEqualTo(SEGMENT + 10);
  }

  @Test
  void whatWasNotSealedIsAddedAgainAfterACrash() throws RocksDBException {
    add(0, SEGMENT, 1_000);
    seal();
    add(SEGMENT, 2 * SEGMENT, 1_000);
    reopen();
    assertThat(index.indexedTo()).isEqualTo(SEGMENT);
    assertThat(offsets(0, SEGMENT, "d/7/s")).hasSize(7);
    // A replay may begin earlier: with the block in which the offset is.
    add(SEGMENT - 5, 2 * SEGMENT, 1_000);
    assertThat(offsets(0, 2 * SEGMENT, "d/7/s")).hasSize(13);
  }

  @Test
  void rowsThatAnInterruptedSealLeftShowNothingTwice() throws RocksDBException {
    IndexSegment longer = new IndexSegment(0);
    for (long offset = 0; offset < 2 * SEGMENT; offset++) {
      longer.add("d/" + offset + "/s", offset);
    }
    int[] chunks = {0};
    try (IndexRows rows = new IndexRows(slice.db(), slice.family(), 100)) {
      assertThat(rows.write(longer, () -> ++chunks[0] > 2 * SEGMENT / 100)).isFalse();
    }
    assertThat(index.indexedTo()).isZero();
    for (int segment = 0; segment < 2; segment++) {
      add((long) segment * SEGMENT, (segment + 1L) * SEGMENT, 2 * SEGMENT);
      assertThat(offsets(0, (segment + 1L) * SEGMENT, "d/6399/s")).containsExactly(6_399);
      seal();
    }
    assertThat(offsets(0, 2 * SEGMENT, "d/9000/s")).containsExactly(9_000);
  }

  @Test
  void wildcardsFindTheirTopics() throws RocksDBException {
    for (long offset = 0; offset < SEGMENT; offset++) {
      index.add("site/" + offset % 64 + "/device/" + offset % 800 + "/state", offset);
    }
    index.add("site/7", SEGMENT);
    for (int i = 0; i < 2; i++) {
      assertThat(offsets(0, SEGMENT + 1, "site/7/device/+/state")).hasSize(100);
      assertThat(offsets(0, SEGMENT + 1, "site/7/device/7/#")).hasSize(4);
      assertThat(offsets(3_000, SEGMENT + 1, "site/7/#")).contains(SEGMENT);
      assertThat(offsets(0, SEGMENT + 1, "+/7/+/7/+")).hasSize(4);
      index.finish();
      seal();
    }
  }

  @Test
  void ofMoreMessagesThanAskedForTheLowestAreFoundAndTheSearchGoesOnBehindThem()
      throws RocksDBException {
    add(0, SEGMENT, 20);
    seal();
    FilterSet filters = new FilterSet(List.of("d/3/s", "d/5/s"));
    long from = 0;
    long count = 0;
    while (from < SEGMENT - 1_000) {
      SliceIndex.Found found = Objects.requireNonNull(index.find(filters, from, SEGMENT, 10));
      assertThat(found.count()).isEqualTo(10);
      assertThat(found.nextOffset()).isEqualTo(found.offsets()[9] + 1);
      from = found.nextOffset();
      count += found.count();
    }
    long expected = LongStream.range(0, from).filter(i -> i % 20 == 3 || i % 20 == 5).count();
    assertThat(count).isEqualTo(expected);
  }

  @Test
  void aLookAtAllIsPreferredForAShortRangeForManyTopicsAndForBusyOnes() throws RocksDBException {
    add(0, SEGMENT, 400);
    seal();
    assertThat(find(0, 200, "d/7/s")).isNull();
    assertThat(find(0, 201, "d/7/s")).isNotNull();
    assertThat(find(0, SEGMENT, "d/#")).isNull();
    assertThat(find(0, SEGMENT, "#", "x")).isNull();
    String[] names = new String[201];
    Arrays.setAll(names, i -> "d/" + i + "/s");
    assertThat(find(0, SEGMENT, names)).isNull();
    add(SEGMENT, 2 * SEGMENT, 7);
    seal();
    assertThat(find(SEGMENT, 2 * SEGMENT, "d/3/s")).isNull();
    // A lookup that begins before the busy segment ends with it.
    SliceIndex.Found found = Objects.requireNonNull(find(0, 2 * SEGMENT, "d/3/s"));
    assertThat(found.nextOffset()).isEqualTo(SEGMENT);
    assertThat(found.count()).isEqualTo(16);
    assertThat(lookups.indexed()).isEqualTo(2);
    assertThat(lookups.scanned()).isEqualTo(5);
  }

  @Test
  void manyTopicsInTheOpenSegmentAreLeftToALookAtAllIfThereAreWildcards() throws RocksDBException {
    add(0, SEGMENT, 1_000);
    seal();
    add(SEGMENT, 2 * SEGMENT - 1, 1_000);
    SliceIndex.Found found = Objects.requireNonNull(find(0, 2 * SEGMENT - 1, "d/7/+"));
    assertThat(found.nextOffset()).isEqualTo(SEGMENT);
    assertThat(find(SEGMENT, 2 * SEGMENT - 1, "d/7/+")).isNull();
    assertThat(find(SEGMENT, 2 * SEGMENT - 1, "d/7/s")).isNotNull();
  }

  @Test
  void whatWasNotAddedYetIsNotPromised() throws RocksDBException {
    add(0, 1_000, 100);
    SliceIndex.Found found = Objects.requireNonNull(find(0, 5_000, "d/7/s"));
    assertThat(found.nextOffset()).isEqualTo(1_000);
    assertThat(find(1_000, 5_000, "d/7/s")).isNull();
  }

  @Test
  void theWriterWaitsForASealerThatIsTwoSegmentsBehind() throws Exception {
    CountDownLatch mayWrite = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      SliceIndex slow =
          new SliceIndex(
              slice.db(),
              slice.family(),
              task ->
                  threads.execute(
                      () -> {
                        await(mayWrite);
                        task.run();
                      }),
              lookups,
              64);
      for (int offset = 0; offset < 3 * 64; offset++) {
        slow.add("t", offset);
      }
      Thread writer = Thread.ofPlatform().start(() -> slow.add("t", 3 * 64));
      Thread.State state = writer.getState();
      while (state != Thread.State.WAITING && state != Thread.State.TERMINATED) {
        state = writer.getState();
      }
      assertThat(state).isEqualTo(Thread.State.WAITING);
      mayWrite.countDown();
      writer.join();
      slow.close();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void ifNothingCanBeWrittenTheIndexEndsWhereMemoryIsFullAndNobodyWaits() throws RocksDBException {
    index.close();
    index =
        new SliceIndex(
            slice.db(),
            slice.family(),
            task -> {
              throw new RejectedExecutionException("full");
            },
            lookups,
            SEGMENT);
    add(0, 5 * SEGMENT, 5_000);
    SliceIndex.Found found = Objects.requireNonNull(find(0, 5 * SEGMENT, "d/7/s"));
    assertThat(found.nextOffset()).isEqualTo(3 * SEGMENT);
    assertThat(found.count()).isEqualTo(4);
    assertThat(find(3 * SEGMENT, 5 * SEGMENT, "d/7/s")).isNull();
    assertThat(index.indexedTo()).isZero();
  }

  @Test
  void aSealThatComesAfterTheCloseTouchesNothing() throws RocksDBException {
    add(0, SEGMENT, 10);
    index.close();
    slice.reopen();
    seal();
    index = index();
    assertThat(index.indexedTo()).isZero();
  }

  @Test
  void readersBesideTheWriterMissNothing() throws Exception {
    int last = 40 * 640;
    try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
      SliceIndex busy = new SliceIndex(slice.db(), slice.family(), threads, lookups, 640);
      Future<?> writer =
          threads.submit(
              () -> {
                for (long offset = 0; offset < last; offset++) {
                  busy.add("d/" + offset % 100 + "/s", offset);
                }
                busy.finish();
              });
      FilterSet filters = new FilterSet(List.of("d/42/s", "d/43/+"));
      Future<?> reader = threads.submit(() -> follow(busy, filters, last));
      writer.get();
      reader.get();
      busy.close();
    }
  }

  private static long follow(SliceIndex index, FilterSet filters, int last)
      throws RocksDBException {
    long from = 0;
    while (from < last - 640) {
      SliceIndex.Found found = index.find(filters, from, last, 9);
      if (found != null) {
        int i = 0;
        for (; from < found.nextOffset(); from++) {
          if (from % 100 == 42 || from % 100 == 43) {
            assertThat(found.offsets()[i++]).isEqualTo(from);
          }
        }
        assertThat(found.count()).isEqualTo(i);
      }
    }
    return from;
  }
}
