package io.forebay.store;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Blocks that readers of the same messages share. On readers' threads.
///
/// A block comes in when it is wanted for the second time, soon after the first: otherwise one who
/// reads a long history, or a thousand who read one each, would push out what others share, and the
/// collector would have to move what nobody asks for again.
final class BlockCache {
  /// How many it remembers to have seen once.
  private static final int SEEN = 1_024;

  private final ReentrantLock lock = new ReentrantLock();
  private final LinkedHashMap<Place, Block> blocks = new LinkedHashMap<>(64, 0.75f, true);
  private final LinkedHashSet<Place> seen = new LinkedHashSet<>();
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

  /// Whether a block that is not here is worth to be [#put]: it was wanted lately.
  boolean admits(int partition, long firstOffset) {
    Place place = new Place(partition, firstOffset);
    lock.lock();
    try {
      if (seen.remove(place)) {
        return true;
      }
      seen.add(place);
      if (seen.size() > SEEN) {
        seen.removeFirst();
      }
      return false;
    } finally {
      lock.unlock();
    }
  }

  void put(int partition, Block block) {
    lock.lock();
    try {
      Block former = blocks.put(new Place(partition, block.firstOffset()), block);
      bytes += block.heapBytes() - (former == null ? 0 : former.heapBytes());
      Iterator<Map.Entry<Place, Block>> eldest = blocks.entrySet().iterator();
      while (bytes > maximumBytes && eldest.hasNext()) {
        bytes -= eldest.next().getValue().heapBytes();
        eldest.remove();
      }
    } finally {
      lock.unlock();
    }
  }
}
