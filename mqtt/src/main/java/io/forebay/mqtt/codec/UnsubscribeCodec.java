package io.forebay.mqtt.codec;

import static io.forebay.mqtt.codec.MalformedPacket.protocolError;

import io.forebay.core.message.UserProperty;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.Unsubscribe;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/// UNSUBSCRIBE (§3.10). Filters are passed on as they came: each is answered by itself.
final class UnsubscribeCodec {
  private static final long PROPERTIES = PropertyId.setOf();

  private UnsubscribeCodec() {}

  static Unsubscribe decode(ByteBuf in, int end, ProtocolVersion version) {
    int packetId = Fields.readPacketId(in, end, version);
    List<UserProperty> userProperties =
        version == ProtocolVersion.V5 ? readUserProperties(in, end) : List.of();
    List<String> filters = new ArrayList<>(1);
    while (in.readerIndex() < end) {
      filters.add(Utf8Strings.read(in, end, "topic filter"));
    }
    if (filters.isEmpty()) {
      throw protocolError("UNSUBSCRIBE without a topic filter");
    }
    return new Unsubscribe(packetId, userProperties, List.copyOf(filters));
  }

  private static List<UserProperty> readUserProperties(ByteBuf in, int end) {
    PropertyReader reader = new PropertyReader(in, end, "UNSUBSCRIBE", PROPERTIES);
    if (reader.next() != PropertyReader.END) {
      throw reader.unhandled();
    }
    return reader.userProperties();
  }

  static int size(Unsubscribe unsubscribe, ProtocolVersion version) {
    return Fields.frameSize(remainingLength(unsubscribe, version));
  }

  static void encode(Unsubscribe unsubscribe, ProtocolVersion version, ByteBuf out) {
    Fields.writeHeader(
        out, PacketType.header(PacketType.UNSUBSCRIBE), remainingLength(unsubscribe, version));
    out.writeShort(unsubscribe.packetId());
    if (version == ProtocolVersion.V5) {
      PropertyWriter writer = counted(unsubscribe);
      writer.startWriting(out);
      writer.userProperties(unsubscribe.userProperties());
    }
    for (String filter : unsubscribe.filters()) {
      Utf8Strings.write(out, filter);
    }
  }

  private static int remainingLength(Unsubscribe unsubscribe, ProtocolVersion version) {
    int length = 2 + (version == ProtocolVersion.V5 ? counted(unsubscribe).size() : 0);
    for (String filter : unsubscribe.filters()) {
      length += Utf8Strings.size(filter);
    }
    return length;
  }

  private static PropertyWriter counted(Unsubscribe unsubscribe) {
    PropertyWriter writer = new PropertyWriter();
    writer.userProperties(unsubscribe.userProperties());
    return writer;
  }
}
