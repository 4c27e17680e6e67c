package io.forebay.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.topic.FilterSet;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rocksdb.RocksDBException;

/// The index against a plain list of topics, for random topics, filters and ranges, with sealing,
/// restarts and crashes at random moments.
class SliceIndexPropertyTest {
  private static final String[] LEVELS = {"a", "b", "c", "", "a!", "é", "\uD83D\uDE00", "$x"};

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void whatItFindsIsWhatALookAtAllMessagesFinds(long seed) throws Exception {
    try (Run run = new Run(seed)) {
      for (int step = 0; step < 400; step++) {
        run.step();
      }
      // Else nothing has been compared.
      assertThat(run.lookups.indexed()).isGreaterThan(100);
    }
  }

  @Test
  void theSameHoldsWithSoManyTopicsThatTheOpenSegmentIsLeftToAScan() throws Exception {
    try (Run run = new Run(7)) {
      run.distinct = 1_000;
      for (int step = 0; step < 200; step++) {
        run.step();
      }
      assertThat(run.lookups.indexed()).isGreaterThan(50);
    }
  }

  private final class Run implements AutoCloseable {
    private final Random random;
    private final TestSlice slice;
    private final Deque<Runnable> sealer = new ArrayDeque<>();
    private final Lookups lookups = new Lookups();
    private final List<String> topics = new ArrayList<>();
    private SliceIndex index;
    private int distinct = 20;
    private int segmentMessages;
    private int unsealed;

    Run(long seed) throws RocksDBException {
      random = new Random(seed);
      slice = new TestSlice(directory);
      index = open();
    }

    private SliceIndex open() throws RocksDBException {
      // A crash can make segments of other sizes than there were before.
      segmentMessages = random.nextInt(40, 200);
      return new SliceIndex(slice.db(), slice.family(), sealer::add, lookups, segmentMessages);
    }

    void step() throws RocksDBException {
      switch (random.nextInt(12)) {
        case 0, 1, 2, 3 -> add(random.nextInt(30));
        case 4, 5 -> seal();
        case 6 -> restart();
        case 7 -> index.finish();
        default -> {
          for (int i = 0; i < 5; i++) {
            look();
          }
        }
      }
    }

    private void add(int count) {
      for (int i = 0; i < count; i++) {
        String topic = topic();
        index.add(topic, topics.size());
        topics.add(topic);
        // The writer would wait, and nobody but this thread seals.
        if (++unsealed == segmentMessages) {
          seal();
        }
      }
    }

    private void seal() {
      unsealed = 0;
      while (!sealer.isEmpty()) {
        sealer.removeFirst().run();
      }
    }

    private void restart() throws RocksDBException {
      if (random.nextBoolean()) {
        crashAmidSealing();
      }
      sealer.clear();
      unsealed = 0;
      index.close();
      slice.reopen();
      index = open();
      for (long offset = index.indexedTo(); offset < topics.size(); offset++) {
        index.add(topics.get((int) offset), offset);
        seal();
      }
    }

    /// Some rows of a segment reach the disk, and the mark mostly not.
    private void crashAmidSealing() throws RocksDBException {
      long first = index.indexedTo();
      if (first == topics.size()) {
        return;
      }
      IndexSegment segment = new IndexSegment(first);
      long end = random.nextLong(first, topics.size()) + 1;
      for (long offset = first; offset < end; offset++) {
        segment.add(topics.get((int) offset), offset);
      }
      int chunks = random.nextInt(6);
      int[] written = {0};
      try (IndexRows rows = new IndexRows(slice.db(), slice.family(), random.nextInt(1, 20))) {
        rows.write(segment, () -> written[0]++ == chunks);
      }
    }

    private String topic() {
      if (distinct > 20) {
        return "a/" + random.nextInt(distinct) + "/" + LEVELS[random.nextInt(3)];
      }
      StringBuilder topic = new StringBuilder(LEVELS[random.nextInt(LEVELS.length)]);
      for (int i = random.nextInt(3); i > 0; i--) {
        topic.append('/').append(LEVELS[random.nextInt(LEVELS.length)]);
      }
      return topic.isEmpty() ? "/" : topic.toString();
    }

    private String filter() {
      String[] levels = topic().split("/", -1);
      for (int i = 0; i < levels.length; i++) {
        levels[i] = random.nextInt(4) == 0 ? "+" : levels[i];
      }
      return String.join("/", levels) + (random.nextInt(6) == 0 ? "/#" : "");
    }

    private void look() throws RocksDBException {
      List<String> filters = new ArrayList<>();
      for (int i = random.nextInt(1, 4); i > 0; i--) {
        filters.add(random.nextInt(20) == 0 ? "#" : filter());
      }
      FilterSet set = new FilterSet(filters);
      long from = random.nextInt(topics.size() + 1);
      long to = random.nextLong(from, topics.size() + 10L);
      int maximum = random.nextInt(1, 40);
      SliceIndex.Found found = index.find(set, from, to, maximum);
      if (found != null) {
        long[] expected = new long[0];
        for (long offset = from; offset < found.nextOffset(); offset++) {
          if (set.matches(topics.get((int) offset))) {
            expected = Arrays.copyOf(expected, expected.length + 1);
            expected[expected.length - 1] = offset;
          }
        }
        assertThat(Arrays.copyOf(found.offsets(), found.count())).isEqualTo(expected);
        assertThat(found.count()).isLessThanOrEqualTo(maximum);
        assertThat(found.nextOffset()).isGreaterThan(from).isLessThanOrEqualTo(to);
      }
    }

    @Override
    public void close() {
      index.close();
      slice.close();
    }
  }
}
