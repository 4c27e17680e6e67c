package io.forebay.mqtt.codec;

import static io.forebay.mqtt.codec.MalformedPacket.malformed;
import static io.forebay.mqtt.codec.MalformedPacket.protocolError;

import io.forebay.core.message.Qos;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.Subscribe;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/// SUBSCRIBE (§3.8). Filters are passed on as they came: each is answered by itself.
final class SubscribeCodec {
  private static final int QOS = 0x03;
  private static final int NO_LOCAL = 0x04;
  private static final int RETAIN_AS_PUBLISHED = 0x08;
  private static final int RETAIN_HANDLING = 0x30;
  private static final int RETAIN_HANDLING_SHIFT = 4;
  private static final int RESERVED = 0xC0;

  private static final String SHARED = "$share/";
  private static final long PROPERTIES = PropertyId.setOf(PropertyId.SUBSCRIPTION_IDENTIFIER);

  private SubscribeCodec() {}

  static Subscribe decode(ByteBuf in, int end, ProtocolVersion version) {
    int packetId = Fields.readPacketId(in, end, version);
    if (version != ProtocolVersion.V5) {
      return new Subscribe(packetId, 0, List.of(), readEntries(in, end, version));
    }
    PropertyReader reader = new PropertyReader(in, end, "SUBSCRIBE", PROPERTIES);
    int subscriptionId = 0;
    while (reader.next() != PropertyReader.END) {
      subscriptionId = reader.readPositiveVariableByteInteger();
    }
    return new Subscribe(
        packetId, subscriptionId, reader.userProperties(), readEntries(in, end, version));
  }

  private static List<Subscribe.Entry> readEntries(ByteBuf in, int end, ProtocolVersion version) {
    List<Subscribe.Entry> entries = new ArrayList<>(1);
    while (in.readerIndex() < end) {
      String filter = Utf8Strings.read(in, end, "topic filter");
      int options = Fields.readByte(in, end, "subscription options");
      entries.add(
          version == ProtocolVersion.V5
              ? entry(filter, options)
              : entryOfMqtt3(filter, options, version));
    }
    if (entries.isEmpty()) {
      throw protocolError("SUBSCRIBE without a topic filter");
    }
    return List.copyOf(entries);
  }

  private static Subscribe.Entry entry(String filter, int options) {
    int retainHandling = (options & RETAIN_HANDLING) >> RETAIN_HANDLING_SHIFT;
    boolean noLocal = (options & NO_LOCAL) != 0;
    if ((options & RESERVED) != 0) {
      throw malformed("reserved subscription options are set");
    }
    if ((options & QOS) == QOS) {
      throw protocolError("SUBSCRIBE with QoS 3");
    }
    if (retainHandling == 3) {
      throw protocolError("SUBSCRIBE with retain handling 3");
    }
    if (noLocal && filter.startsWith(SHARED)) {
      throw protocolError("no local on a shared subscription");
    }
    boolean retainAsPublished = (options & RETAIN_AS_PUBLISHED) != 0;
    return new Subscribe.Entry(
        filter, Qos.of(options & QOS), noLocal, retainAsPublished, retainHandling);
  }

  private static Subscribe.Entry entryOfMqtt3(
      String filter, int options, ProtocolVersion version) {
    // MQTT 3.1 does not use the upper six bits and says nothing of their value.
    int qos = version == ProtocolVersion.V3_1 ? options & QOS : options;
    if (qos > 2) {
      throw malformed("requested QoS is " + qos);
    }
    return new Subscribe.Entry(filter, Qos.of(qos), false, false, 0);
  }

  static int size(Subscribe subscribe, ProtocolVersion version) {
    return Fields.frameSize(remainingLength(subscribe, version));
  }

  static void encode(Subscribe subscribe, ProtocolVersion version, ByteBuf out) {
    Fields.writeHeader(
        out, PacketType.header(PacketType.SUBSCRIBE), remainingLength(subscribe, version));
    out.writeShort(subscribe.packetId());
    if (version == ProtocolVersion.V5) {
      PropertyWriter writer = counted(subscribe);
      writer.startWriting(out);
      state(subscribe, writer);
    }
    for (Subscribe.Entry entry : subscribe.entries()) {
      Utf8Strings.write(out, entry.filter());
      out.writeByte(version == ProtocolVersion.V5 ? options(entry) : entry.qos().level());
    }
  }

  private static int options(Subscribe.Entry entry) {
    return entry.qos().level()
        | (entry.noLocal() ? NO_LOCAL : 0)
        | (entry.retainAsPublished() ? RETAIN_AS_PUBLISHED : 0)
        | entry.retainHandling() << RETAIN_HANDLING_SHIFT;
  }

  private static int remainingLength(Subscribe subscribe, ProtocolVersion version) {
    int length = 2 + (version == ProtocolVersion.V5 ? counted(subscribe).size() : 0);
    for (Subscribe.Entry entry : subscribe.entries()) {
      length += Utf8Strings.size(entry.filter()) + 1;
    }
    return length;
  }

  private static PropertyWriter counted(Subscribe subscribe) {
    PropertyWriter writer = new PropertyWriter();
    state(subscribe, writer);
    return writer;
  }

  private static void state(Subscribe subscribe, PropertyWriter to) {
    if (subscribe.subscriptionId() != 0) {
      to.variableByteInteger(PropertyId.SUBSCRIPTION_IDENTIFIER, subscribe.subscriptionId());
    }
    to.userProperties(subscribe.userProperties());
  }
}
