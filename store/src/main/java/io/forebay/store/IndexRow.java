package io.forebay.store;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.LongConsumer;

/// The bytes of the topic index in a slice's column family. Nothing else knows this layout:
///
/// ```
/// 'i' | topic (UTF-8) | 0 | first offset of the segment 8   →   count | difference …
/// 'm'                                                       →   all below this offset is indexed 8
/// ```
///
/// A difference is to the offset before, the first one's to the first offset of the segment. Count
/// and differences are written in 7 bits per byte, the lowest first, with the eighth set in all but
/// the last. A topic holds no zero byte, so rows are ordered by topic and then by segment.
final class IndexRow {
  static final byte[] MARK = {'m'};

  /// No key of an index row is below it.
  static final byte[] LOWEST_KEY = {'i'};

  /// All keys of index rows are below it.
  static final byte[] BEYOND_KEYS = {'i' + 1};

  private IndexRow() {}

  static byte[] key(byte[] topic, long first) {
    return ByteBuffer.allocate(topic.length + 10)
        .put((byte) 'i')
        .put(topic)
        .put((byte) 0)
        .putLong(first)
        .array();
  }

  /// No key of a topic that is not below `topic` is below it.
  static byte[] lowestKey(byte[] topic) {
    return ByteBuffer.allocate(topic.length + 1).put((byte) 'i').put(topic).array();
  }

  static byte[] topic(byte[] key) {
    return Arrays.copyOfRange(key, 1, key.length - 9);
  }

  static boolean isOf(byte[] topic, byte[] key) {
    return Arrays.equals(topic, 0, topic.length, key, 1, key.length - 9);
  }

  static long first(byte[] key) {
    return ByteBuffer.wrap(key).getLong(key.length - 8);
  }

  static byte[] mark(long indexedTo) {
    return ByteBuffer.allocate(8).putLong(indexedTo).array();
  }

  static long indexedTo(byte[] mark) {
    return ByteBuffer.wrap(mark).getLong();
  }

  static byte[] value(Offsets offsets, long first) {
    int size = sizeBytes(offsets.size());
    long before = first;
    for (int i = 0; i < offsets.size(); i++) {
      size += sizeBytes(offsets.get(i) - before);
      before = offsets.get(i);
    }
    ByteBuffer value = ByteBuffer.allocate(size);
    put(value, offsets.size());
    before = first;
    for (int i = 0; i < offsets.size(); i++) {
      put(value, offsets.get(i) - before);
      before = offsets.get(i);
    }
    return value.array();
  }

  private static int sizeBytes(long number) {
    return (70 - Long.numberOfLeadingZeros(number | 1)) / 7;
  }

  private static void put(ByteBuffer into, long number) {
    long rest = number;
    while (rest > 0x7F) {
      into.put((byte) (rest | 0x80));
      rest >>>= 7;
    }
    into.put((byte) rest);
  }

  private static long get(ByteBuffer from) {
    long number = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = from.get();
      number |= (next & 0x7FL) << shift;
      if (next >= 0) {
        return number;
      }
    }
  }

  static int count(byte[] value) {
    return (int) get(ByteBuffer.wrap(value));
  }

  /// Reads no further than there are hits.
  ///
  /// @param first the first offset of the segment
  /// @param end offsets from here on do not count
  static void find(byte[] value, long first, long end, Hits hits) {
    ByteBuffer from = ByteBuffer.wrap(value);
    long left = get(from);
    long offset = first;
    while (left-- > 0) {
      offset += get(from);
      if (offset >= end || (offset >= hits.from() && !hits.add(offset))) {
        return;
      }
    }
  }

  /// Tells all offsets of a row that are below `end`.
  static void each(byte[] value, long first, long end, LongConsumer consumer) {
    ByteBuffer from = ByteBuffer.wrap(value);
    long offset = first;
    for (long left = get(from); left > 0; left--) {
      offset += get(from);
      if (offset >= end) {
        return;
      }
      consumer.accept(offset);
    }
  }
}
