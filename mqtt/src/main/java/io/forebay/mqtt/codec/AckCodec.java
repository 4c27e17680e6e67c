package io.forebay.mqtt.codec;

import io.forebay.core.message.UserProperty;
import io.forebay.mqtt.Packet;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.Puback;
import io.forebay.mqtt.Pubcomp;
import io.forebay.mqtt.Pubrec;
import io.forebay.mqtt.Pubrel;
import io.forebay.mqtt.ReasonCode;
import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// PUBACK, PUBREC, PUBREL and PUBCOMP (§3.4 to §3.7): one layout, four meanings. MQTT 3 has only
/// the packet identifier; MQTT 5 may leave out the properties, and the reason too if it is success.
final class AckCodec {
  private static final long PROPERTIES = PropertyId.setOf(PropertyId.REASON_STRING);

  private AckCodec() {}

  static Packet decode(int type, ByteBuf in, int end, ProtocolVersion version) {
    int packetId = Fields.readPacketId(in, end, version);
    if (version != ProtocolVersion.V5 || in.readerIndex() == end) {
      return packet(type, packetId, ReasonCode.SUCCESS, null, List.of());
    }
    boolean published = type == PacketType.PUBACK || type == PacketType.PUBREC;
    ReasonCode reason =
        Reasons.read(
            in, end, published ? Reasons.PUBLISHED : Reasons.RELEASED, PacketType.name(type));
    if (in.readerIndex() == end) {
      return packet(type, packetId, reason, null, List.of());
    }
    PropertyReader reader = new PropertyReader(in, end, PacketType.name(type), PROPERTIES);
    String reasonString = reader.readReasonStringOnly();
    return packet(type, packetId, reason, reasonString, reader.userProperties());
  }

  private static Packet packet(
      int type,
      int packetId,
      ReasonCode reason,
      @Nullable String reasonString,
      List<UserProperty> userProperties) {
    return switch (type) {
      case PacketType.PUBACK -> new Puback(packetId, reason, reasonString, userProperties);
      case PacketType.PUBREC -> new Pubrec(packetId, reason, reasonString, userProperties);
      case PacketType.PUBREL -> new Pubrel(packetId, reason, reasonString, userProperties);
      case PacketType.PUBCOMP -> new Pubcomp(packetId, reason, reasonString, userProperties);
      default -> throw new IllegalArgumentException(PacketType.name(type) + " is no ack");
    };
  }

  static int size(
      ReasonCode reason,
      @Nullable String reasonString,
      List<UserProperty> userProperties,
      ProtocolVersion version) {
    PropertyWriter writer = PropertyWriter.counted(reasonString, userProperties);
    return Fields.frameSize(remainingLength(reason, writer, version));
  }

  static void encode(
      int type,
      int packetId,
      ReasonCode reason,
      @Nullable String reasonString,
      List<UserProperty> userProperties,
      ProtocolVersion version,
      ByteBuf out) {
    PropertyWriter writer = PropertyWriter.counted(reasonString, userProperties);
    int remainingLength = remainingLength(reason, writer, version);
    Fields.writeHeader(out, PacketType.header(type), remainingLength);
    out.writeShort(packetId);
    if (remainingLength > 2) {
      out.writeByte(reason.code());
    }
    if (remainingLength > 3) {
      writer.startWriting(out);
      writer.reasonStringAndUserProperties(reasonString, userProperties);
    }
  }

  private static int remainingLength(
      ReasonCode reason, PropertyWriter counted, ProtocolVersion version) {
    if (version == ProtocolVersion.V5 && !counted.isEmpty()) {
      return 3 + counted.size();
    }
    return version == ProtocolVersion.V5 && reason != ReasonCode.SUCCESS ? 3 : 2;
  }
}
