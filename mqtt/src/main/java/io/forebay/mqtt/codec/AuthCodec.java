package io.forebay.mqtt.codec;

import static io.forebay.mqtt.codec.MalformedPacket.protocolError;

import io.forebay.mqtt.Auth;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.ReasonCode;
import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// AUTH (§3.15), MQTT 5 only. Success without properties is an empty packet; any other needs a
/// method.
final class AuthCodec {
  private static final long PROPERTIES =
      PropertyId.setOf(
          PropertyId.AUTHENTICATION_METHOD,
          PropertyId.AUTHENTICATION_DATA,
          PropertyId.REASON_STRING);

  private AuthCodec() {}

  static Auth decode(ByteBuf in, int end) {
    if (in.readerIndex() == end) {
      return new Auth(ReasonCode.SUCCESS, null, null, null, List.of());
    }
    ReasonCode reason = Reasons.read(in, end, Reasons.AUTH, "AUTH");
    PropertyReader reader = new PropertyReader(in, end, "AUTH", PROPERTIES);
    @Nullable String method = null;
    byte @Nullable [] data = null;
    @Nullable String reasonString = null;
    for (int id = reader.next(); id != PropertyReader.END; id = reader.next()) {
      switch (id) {
        case PropertyId.AUTHENTICATION_METHOD -> method = reader.readString();
        case PropertyId.AUTHENTICATION_DATA -> data = reader.readBinary();
        case PropertyId.REASON_STRING -> reasonString = reader.readString();
        default -> throw reader.unhandled();
      }
    }
    if (method == null) {
      throw protocolError("AUTH without an authentication method");
    }
    return new Auth(reason, method, data, reasonString, reader.userProperties());
  }

  static int size(Auth auth) {
    return Fields.frameSize(remainingLength(auth, counted(auth)));
  }

  /// @throws IllegalArgumentException if the version has no AUTH
  static void encode(Auth auth, ProtocolVersion version, ByteBuf out) {
    if (version != ProtocolVersion.V5) {
      throw new IllegalArgumentException("AUTH exists in MQTT 5 only, not in " + version);
    }
    PropertyWriter writer = counted(auth);
    int remainingLength = remainingLength(auth, writer);
    Fields.writeHeader(out, PacketType.header(PacketType.AUTH), remainingLength);
    if (remainingLength > 0) {
      out.writeByte(auth.reason().code());
      writer.startWriting(out);
      state(auth, writer);
    }
  }

  private static int remainingLength(Auth auth, PropertyWriter counted) {
    return counted.isEmpty() && auth.reason() == ReasonCode.SUCCESS ? 0 : 1 + counted.size();
  }

  private static PropertyWriter counted(Auth auth) {
    PropertyWriter writer = new PropertyWriter();
    state(auth, writer);
    return writer;
  }

  private static void state(Auth auth, PropertyWriter to) {
    to.string(PropertyId.AUTHENTICATION_METHOD, auth.method());
    to.binary(PropertyId.AUTHENTICATION_DATA, auth.data());
    to.reasonStringAndUserProperties(auth.reasonString(), auth.userProperties());
  }
}
