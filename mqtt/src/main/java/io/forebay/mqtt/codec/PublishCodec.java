package io.forebay.mqtt.codec;

import static io.forebay.mqtt.codec.MalformedPacket.malformed;

import io.forebay.core.message.Message;
import io.forebay.core.message.Properties;
import io.forebay.core.message.Qos;
import io.forebay.core.message.UserProperty;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.Publish;
import io.forebay.mqtt.ReasonCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// PUBLISH (§3.3), the way of every message in and out. A message without properties costs nothing
/// here but its topic, its payload and the [Publish] on the way in, and nothing at all on the way
/// out.
///
/// ```
/// 0011 dup qos qos retain | remaining length 1–4 | topic 2+n | packet id 2 if QoS > 0 |
/// property length 1–4, properties (MQTT 5) | payload
/// ```
public final class PublishCodec {
  private static final int RETAIN = 0x01;
  private static final int QOS = 0x06;
  private static final int QOS_SHIFT = 1;
  private static final int DUP = 0x08;

  private static final int NO_ALIAS = 0;
  private static final long DOES_NOT_EXPIRE = -1;

  private static final long REPEATABLE = PropertyId.setOf(PropertyId.SUBSCRIPTION_IDENTIFIER);
  private static final long PROPERTIES =
      MessageProperties.IDS | PropertyId.setOf(PropertyId.TOPIC_ALIAS) | REPEATABLE;

  private PublishCodec() {}

  static Publish decode(ByteBuf in, int flags, int end, ProtocolVersion version) {
    checkFlags(flags);
    Qos qos = Qos.of((flags & QOS) >> QOS_SHIFT);
    String topic = readTopic(in, end);
    int packetId = qos == Qos.AT_MOST_ONCE ? 0 : Fields.readPacketId(in, end, version);
    if (version == ProtocolVersion.V5 && !skippedNoProperties(in, end)) {
      return withProperties(in, flags, end, qos, topic, packetId);
    }
    checkTopicGiven(topic, NO_ALIAS, version);
    return new Publish(
        packetId,
        (flags & DUP) != 0,
        qos,
        (flags & RETAIN) != 0,
        topic,
        NO_ALIAS,
        DOES_NOT_EXPIRE,
        Publish.NO_SUBSCRIPTION_IDS,
        Properties.NONE,
        Fields.readRest(in, end, "payload"));
  }

  private static void checkFlags(int flags) {
    if ((flags & QOS) == QOS) {
      throw malformed("PUBLISH with QoS 3");
    }
    if ((flags & (QOS | DUP)) == DUP) {
      throw malformed("PUBLISH with DUP at QoS 0");
    }
  }

  private static String readTopic(ByteBuf in, int end) {
    String topic = Utf8Strings.read(in, end, "topic name");
    if (TopicNames.hasWildcard(topic)) {
      throw new MalformedPacket(ReasonCode.TOPIC_NAME_INVALID, "topic name with a wildcard");
    }
    return topic;
  }

  private static void checkTopicGiven(String topic, int alias, ProtocolVersion version) {
    if (topic.isEmpty() && alias == NO_ALIAS) {
      throw version == ProtocolVersion.V5
          ? MalformedPacket.protocolError("PUBLISH with neither topic name nor topic alias")
          : malformed("PUBLISH without a topic name");
    }
  }

  /// Steps over a property length of 0, if that is what comes.
  private static boolean skippedNoProperties(ByteBuf in, int end) {
    int index = in.readerIndex();
    if (index < end && in.getByte(index) == 0) {
      in.readerIndex(index + 1);
      return true;
    }
    return false;
  }

