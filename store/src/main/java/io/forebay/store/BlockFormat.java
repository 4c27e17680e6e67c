package io.forebay.store;

import java.nio.ByteBuffer;

/// The bytes of a block of messages. Nothing else knows this layout:
///
/// ```
/// key    'd' | first offset 8
/// value  version 1 | count 4 | first offset 8 | append time 8 | bytes of the slice so far 8
///        | start of each message 4 … | messages
/// ```
///
/// The messages have consecutive offsets; where each starts counts from the end of the table of
/// starts. Numbers are big-endian. RocksDB keeps the checksum.
final class BlockFormat {
  static final int KEY_BYTES = 9;
  static final int HEADER_BYTES = 1 + 4 + 8 + 8 + 8;
  private static final byte VERSION = 1;
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

  static void putHeader(
      ByteBuffer out, int count, long firstOffset, long appendMillis, long sliceBytes) {
    out.put(VERSION).putInt(count).putLong(firstOffset).putLong(appendMillis).putLong(sliceBytes);
  }

  /// @throws StoreException if a later version wrote it
  static ByteBuffer check(byte[] value) {
    if (value.length < HEADER_BYTES || value[0] != VERSION) {
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

  /// Where message `i` starts.
  static int start(ByteBuffer value, int i) {
    return HEADER_BYTES + 4 * count(value) + value.getInt(HEADER_BYTES + 4 * i);
  }
}
