package io.forebay.mqtt.codec;

import io.forebay.core.message.Properties;
import io.forebay.core.message.Qos;
import io.forebay.core.session.Will;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.ReasonCode;
import io.netty.buffer.ByteBuf;

/// The will in the payload of CONNECT (§3.1.3.2 to §3.1.3.4): properties, topic, payload. Its QoS
/// and retain stand in the connect flags.
final class WillCodec {
  private static final long PROPERTIES =
      MessageProperties.IDS | PropertyId.setOf(PropertyId.WILL_DELAY_INTERVAL);

  private WillCodec() {}

  static Will decode(ByteBuf in, int end, ProtocolVersion version, Qos qos, boolean retain) {
    if (version != ProtocolVersion.V5) {
      String topic = readTopic(in, end);
      byte[] payload = readPayload(in, end);
      return new Will(topic, payload, qos, retain, Properties.NONE, -1, 0);
    }
    PropertyReader reader = new PropertyReader(in, end, "a will", PROPERTIES);
    MessageProperties message = new MessageProperties();
    long delaySeconds = 0;
    for (int id = reader.next(); id != PropertyReader.END; id = reader.next()) {
      if (id == PropertyId.WILL_DELAY_INTERVAL) {
        delaySeconds = reader.readFourBytes();
      } else {
        message.read(id, reader);
      }
    }
    String topic = readTopic(in, end);
    byte[] payload = readPayload(in, end);
    Properties properties = message.with(reader.userProperties());
    return new Will(topic, payload, qos, retain, properties, message.expirySeconds(), delaySeconds);
  }

  private static String readTopic(ByteBuf in, int end) {
    String topic = Utf8Strings.read(in, end, "will topic");
    if (topic.isEmpty() || TopicNames.hasWildcard(topic)) {
      throw new MalformedPacket(
          ReasonCode.TOPIC_NAME_INVALID, "will topic is empty or has a wildcard");
    }
    return topic;
  }

  private static byte[] readPayload(ByteBuf in, int end) {
    return Fields.readBinary(in, end, "will payload");
  }

  static int size(Will will, ProtocolVersion version) {
    int properties = version == ProtocolVersion.V5 ? counted(will).size() : 0;
    return properties + Utf8Strings.size(will.topic()) + Fields.binarySize(will.payload());
  }

  static void encode(Will will, ProtocolVersion version, ByteBuf out) {
    if (version == ProtocolVersion.V5) {
      PropertyWriter writer = counted(will);
      writer.startWriting(out);
      state(will, writer);
    }
    Utf8Strings.write(out, will.topic());
    Fields.writeBinary(out, will.payload());
  }

  private static PropertyWriter counted(Will will) {
    PropertyWriter writer = new PropertyWriter();
    state(will, writer);
    return writer;
  }

  private static void state(Will will, PropertyWriter to) {
    to.fourBytes(PropertyId.WILL_DELAY_INTERVAL, will.delaySeconds(), 0);
    MessageProperties.write(will.properties(), will.expirySeconds(), to);
  }
}