  private static Publish withProperties(
      ByteBuf in, int flags, int end, Qos qos, String topic, int packetId) {
    PropertyReader reader = new PropertyReader(in, end, "PUBLISH", PROPERTIES, REPEATABLE);
    MessageProperties message = new MessageProperties();
    int alias = NO_ALIAS;
    int[] subscriptionIds = Publish.NO_SUBSCRIPTION_IDS;
    int count = 0;
    for (int id = reader.next(); id != PropertyReader.END; id = reader.next()) {
      switch (id) {
        case PropertyId.TOPIC_ALIAS -> alias = readAlias(reader);
        case PropertyId.SUBSCRIPTION_IDENTIFIER -> {
          subscriptionIds = withRoom(subscriptionIds, count);
          subscriptionIds[count++] = reader.readPositiveVariableByteInteger();
        }
        default -> message.read(id, reader);
      }
    }
    checkTopicGiven(topic, alias, ProtocolVersion.V5);
    return new Publish(
        packetId,
        (flags & DUP) != 0,
        qos,
        (flags & RETAIN) != 0,
        topic,
        alias,
        message.expirySeconds(),
        count == subscriptionIds.length ? subscriptionIds : Arrays.copyOf(subscriptionIds, count),
        message.with(reader.userProperties()),
        Fields.readRest(in, end, "payload"));
  }

  private static int readAlias(PropertyReader reader) {
    int alias = reader.readTwoBytes();
    if (alias == NO_ALIAS) {
      throw new MalformedPacket(ReasonCode.TOPIC_ALIAS_INVALID, "topic alias is 0");
    }
    return alias;
  }

  /// Doubles, so that a frame full of identifiers costs no more than its length.
  private static int[] withRoom(int[] ids, int count) {
    return count < ids.length ? ids : Arrays.copyOf(ids, Math.max(1, 2 * count));
  }

  /// Appends the frame of `publish`.
  public static void encode(Publish publish, ProtocolVersion version, ByteBuf out) {
    write(
        out,
        version,
        header(publish.qos(), publish.dup(), publish.retain()),
        publish.topic(),
        publish.packetId(),
        publish.topicAlias(),
        publish.expirySeconds(),
        publish.subscriptionIds(),
        publish.properties(),
        List.of(),
        publish.payload());
  }

  /// Appends the frame of a delivery, without a [Publish] in between.
  ///
  /// @param packetId ignored at QoS 0
  /// @param topicAlias 0 for none; MQTT 5 only, as are all parameters after it
  /// @param topicKnown the receiver knows what the alias stands for, so send an empty topic
  /// @param expirySeconds what is left of its life, -1 if it does not expire
  /// @param extraUserProperties appended after the message's own
  public static void encode(
      ByteBuf out,
      ProtocolVersion version,
      Message message,
      Qos qos,
      boolean dup,
      boolean retain,
      int packetId,
      int topicAlias,
      boolean topicKnown,
      long expirySeconds,
      int[] subscriptionIds,
      List<UserProperty> extraUserProperties) {
    write(
        out,
        version,
        header(qos, dup, retain),
        topicKnown ? "" : message.topic(),
        packetId,
        topicAlias,
        expirySeconds,
        subscriptionIds,
        message.properties(),
        extraUserProperties,
        message.payload());
  }

  static int size(Publish publish, ProtocolVersion version) {
    PropertyWriter properties =
        counted(
            version,
            publish.topicAlias(),
            publish.expirySeconds(),
            publish.subscriptionIds(),
            publish.properties(),
            List.of());
    return Fields.frameSize(
        remainingLength(
            ByteBufUtil.utf8Bytes(publish.topic()),
            publish.qos() != Qos.AT_MOST_ONCE,
            propertyBytes(version, properties),
            publish.payload().length));
  }

  /// The bytes that [#encode] with the same arguments appends.
  public static int size(
      ProtocolVersion version,
      Message message,
      Qos qos,
      int topicAlias,
      boolean topicKnown,
      long expirySeconds,
      int[] subscriptionIds,
      List<UserProperty> extraUserProperties) {
    PropertyWriter properties =
        counted(
            version,
            topicAlias,
            expirySeconds,
            subscriptionIds,
            message.properties(),
            extraUserProperties);
    return Fields.frameSize(
        remainingLength(
            topicKnown ? 0 : ByteBufUtil.utf8Bytes(message.topic()),
            qos != Qos.AT_MOST_ONCE,
            propertyBytes(version, properties),
            message.payload().length));
  }

