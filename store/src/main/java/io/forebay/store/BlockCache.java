package io.forebay.store;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Blocks that were decoded lately, so that readers of the same messages share them. On readers'
/// threads.
final class BlockCache {
  private final ReentrantLock lock = new ReentrantLock();
  private final LinkedHashMap<Place, Block> blocks = new LinkedHashMap<>(64, 0.75f, true);
  private final long maximumBytes;
  private long bytes;

  private record Place(int partition, long firstOffset) {}

  BlockCache(long maximumBytes) {
    this.maximumBytes = maximumBytes;
  }

  @Nullable Block get(int partition, long firstOffset) {
    lock.lock();
    try {
      return blocks.get(new Place(partition, firstOffset));
    } finally {
      lock.unlock();
    }
  }

  void put(int partition, Block block) {
    lock.lock();
    try {
      Block former = blocks.put(new Place(partition, block.firstOffset()), block);
      bytes += heapBytes(block) - (former == null ? 0 : heapBytes(former));
      Iterator<Map.Entry<Place, Block>> eldest = blocks.entrySet().iterator();
      while (bytes > maximumBytes && eldest.hasNext()) {
        bytes -= heapBytes(eldest.next().getValue());
        eldest.remove();
      }
    } finally {
      lock.unlock();
    }
  }

  private static long heapBytes(Block block) {
    return block.sizeBytes() + 150L * block.messages().length;
  }
}
