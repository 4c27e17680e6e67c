package io.forebay.mqtt.codec;

import static io.forebay.mqtt.codec.MalformedPacket.malformed;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;

/// UTF-8 encoded strings (§1.5.4): two bytes of length, then well-formed UTF-8 without U+0000. Most
/// strings are ASCII, which is checked eight bytes at a time and decoded without a look at each.
final class Utf8Strings {
  private static final long HIGH_BITS = 0x8080_8080_8080_8080L;
  private static final long LOW_BITS = 0x0101_0101_0101_0101L;

  /// The smallest code point that a sequence of this many bytes may stand for. The 1 keeps out
  /// U+0000 [MQTT-1.5.4-2], the others overlong forms.
  private static final int[] SMALLEST = {0, 1, 0x80, 0x800, 0x1_0000};

  private Utf8Strings() {}

  static String read(ByteBuf in, int end, String what) {
    int length = Fields.readTwoBytes(in, end, what);
    Fields.expect(length, in, end, what);
    if (length == 0) {
      return "";
    }
    int start = in.readerIndex();
    in.skipBytes(length);
    if (ascii(in, start, start + length)) {
      return in.toString(start, length, US_ASCII);
    }
    if (wellFormed(in, start, start + length)) {
      return in.toString(start, length, UTF_8);
    }
    throw malformed(what + " is not well-formed UTF-8, or contains U+0000");
  }

  /// Whether all bytes are ASCII other than NUL. In a word without high bits, subtracting 1 from
  /// each byte sets a high bit only where a byte was 0.
  private static boolean ascii(ByteBuf in, int from, int to) {
    int i = from;
    for (; i <= to - Long.BYTES; i += Long.BYTES) {
      long word = in.getLong(i);
      if (((word | (word - LOW_BITS)) & HIGH_BITS) != 0) {
        return false;
      }
    }
    for (; i < to; i++) {
      if (in.getByte(i) <= 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean wellFormed(ByteBuf in, int from, int to) {
    int i = from;
    while (i < to) {
      int length = sequenceLength(in.getByte(i) & 0xFF);
      if (length == 0 || length > to - i || !validCodePoint(codePoint(in, i, length), length)) {
        return false;
      }
      i += length;
    }
    return true;
  }

  private static int sequenceLength(int lead) {
    if (lead < 0x80) {
      return 1;
    }
    return lead >> 5 == 0b110 ? 2 : lead >> 4 == 0b1110 ? 3 : lead >> 3 == 0b11110 ? 4 : 0;
  }

  private static boolean validCodePoint(int codePoint, int length) {
    return codePoint >= SMALLEST[length]
        && codePoint <= Character.MAX_CODE_POINT
        && (codePoint < Character.MIN_SURROGATE || codePoint > Character.MAX_SURROGATE);
  }

  /// The code point, or -1 where a continuation byte is none.
  private static int codePoint(ByteBuf in, int index, int length) {
    int lead = in.getByte(index);
    int codePoint = length == 1 ? lead : lead & 0x7F >> length;
    for (int i = index + 1; i < index + length; i++) {
      int next = in.getByte(i);
      if ((next & 0xC0) != 0x80) {
        return -1;
      }
      codePoint = codePoint << 6 | (next & 0x3F);
    }
    return codePoint;
  }

  static int size(String text) {
    return 2 + ByteBufUtil.utf8Bytes(text);
  }

  /// @throws IllegalArgumentException if the text is longer than 65,535 bytes
  static void write(ByteBuf out, String text) {
    write(out, text, ByteBufUtil.utf8Bytes(text));
  }

  /// For those who know the number of bytes already.
  static void write(ByteBuf out, String text, int utf8Bytes) {
    Fields.writeLength(out, utf8Bytes);
    ByteBufUtil.reserveAndWriteUtf8(out, text, utf8Bytes);
  }
}
