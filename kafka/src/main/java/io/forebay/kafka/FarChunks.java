package io.forebay.kafka;

import io.forebay.core.log.Stored;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The stretches of Kafka's log that were read last, oldest first. Any thread.
final class FarChunks {
  private static final int MOST_CHUNKS = 32;

  /// @param from all from here on
  /// @param next to here is in it
  record Chunk(int partition, long from, long next, List<Stored> messages) {}

  private final ArrayDeque<Chunk> kept = new ArrayDeque<>();

  /// One that has this offset; null if there is none.
  synchronized @Nullable Chunk find(int partition, long offset) {
    for (Chunk each : kept) {
      if (each.partition() == partition && each.from() <= offset && offset < each.next()) {
        return each;
      }
    }
    return null;
  }

  synchronized void keep(Chunk chunk) {
    if (chunk.next() > chunk.from()) {
      kept.add(chunk);
      if (kept.size() > MOST_CHUNKS) {
        kept.remove();
      }
    }
  }
}
