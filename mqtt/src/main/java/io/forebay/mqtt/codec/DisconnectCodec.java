package io.forebay.mqtt.codec;

import io.forebay.mqtt.Disconnect;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.ReasonCode;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// DISCONNECT (§3.14). In MQTT 3 an empty packet; MQTT 5 may leave out the properties, and the
/// reason too if it is success.
final class DisconnectCodec {
  private static final long PROPERTIES =
      PropertyId.setOf(
          PropertyId.SESSION_EXPIRY_INTERVAL,
          PropertyId.REASON_STRING,
          PropertyId.SERVER_REFERENCE);

  private DisconnectCodec() {}

  static Disconnect decode(ByteBuf in, int end, ProtocolVersion version) {
    if (version != ProtocolVersion.V5 || in.readerIndex() == end) {
      return Disconnect.of(ReasonCode.SUCCESS, null);
    }
    ReasonCode reason = Reasons.read(in, end, Reasons.DISCONNECT, "DISCONNECT");
    return in.readerIndex() == end ? Disconnect.of(reason, null) : decode(in, end, reason);
  }

  private static Disconnect decode(ByteBuf in, int end, ReasonCode reason) {
    PropertyReader reader = new PropertyReader(in, end, "DISCONNECT", PROPERTIES);
    long sessionExpirySeconds = -1;
    @Nullable String reasonString = null;
    @Nullable String serverReference = null;
    for (int id = reader.next(); id != PropertyReader.END; id = reader.next()) {
      switch (id) {
        case PropertyId.SESSION_EXPIRY_INTERVAL -> sessionExpirySeconds = reader.readFourBytes();
        case PropertyId.REASON_STRING -> reasonString = reader.readString();
        case PropertyId.SERVER_REFERENCE -> serverReference = reader.readString();
        default -> throw reader.unhandled();
      }
    }
    return new Disconnect(
        reason, sessionExpirySeconds, reasonString, reader.userProperties(), serverReference);
  }

  static int size(Disconnect disconnect, ProtocolVersion version) {
    return Fields.frameSize(remainingLength(disconnect, counted(disconnect), version));
  }

  static void encode(Disconnect disconnect, ProtocolVersion version, ByteBuf out) {
    PropertyWriter writer = counted(disconnect);
    int remainingLength = remainingLength(disconnect, writer, version);
    Fields.writeHeader(out, PacketType.header(PacketType.DISCONNECT), remainingLength);
    if (remainingLength > 0) {
      out.writeByte(disconnect.reason().code());
    }
    if (remainingLength > 1) {
      writer.startWriting(out);
      state(disconnect, writer);
    }
  }

  private static int remainingLength(
      Disconnect disconnect, PropertyWriter counted, ProtocolVersion version) {
    if (version != ProtocolVersion.V5) {
      return 0;
    }
    if (!counted.isEmpty()) {
      return 1 + counted.size();
    }
    return disconnect.reason() == ReasonCode.SUCCESS ? 0 : 1;
  }

  private static PropertyWriter counted(Disconnect disconnect) {
    PropertyWriter writer = new PropertyWriter();
    state(disconnect, writer);
    return writer;
  }

  private static void state(Disconnect disconnect, PropertyWriter to) {
    to.fourBytes(PropertyId.SESSION_EXPIRY_INTERVAL, disconnect.sessionExpirySeconds(), -1);
    to.reasonStringAndUserProperties(disconnect.reasonString(), disconnect.userProperties());
    to.string(PropertyId.SERVER_REFERENCE, disconnect.serverReference());
  }
}
