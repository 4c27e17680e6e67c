package io.forebay.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class BlockCacheTest {
  private static Block block(long firstOffset, int sizeBytes) {
    ByteBuffer value = ByteBuffer.allocate(BlockFormat.HEADER_BYTES + sizeBytes);
    BlockFormat.putHeader(value, false, 0, firstOffset, 0, 0);
    return new Block(value.array(), 1, firstOffset);
  }

  @Test
  void aBlockIsWorthKeepingWhenItIsWantedAgain() {
    BlockCache cache = new BlockCache(1_000);
    assertThat(cache.admits(1, 0)).isFalse();
    assertThat(cache.admits(1, 64)).isFalse();
    assertThat(cache.admits(2, 0)).as("of another partition").isFalse();
    assertThat(cache.admits(1, 0)).isTrue();
  }

  @Test
  void whatWasSeenLongAgoCountsAsNew() {
    BlockCache cache = new BlockCache(1_000);
    cache.admits(1, 0);
    for (int i = 1; i <= 1_024; i++) {
      cache.admits(1, i);
    }
    assertThat(cache.admits(1, 0)).isFalse();
    assertThat(cache.admits(1, 1_024)).isTrue();
  }

  @Test
  void theOneThatWasUsedLongestAgoMakesRoom() {
    BlockCache cache = new BlockCache(1_000);
    cache.put(1, block(0, 150));
    cache.put(1, block(64, 150));
    assertThat(cache.get(1, 0)).isNotNull();
    cache.put(1, block(128, 150));
    assertThat(cache.get(1, 64)).isNull();
    assertThat(cache.get(1, 0)).isNotNull();
    assertThat(cache.get(1, 128)).isNotNull();
  }

  @Test
  void aBlockTakesThePlaceOfItsFormerSelf() {
    BlockCache cache = new BlockCache(1_000);
    for (int i = 0; i < 10; i++) {
      cache.put(1, block(0, 150));
      cache.put(1, block(64, 150));
    }
    assertThat(cache.get(1, 0)).isNotNull();
    assertThat(cache.get(1, 64)).isNotNull();
  }
}
