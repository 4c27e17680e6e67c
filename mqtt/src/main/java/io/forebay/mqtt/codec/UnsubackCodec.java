package io.forebay.mqtt.codec;

import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.ReasonCode;
import io.forebay.mqtt.Unsuback;
import io.netty.buffer.ByteBuf;
import java.util.List;

/// UNSUBACK (§3.11). In MQTT 3 only the packet identifier.
final class UnsubackCodec {
  private static final long PROPERTIES = PropertyId.setOf(PropertyId.REASON_STRING);

  private UnsubackCodec() {}

  static Unsuback decode(ByteBuf in, int end, ProtocolVersion version) {
    int packetId = Fields.readPacketId(in, end, version);
    if (version != ProtocolVersion.V5) {
      return new Unsuback(packetId, List.of(), null, List.of());
    }
    PropertyReader reader = new PropertyReader(in, end, "UNSUBACK", PROPERTIES);
    String reasonString = reader.readReasonStringOnly();
    List<ReasonCode> reasons = SubackCodec.readReasons(in, end, Reasons.UNSUBACK, "UNSUBACK");
    return new Unsuback(packetId, reasons, reasonString, reader.userProperties());
  }

  static int size(Unsuback unsuback, ProtocolVersion version) {
    if (version != ProtocolVersion.V5) {
      return Fields.frameSize(2);
    }
    PropertyWriter writer =
        PropertyWriter.counted(unsuback.reasonString(), unsuback.userProperties());
    return Fields.frameSize(2 + writer.size() + unsuback.reasons().size());
  }

  static void encode(Unsuback unsuback, ProtocolVersion version, ByteBuf out) {
    int header = PacketType.header(PacketType.UNSUBACK);
    if (version != ProtocolVersion.V5) {
      Fields.writeHeader(out, header, 2);
      out.writeShort(unsuback.packetId());
      return;
    }
    PropertyWriter writer =
        PropertyWriter.counted(unsuback.reasonString(), unsuback.userProperties());
    Fields.writeHeader(out, header, 2 + writer.size() + unsuback.reasons().size());
    out.writeShort(unsuback.packetId());
    writer.startWriting(out);
    writer.reasonStringAndUserProperties(unsuback.reasonString(), unsuback.userProperties());
    for (ReasonCode reason : unsuback.reasons()) {
      out.writeByte(reason.code());
    }
  }
}
