package io.forebay.store;

import java.nio.ByteBuffer;

/// The bytes of a block of messages. Nothing else knows this layout:
///
/// ```
/// key    'd' | first offset 8
/// value  version 1 | count 4 | first offset 8 | append time 8 | bytes of the slice so far 8
///        | start of each message 4 … | in version 2: offset of each message 4 … | messages
/// ```
///
/// In version 1 the messages have consecutive offsets. Version 2 is for those with offsets missing
/// between them, and says by how much each one is above the first. Where a message starts counts
/// from the end of the tables. Numbers are big-endian. RocksDB keeps the checksum.
final class BlockFormat {
  static final int KEY_BYTES = 9;
  static final int HEADER_BYTES = 1 + 4 + 8 + 8 + 8;
  private static final byte CONSECUTIVE = 1;
  private static final byte WITH_GAPS = 2;
  private static final byte DATA = 'd';

  private BlockFormat() {}

  static byte[] key(long firstOffset) {
    return ByteBuffer.allocate(KEY_BYTES).put(DATA).putLong(firstOffset).array();
  }

  static void putKey(long firstOffset, ByteBuffer key) {
    key.put(DATA).putLong(firstOffset);
  }

  /// Not above the key of any block.
  static byte[] firstKey() {
    return new byte[] {DATA};
  }

  /// Above the key of any block.
  static byte[] endKey() {
    return new byte[] {DATA + 1};
  }

  static long firstOffset(byte[] key) {
    return ByteBuffer.wrap(key).getLong(1);
  }

  /// Bytes of the tables between header and messages.
  static int tableBytes(int count, boolean gaps) {
    return (gaps ? 2 : 1) * Integer.BYTES * count;
  }

  /// @param gaps whether a table of offsets follows that of starts
  static void putHeader(
      ByteBuffer out,
      boolean gaps,
      int count,
      long firstOffset,
      long appendMillis,
      long sliceBytes) {
    out.put(gaps ? WITH_GAPS : CONSECUTIVE)
        .putInt(count)
        .putLong(firstOffset)
        .putLong(appendMillis)
        .putLong(sliceBytes);
  }

  /// @throws StoreException if a later version wrote it
  static ByteBuffer check(byte[] value) {
    if (value.length < HEADER_BYTES || value[0] < CONSECUTIVE || value[0] > WITH_GAPS) {
      throw new StoreException(
          "a block of messages has a format that this version does not know; use a later one",
          null);
    }
    return ByteBuffer.wrap(value);
  }

  static int count(ByteBuffer value) {
    return value.getInt(1);
  }

  static long firstOffset(ByteBuffer value) {
    return value.getLong(5);
  }

  static long appendMillis(ByteBuffer value) {
    return value.getLong(13);
  }

  static long sliceBytes(ByteBuffer value) {
    return value.getLong(21);
  }

  private static boolean gaps(ByteBuffer value) {
    return value.get(0) == WITH_GAPS;
  }

  /// Where message `i` starts.
  static int start(ByteBuffer value, int i) {
    return HEADER_BYTES
        + tableBytes(count(value), gaps(value))
        + value.getInt(HEADER_BYTES + Integer.BYTES * i);
  }

  /// The offset of message `i`.
  static long offset(ByteBuffer value, int i) {
    int above = gaps(value) ? value.getInt(HEADER_BYTES + Integer.BYTES * (count(value) + i)) : i;
    return firstOffset(value) + above;
  }

  /// The offset after the last message.
  static long end(ByteBuffer value) {
    int count = count(value);
    return count == 0 ? firstOffset(value) : offset(value, count - 1) + 1;
  }

  /// The first message whose offset is not below `offset`; their number if there is none.
  static int firstFrom(ByteBuffer value, long offset) {
    int low = 0;
    int high = count(value);
    if (!gaps(value)) {
      return Math.clamp(offset - firstOffset(value), low, high);
    }
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (offset(value, middle) < offset) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
