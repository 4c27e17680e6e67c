package io.forebay.mqtt.codec;

import static io.forebay.mqtt.codec.MalformedPacket.malformed;
import static io.forebay.mqtt.codec.MalformedPacket.protocolError;

import io.forebay.mqtt.ProtocolVersion;
import io.netty.buffer.ByteBuf;

/// The integers and byte strings that packets are made of (§1.5). Readers take the `end` of what
/// they may read and the name of the field for the error message.
final class Fields {
  private static final byte[] NO_BYTES = {};

  private Fields() {}

  /// 0 to 255.
  static int readByte(ByteBuf in, int end, String what) {
    expect(1, in, end, what);
    return in.readUnsignedByte();
  }

  /// 0 to 65,535.
  static int readTwoBytes(ByteBuf in, int end, String what) {
    expect(2, in, end, what);
    return in.readUnsignedShort();
  }

  /// 0 to 4,294,967,295.
  static long readFourBytes(ByteBuf in, int end, String what) {
    expect(4, in, end, what);
    return in.readUnsignedInt();
  }

  /// Bytes after their two-byte length (§1.5.6), copied.
  static byte[] readBinary(ByteBuf in, int end, String what) {
    return readBytes(in, readTwoBytes(in, end, what), end, what);
  }

  /// All bytes up to `end`, copied.
  static byte[] readRest(ByteBuf in, int end, String what) {
    return readBytes(in, end - in.readerIndex(), end, what);
  }

  private static byte[] readBytes(ByteBuf in, int length, int end, String what) {
    expect(length, in, end, what);
    if (length == 0) {
      return NO_BYTES;
    }
    byte[] bytes = new byte[length];
    in.readBytes(bytes);
    return bytes;
  }

  /// A packet identifier, which is never 0 [MQTT-2.2.1-3].
  static int readPacketId(ByteBuf in, int end, ProtocolVersion version) {
    int packetId = readTwoBytes(in, end, "packet identifier");
    if (packetId == 0) {
      String message = "packet identifier is 0";
      throw version == ProtocolVersion.V5 ? protocolError(message) : malformed(message);
    }
    return packetId;
  }

  /// Checks that `length` more bytes are there.
  static void expect(int length, ByteBuf in, int end, String what) {
    if (length > end - in.readerIndex()) {
      throw malformed("packet ends within its " + what);
    }
  }

  /// Checks that nothing is left over.
  static void expectEnd(ByteBuf in, int end, String packet) {
    if (in.readerIndex() != end) {
      throw malformed(packet + " has " + (end - in.readerIndex()) + " bytes too many");
    }
  }

  static int binarySize(byte[] bytes) {
    return 2 + bytes.length;
  }

  /// @throws IllegalArgumentException if two bytes cannot hold the length
  static void writeBinary(ByteBuf out, byte[] bytes) {
    writeLength(out, bytes.length);
    out.writeBytes(bytes);
  }

  static void writeLength(ByteBuf out, int length) {
    if (length > 0xFFFF) {
      throw new IllegalArgumentException(
          "a string or binary field of " + length + " bytes exceeds the 65535 that MQTT can say");
    }
    out.writeShort(length);
  }

  /// The size of a frame around `remainingLength` bytes.
  static int frameSize(int remainingLength) {
    return 1 + VariableByteInteger.size(remainingLength) + remainingLength;
  }

  /// Writes the fixed header and makes room for all that follows, so that the buffer grows once.
  static void writeHeader(ByteBuf out, int firstByte, int remainingLength) {
    out.ensureWritable(frameSize(remainingLength));
    out.writeByte(firstByte);
    VariableByteInteger.write(out, remainingLength);
  }
}
