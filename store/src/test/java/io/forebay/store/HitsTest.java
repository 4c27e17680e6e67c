package io.forebay.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class HitsTest {

  private static long[] offsets(SliceIndex.Found found) {
    return Arrays.copyOf(found.offsets(), found.count());
  }

  @Test
  void theLowestOfAllTopicsAreKept() {
    Hits hits = new Hits(0, 1_000, 5);
    for (int topic = 9; topic >= 0; topic--) {
      long offset = topic;
      while (hits.add(offset)) {
        offset += 10;
      }
    }
    SliceIndex.Found found = hits.found();
    assertThat(offsets(found)).containsExactly(0, 1, 2, 3, 4);
    assertThat(found.nextOffset()).isEqualTo(5);
  }

  @Test
  void withRoomLeftTheSearchWasCompleteUpToItsLimit() {
    Hits hits = new Hits(0, 1_000, 5);
    hits.add(7);
    assertThat(hits.add(1_000)).isFalse();
    SliceIndex.Found found = hits.found();
    assertThat(offsets(found)).containsExactly(7);
    assertThat(found.nextOffset()).isEqualTo(1_000);
  }

  @Test
  void whatIsBeyondACutIsDropped() {
    Hits hits = new Hits(0, 1_000, 50);
    LongStream.range(0, 20).forEach(hits::add);
    hits.cut(3);
    SliceIndex.Found found = hits.found();
    assertThat(offsets(found)).containsExactly(0, 1, 2);
    assertThat(found.nextOffset()).isEqualTo(3);
  }
}
