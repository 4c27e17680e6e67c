package io.forebay.mqtt.codec;

import static io.forebay.mqtt.codec.MalformedPacket.malformed;
import static io.forebay.mqtt.codec.MalformedPacket.protocolError;

import io.forebay.mqtt.Connect;
import io.forebay.mqtt.Packet;
import io.forebay.mqtt.Pingreq;
import io.forebay.mqtt.Pingresp;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.ReasonCode;
import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One whole frame to a packet, of any type and in both directions. Which packet may come when, and
/// from whom, is the connection's to check. Thread-safe: there is no state.
public final class PacketDecoder {
  private static final int FLAGS = 0x0F;
  private static final int DUP = 0x08;

  private PacketDecoder() {}

  /// Decodes the frame of `frameLength` bytes, as [Frames#length] told, at the reader index, and
  /// moves the reader index behind it.
  ///
  /// @param version of the connection; null while nobody has said it, so that only a CONNECT may
  ///     come
  /// @throws MalformedPacket if the standard forbids the packet; the reader index is then anywhere
  ///     in the frame
  public static Packet decode(ByteBuf in, int frameLength, @Nullable ProtocolVersion version) {
    Objects.checkFromIndexSize(0, frameLength, in.readableBytes());
    int end = in.readerIndex() + frameLength;
    int first = Fields.readByte(in, end, "fixed header");
    int headerStart = in.readerIndex();
    int remainingLength = VariableByteInteger.readOfAnyLength(in, end, "remaining length");
    int lengthBytes = in.readerIndex() - headerStart;
    if (in.readerIndex() + remainingLength != end) {
      throw malformed(
          "remaining length is " + remainingLength + " in a frame of " + frameLength + " bytes");
    }
    Packet packet = decode(in, first >> 4, first & FLAGS, end, version);
    Fields.expectEnd(in, end, PacketType.name(first >> 4));
    checkShortest(lengthBytes, remainingLength, packet, version);
    return packet;
  }

  private static Packet decode(
      ByteBuf in, int type, int flags, int end, @Nullable ProtocolVersion version) {
    checkFlags(type, flags, version);
    if (type == PacketType.CONNECT) {
      return ConnectCodec.decode(in, end);
    }
    if (version == null) {
      throw protocolError(PacketType.name(type) + " before CONNECT");
    }
    return switch (type) {
      case PacketType.CONNACK -> ConnackCodec.decode(in, end, version);
      case PacketType.PUBLISH -> PublishCodec.decode(in, flags, end, version);
      case PacketType.PUBACK, PacketType.PUBREC, PacketType.PUBREL, PacketType.PUBCOMP ->
          AckCodec.decode(type, in, end, version);
      case PacketType.SUBSCRIBE -> SubscribeCodec.decode(in, end, version);
      case PacketType.SUBACK -> SubackCodec.decode(in, end, version);
      case PacketType.UNSUBSCRIBE -> UnsubscribeCodec.decode(in, end, version);
      case PacketType.UNSUBACK -> UnsubackCodec.decode(in, end, version);
      case PacketType.PINGREQ -> Pingreq.INSTANCE;
      case PacketType.PINGRESP -> Pingresp.INSTANCE;
      case PacketType.DISCONNECT -> DisconnectCodec.decode(in, end, version);
      case PacketType.AUTH -> decodeAuth(in, end, version);
      default -> throw malformed("packet type 0 is reserved");
    };
  }

  private static Packet decodeAuth(ByteBuf in, int end, ProtocolVersion version) {
    if (version != ProtocolVersion.V5) {
      throw malformed("packet type 15 is reserved before MQTT 5");
    }
    return AuthCodec.decode(in, end);
  }

  /// [MQTT-2.1.3-1], but for PUBLISH, which gives its flags a meaning. MQTT 3.1 has DUP in the
  /// other packets with flags too, for those that are sent again (3.1 §2.1).
  private static void checkFlags(int type, int flags, @Nullable ProtocolVersion version) {
    int reserved = PacketType.reservedFlags(type);
    int looked = version == ProtocolVersion.V3_1 && reserved != 0 ? flags & ~DUP : flags;
    if (type != PacketType.PUBLISH && looked != reserved) {
      throw malformed(
          PacketType.name(type) + " with the fixed header flags " + flags + " not " + reserved);
    }
  }

  /// MQTT 5 wants the remaining length as short as it can be [MQTT-1.5.5-1]. Checked last, because
  /// it takes the version, which is in a CONNECT itself.
  private static void checkShortest(
      int lengthBytes, int remainingLength, Packet packet, @Nullable ProtocolVersion version) {
    ProtocolVersion spoken = packet instanceof Connect connect ? connect.version() : version;
    if (spoken == ProtocolVersion.V5 && lengthBytes != VariableByteInteger.size(remainingLength)) {
      throw new MalformedPacket(
          ReasonCode.MALFORMED_PACKET,
          "remaining length is written with more bytes than it needs",
          packet instanceof Connect ? spoken : null);
    }
  }
}
