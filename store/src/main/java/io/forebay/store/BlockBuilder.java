package io.forebay.store;

import io.forebay.core.log.MessageFormat;
import io.forebay.core.message.Message;
import java.nio.ByteBuffer;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/// The block that a partition is filling. On the writer's thread.
///
/// Messages are encoded once, into native memory that RocksDB copies from; the tables of starts and
/// offsets are put before them when their number is known.
final class BlockBuilder {
  private static final int TARGET_BYTES = 16 << 10;
  private static final int MOST_MESSAGES = 512;
  private static final int HEADROOM =
      BlockFormat.HEADER_BYTES + BlockFormat.tableBytes(MOST_MESSAGES, true);

  /// Buffers beyond this are not kept.
  private static final int KEPT_BYTES = 1 << 20;

  private final ByteBuffer key = ByteBuffer.allocateDirect(BlockFormat.KEY_BYTES);
  private final int[] starts = new int[MOST_MESSAGES];

  /// By how much each offset is above the first.
  private final int[] above = new int[MOST_MESSAGES];

  private ByteBuffer kept = ByteBuffer.allocateDirect(HEADROOM + TARGET_BYTES);
  private ByteBuffer buffer = kept;
  private int count;
  private long firstOffset;

  BlockBuilder() {
    clear();
  }

  void clear() {
    count = 0;
    buffer = kept;
    buffer.clear().position(HEADROOM);
  }

  boolean isEmpty() {
    return count == 0;
  }

  /// Whether a message of this size still belongs into this block.
  boolean takes(long offset, int sizeBytes) {
    return count == 0
        || (count < MOST_MESSAGES
            && buffer.position() - HEADROOM + sizeBytes <= TARGET_BYTES
            && offset - firstOffset <= Integer.MAX_VALUE);
  }

  /// @param sizeBytes of the encoded message
  void add(Message message, int partition, long offset, int sizeBytes) {
    if (count == 0) {
      firstOffset = offset;
      makeRoom(sizeBytes);
    }
    above[count] = (int) (offset - firstOffset);
    starts[count++] = buffer.position() - HEADROOM;
    MessageFormat.encode(message, partition, offset, buffer);
  }

  private void makeRoom(int sizeBytes) {
    int needed = Math.addExact(HEADROOM, sizeBytes);
    if (needed <= buffer.capacity()) {
      return;
    }
    buffer = ByteBuffer.allocateDirect(needed);
    if (needed <= KEPT_BYTES) {
      kept = buffer;
    }
    buffer.position(HEADROOM);
  }

  /// Whether offsets are missing between its messages.
  private boolean gaps() {
    return count > 0 && above[count - 1] != count - 1;
  }

  int sizeBytes() {
    return buffer.position()
        - HEADROOM
        + BlockFormat.tableBytes(count, gaps())
        + BlockFormat.HEADER_BYTES;
  }

  /// Puts the block into a write and begins the next.
  void finish(WriteBatch batch, ColumnFamilyHandle slice, long appendMillis, long sliceBytes)
      throws RocksDBException {
    int end = buffer.position();
    int begin = end - sizeBytes();
    boolean gaps = gaps();
    buffer.position(begin);
    BlockFormat.putHeader(buffer, gaps, count, firstOffset, appendMillis, sliceBytes);
    for (int i = 0; i < count; i++) {
      buffer.putInt(starts[i]);
    }
    for (int i = 0; gaps && i < count; i++) {
      buffer.putInt(above[i]);
    }
    buffer.limit(end).position(begin);
    key.clear();
    BlockFormat.putKey(firstOffset, key);
    batch.put(slice, key.flip(), buffer);
    clear();
  }
}
