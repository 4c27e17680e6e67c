package io.forebay.mqtt.codec;

import static io.forebay.mqtt.codec.MalformedPacket.protocolError;

import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.ReasonCode;
import io.forebay.mqtt.Suback;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// SUBACK (§3.9). MQTT 3.1.1 knows one failure, 0x80 (3.1.1 §3.9.3), which stands for every reason.
final class SubackCodec {
  private static final long PROPERTIES = PropertyId.setOf(PropertyId.REASON_STRING);

  private SubackCodec() {}

  static Suback decode(ByteBuf in, int end, ProtocolVersion version) {
    int packetId = Fields.readPacketId(in, end, version);
    if (version != ProtocolVersion.V5) {
      List<ReasonCode> reasons = readReasons(in, end, Reasons.SUBACK_OF_MQTT_3, "SUBACK");
      return new Suback(packetId, reasons, null, List.of());
    }
    PropertyReader reader = new PropertyReader(in, end, "SUBACK", PROPERTIES);
    String reasonString = reader.readReasonStringOnly();
    List<ReasonCode> reasons = readReasons(in, end, Reasons.SUBACK, "SUBACK");
    return new Suback(packetId, reasons, reasonString, reader.userProperties());
  }

  /// One reason per filter, so at least one; also for UNSUBACK.
  static List<ReasonCode> readReasons(ByteBuf in, int end, Set<ReasonCode> allowed, String packet) {
    List<ReasonCode> reasons = new ArrayList<>(1);
    while (in.readerIndex() < end) {
      reasons.add(Reasons.read(in, end, allowed, packet));
    }
    if (reasons.isEmpty()) {
      throw protocolError(packet + " without a reason code");
    }
    return List.copyOf(reasons);
  }

  static int size(Suback suback, ProtocolVersion version) {
    int properties =
        version == ProtocolVersion.V5
            ? PropertyWriter.counted(suback.reasonString(), suback.userProperties()).size()
            : 0;
    return Fields.frameSize(2 + properties + suback.reasons().size());
  }

  static void encode(Suback suback, ProtocolVersion version, ByteBuf out) {
    int header = PacketType.header(PacketType.SUBACK);
    if (version != ProtocolVersion.V5) {
      Fields.writeHeader(out, header, 2 + suback.reasons().size());
      out.writeShort(suback.packetId());
      for (ReasonCode reason : suback.reasons()) {
        out.writeByte(reason.failure() ? ReasonCode.UNSPECIFIED_ERROR.code() : reason.code());
      }
      return;
    }
    PropertyWriter writer = PropertyWriter.counted(suback.reasonString(), suback.userProperties());
    Fields.writeHeader(out, header, 2 + writer.size() + suback.reasons().size());
    out.writeShort(suback.packetId());
    writer.startWriting(out);
    writer.reasonStringAndUserProperties(suback.reasonString(), suback.userProperties());
    for (ReasonCode reason : suback.reasons()) {
      out.writeByte(reason.code());
    }
  }
}
