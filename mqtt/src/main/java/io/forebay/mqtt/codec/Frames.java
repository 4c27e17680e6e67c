package io.forebay.mqtt.codec;

import io.forebay.mqtt.ReasonCode;
import io.netty.buffer.ByteBuf;

/// Where one frame ends and the next begins: the fixed header (§2.1).
public final class Frames {
  public static final int INCOMPLETE = -1;

  private static final int MAX_HEADER_BYTES = 5;

  private Frames() {}

  /// The bytes of the frame that starts at the reader index, fixed header included, as soon as the
  /// header is there: the rest may still be on its way, so compare with `in.readableBytes()`.
  /// [#INCOMPLETE] while the header is not. Does not move the reader index.
  ///
  /// @throws MalformedPacket with `MALFORMED_PACKET` if the remaining length is longer than four
  ///   bytes, with `PACKET_TOO_LARGE` if the frame is larger than `maximumPacketSize` bytes
  public static int length(ByteBuf in, int maximumPacketSize) {
    int start = in.readerIndex();
    int there = Math.min(in.readableBytes(), MAX_HEADER_BYTES);
    int remainingLength = 0;
    for (int i = 1; i < there; i++) {
      int b = in.getUnsignedByte(start + i);
      remainingLength |= (b & 0x7F) << (7 * (i - 1));
      if (b < 0x80) {
        return checked(1 + i + remainingLength, maximumPacketSize);
      }
    }
    if (there == MAX_HEADER_BYTES) {
      throw MalformedPacket.malformed("remaining length is longer than four bytes");
    }
    return INCOMPLETE;
  }

  private static int checked(int length, int maximumPacketSize) {
    if (length > maximumPacketSize) {
      throw new MalformedPacket(
          ReasonCode.PACKET_TOO_LARGE,
          "packet of " + length + " bytes exceeds the maximum of " + maximumPacketSize);
    }
    return length;
  }
}
