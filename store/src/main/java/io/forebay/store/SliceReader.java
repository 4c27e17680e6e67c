package io.forebay.store;

import io.forebay.core.log.Stored;
import io.forebay.core.topic.FilterSet;
import java.util.Arrays;
import java.util.List;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/// Reads one slice block by block. On a reader's thread, for one call, with the slice acquired.
final class SliceReader implements AutoCloseable {
  private final int partition;
  private final BlockCache cache;
  private final RocksIterator blocks;

  /// For blocks that are not kept.
  private byte[] scratch = {};

  SliceReader(Database database, int partition, LogSlice slice, BlockCache cache) {
    this.partition = partition;
    this.cache = cache;
    blocks = database.blocks(slice.family());
  }

  /// Copies what matches among the messages from `from` to `to`.
  ///
  /// @param maximumLooked looks at about so many at most
  /// @return the offset to go on with: all below it was looked at
  long scan(
      long from, long to, FilterSet filters, int maximum, int maximumLooked, List<Stored> into)
      throws RocksDBException {
    long looked = 0;
    seek(from);
    while (blocks.isValid()) {
      long blockFirst = BlockFormat.firstOffset(blocks.key());
      if (blockFirst >= to) {
        return to;
      }
      if (looked >= maximumLooked) {
        return Math.max(from, blockFirst);
      }
      Block block = block(blockFirst);
      int end = block.firstFrom(to);
      for (int i = block.firstFrom(from); i < end; i++) {
        if (into.size() == maximum) {
          return block.offset(i);
        }
        Stored stored = block.get(i);
        if (filters.matches(stored.message().topic())) {
          into.add(stored);
        }
        looked++;
      }
      blocks.next();
    }
    blocks.status();
    return to;
  }

  /// Copies those of the ascending offsets that are there.
  void fetch(long[] offsets, int first, int end, List<Stored> into) throws RocksDBException {
    Block block = null;
    for (int i = first; i < end; i++) {
      if (block == null || offsets[i] >= block.end()) {
        seek(offsets[i]);
        if (!blocks.isValid()) {
          blocks.status();
          return;
        }
        block = block(BlockFormat.firstOffset(blocks.key()));
      }
      int there = block.firstFrom(offsets[i]);
      if (there < block.count() && block.offset(there) == offsets[i]) {
        into.add(block.get(there));
      }
    }
  }

  /// The first offset below `to` that was appended at or after a time; `to` if there is none. Times
  /// of blocks never go back, so it halves the offsets and looks at the block at or before each.
  long seekTime(long from, long to, long timestampMillis) throws RocksDBException {
    long low = from;
    long high = to;
    while (low < high) {
      long middle = (low + high) >>> 1;
      seek(middle);
      if (!blocks.isValid()) {
        blocks.status();
        return to;
      }
      Block block = block(BlockFormat.firstOffset(blocks.key()));
      if (block.appendMillis() < timestampMillis) {
        low = Math.max(middle + 1, block.end());
      } else if (block.firstOffset() > low) {
        high = Math.min(middle, block.firstOffset());
      } else {
        return Math.max(from, firstAt(block, timestampMillis));
      }
    }
    return low < to ? atOrAfter(low, to, timestampMillis) : to;
  }

  private long atOrAfter(long offset, long to, long timestampMillis) throws RocksDBException {
    seek(offset);
    if (blocks.isValid() && block(BlockFormat.firstOffset(blocks.key())).end() <= offset) {
      // Nobody has the offset.
      blocks.next();
    }
    if (!blocks.isValid()) {
      blocks.status();
      return to;
    }
    Block block = block(BlockFormat.firstOffset(blocks.key()));
    return Math.clamp(firstAt(block, timestampMillis), offset, to);
  }

  private static long firstAt(Block block, long timestampMillis) {
    for (int i = 0; i < block.count(); i++) {
      if (block.get(i).message().timestampMillis() >= timestampMillis) {
        return block.offset(i);
      }
    }
    return block.firstOffset();
  }

  /// The block that holds the offset, or the first beyond it.
  private void seek(long offset) {
    byte[] key = BlockFormat.key(offset);
    blocks.seekForPrev(key);
    if (!blocks.isValid()) {
      blocks.seek(key);
    }
  }

  /// The block at which the iterator stands. Good until the next is asked for.
  private Block block(long firstOffset) {
    Block shared = cache.get(partition, firstOffset);
    if (shared != null) {
      return shared;
    }
    int length = blocks.value(scratch);
    if (length > scratch.length) {
      scratch = new byte[length];
      blocks.value(scratch);
    }
    if (!cache.admits(partition, firstOffset)) {
      return new Block(scratch, partition, firstOffset);
    }
    Block kept = new Block(Arrays.copyOf(scratch, length), partition, firstOffset);
    cache.put(partition, kept);
    return kept;
  }

  @Override
  public void close() {
    blocks.close();
  }
}
