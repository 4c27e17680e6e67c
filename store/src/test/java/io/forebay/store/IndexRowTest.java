package io.forebay.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class IndexRowTest {

  @Test
  void aKeyHoldsItsTopicAndSegment() {
    byte[] topic = "a/é".getBytes(UTF_8);
    byte[] key = IndexRow.key(topic, 70_000);
    assertThat(IndexRow.topic(key)).isEqualTo(topic);
    assertThat(IndexRow.first(key)).isEqualTo(70_000);
    assertThat(IndexRow.isOf(topic, key)).isTrue();
    assertThat(IndexRow.isOf("a/".getBytes(UTF_8), key)).isFalse();
  }

  @Test
  void keysAreOrderedByTopicThenBySegment() {
    byte[] a = "a".getBytes(UTF_8);
    byte[] child = "a/b".getBytes(UTF_8);
    assertThat(IndexRow.key(a, 256)).matches(key -> less(IndexRow.key(a, 255), key));
    assertThat(IndexRow.key(child, 0)).matches(key -> less(IndexRow.key(a, Long.MAX_VALUE), key));
    assertThat(IndexRow.key(child, 0)).matches(key -> less(IndexRow.lowestKey(child), key));
    assertThat(IndexRow.BEYOND_KEYS).matches(key -> less(IndexRow.key(child, 0), key));
  }

  private static boolean less(byte[] left, byte[] right) {
    return Arrays.compareUnsigned(left, right) < 0;
  }

  @Test
  void offsetsComeBackAsTheyWereWritten() {
    Random random = new Random(7);
    for (int round = 0; round < 200; round++) {
      long first = random.nextLong(1L << 50);
      Offsets offsets = new Offsets();
      long next = first;
      for (int i = random.nextInt(1, 50); i > 0; i--) {
        next += random.nextLong(1L << random.nextInt(40));
        offsets.add(next++);
      }
      byte[] value = IndexRow.value(offsets, first);
      assertThat(IndexRow.count(value)).isEqualTo(offsets.size());
      Hits hits = new Hits(first, Long.MAX_VALUE, 100);
      IndexRow.find(value, first, Long.MAX_VALUE, hits);
      SliceIndex.Found found = hits.found();
      assertThat(found.count()).isEqualTo(offsets.size());
      for (int i = 0; i < found.count(); i++) {
        assertThat(found.offsets()[i]).isEqualTo(offsets.get(i));
      }
    }
  }

  @Test
  void offsetsOutsideTheRangeAreLeftOut() {
    Offsets offsets = new Offsets();
    for (int offset = 10; offset < 20; offset++) {
      offsets.add(offset);
    }
    Hits hits = new Hits(12, 18, 100);
    IndexRow.find(IndexRow.value(offsets, 10), 10, 15, hits);
    SliceIndex.Found found = hits.found();
    assertThat(Arrays.copyOf(found.offsets(), found.count())).containsExactly(12, 13, 14);
  }
}
