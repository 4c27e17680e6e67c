package io.forebay.mqtt.codec;

import static io.forebay.mqtt.codec.MalformedPacket.malformed;

import io.netty.buffer.ByteBuf;

/// The variable byte integer (§1.5.5): seven bits a byte, low end first, one to four bytes.
final class VariableByteInteger {
  static final int MAX = 268_435_455;

  private VariableByteInteger() {}

  /// Reads one that ends before `end` and is as short as its value allows [MQTT-1.5.5-1].
  static int read(ByteBuf in, int end, String what) {
    int start = in.readerIndex();
    int value = readOfAnyLength(in, end, what);
    if (in.readerIndex() - start != size(value)) {
      throw malformed(what + " is written with more bytes than it needs");
    }
    return value;
  }

  /// Reads one that may be longer than it needs to be, which MQTT 3 does not forbid.
  static int readOfAnyLength(ByteBuf in, int end, String what) {
    int value = 0;
    for (int shift = 0; shift <= 21; shift += 7) {
      int b = Fields.readByte(in, end, what);
      value |= (b & 0x7F) << shift;
      if (b < 0x80) {
        return value;
      }
    }
    throw malformed(what + " is longer than four bytes");
  }

  static int size(int value) {
    return value < 1 << 7 ? 1 : value < 1 << 14 ? 2 : value < 1 << 21 ? 3 : 4;
  }

  /// @throws IllegalArgumentException if four bytes cannot hold `value`
  static void write(ByteBuf out, int value) {
    if (value < 0 || value > MAX) {
      throw new IllegalArgumentException(
          value + " does not fit a variable byte integer (0 to " + MAX + ")");
    }
    int rest = value;
    while (rest > 0x7F) {
      out.writeByte((rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    out.writeByte(rest);
  }
}