  /// Where the packet identifier stands in a frame that [#encode] wrote at QoS 1 or 2, so that one
  /// frame serves many receivers and only these two bytes differ.
  public static int packetIdOffset(byte[] frame) {
    int topic = 1;
    while (frame[topic] < 0) { // a remaining length byte with more to come
      topic++;
    }
    topic++;
    return topic + 2 + ((frame[topic] & 0xFF) << 8 | (frame[topic + 1] & 0xFF));
  }

  private static int header(Qos qos, boolean dup, boolean retain) {
    return PacketType.PUBLISH << 4
        | (dup ? DUP : 0)
        | qos.level() << QOS_SHIFT
        | (retain ? RETAIN : 0);
  }

  /// The one place that knows the layout on the way out. So many parameters because an object to
  /// hold them would be garbage on the way of every message.
  private static void write(
      ByteBuf out,
      ProtocolVersion version,
      int header,
      String topic,
      int packetId,
      int topicAlias,
      long expirySeconds,
      int[] subscriptionIds,
      Properties properties,
      List<UserProperty> extraUserProperties,
      byte[] payload) {
    boolean withPacketId = (header & QOS) != 0;
    int topicBytes = ByteBufUtil.utf8Bytes(topic);
    PropertyWriter writer =
        counted(
            version, topicAlias, expirySeconds, subscriptionIds, properties, extraUserProperties);
    int propertyBytes = propertyBytes(version, writer);
    Fields.writeHeader(
        out, header, remainingLength(topicBytes, withPacketId, propertyBytes, payload.length));
    Utf8Strings.write(out, topic, topicBytes);
    if (withPacketId) {
      out.writeShort(packetId);
    }
    if (writer != null) {
      writer.startWriting(out);
      state(topicAlias, expirySeconds, subscriptionIds, properties, extraUserProperties, writer);
    } else if (version == ProtocolVersion.V5) {
      out.writeByte(0);
    }
    out.writeBytes(payload);
  }

  private static int remainingLength(
      int topicBytes, boolean withPacketId, int propertyBytes, int payloadBytes) {
    return 2 + topicBytes + (withPacketId ? 2 : 0) + propertyBytes + payloadBytes;
  }

  private static int propertyBytes(ProtocolVersion version, @Nullable PropertyWriter counted) {
    if (counted != null) {
      return counted.size();
    }
    return version == ProtocolVersion.V5 ? 1 : 0;
  }

  /// A writer that has counted the properties, or null if there are none to write.
  private static @Nullable PropertyWriter counted(
      ProtocolVersion version,
      int topicAlias,
      long expirySeconds,
      int[] subscriptionIds,
      Properties properties,
      List<UserProperty> extraUserProperties) {
    boolean none =
        properties.equals(Properties.NONE)
            && topicAlias == NO_ALIAS
            && expirySeconds == DOES_NOT_EXPIRE
            && subscriptionIds.length == 0
            && extraUserProperties.isEmpty();
    if (none || version != ProtocolVersion.V5) {
      return null;
    }
    PropertyWriter writer = new PropertyWriter();
    state(topicAlias, expirySeconds, subscriptionIds, properties, extraUserProperties, writer);
    return writer;
  }

  private static void state(
      int topicAlias,
      long expirySeconds,
      int[] subscriptionIds,
      Properties properties,
      List<UserProperty> extraUserProperties,
      PropertyWriter to) {
    to.twoBytes(PropertyId.TOPIC_ALIAS, topicAlias, NO_ALIAS);
    for (int id : subscriptionIds) {
      to.variableByteInteger(PropertyId.SUBSCRIPTION_IDENTIFIER, id);
    }
    MessageProperties.write(properties, expirySeconds, to);
    to.userProperties(extraUserProperties);
  }
}
