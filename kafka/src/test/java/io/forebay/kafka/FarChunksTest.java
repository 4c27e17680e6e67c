package io.forebay.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FarChunksTest {
  private final FarChunks chunks = new FarChunks();

  private static FarChunks.Chunk chunk(int partition, long from, long next) {
    return new FarChunks.Chunk(partition, from, next, List.of());
  }

  @Test
  void aChunkIsFoundByAnyOffsetInIt() {
    FarChunks.Chunk kept = chunk(1, 10, 20);
    chunks.keep(kept);

    assertThat(chunks.find(1, 9)).isNull();
    assertThat(chunks.find(1, 10)).isSameAs(kept);
    assertThat(chunks.find(1, 19)).isSameAs(kept);
    assertThat(chunks.find(1, 20)).isNull();
    assertThat(chunks.find(2, 10)).isNull();
  }

  @Test
  void anEmptyOneIsNotKept() {
    chunks.keep(chunk(1, 10, 10));

    assertThat(chunks.find(1, 10)).isNull();
  }

  @Test
  void theOldestGoesFirst() {
    for (int i = 0; i < 40; i++) {
      chunks.keep(chunk(i, 0, 1));
    }

    assertThat(chunks.find(7, 0)).isNull();
    assertThat(chunks.find(8, 0)).isNotNull();
    assertThat(chunks.find(39, 0)).isNotNull();
  }
}
