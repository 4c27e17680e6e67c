package io.forebay.mqtt.codec;

import static io.forebay.mqtt.codec.MalformedPacket.protocolError;

import io.forebay.core.message.Properties;
import io.forebay.core.message.UserProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The properties that belong to a message, whether it travels in a PUBLISH (§3.3.2.3) or waits as
/// a will in a CONNECT (§3.1.3.2).
final class MessageProperties {
  static final long IDS =
      PropertyId.setOf(
          PropertyId.PAYLOAD_FORMAT_INDICATOR,
          PropertyId.MESSAGE_EXPIRY_INTERVAL,
          PropertyId.CONTENT_TYPE,
          PropertyId.RESPONSE_TOPIC,
          PropertyId.CORRELATION_DATA);

  private static final long DOES_NOT_EXPIRE = -1;

  private boolean any;
  private boolean formatDeclared;
  private boolean utf8Payload;
  private @Nullable String contentType;
  private @Nullable String responseTopic;
  private byte @Nullable [] correlationData;
  private long expirySeconds = DOES_NOT_EXPIRE;

  /// Reads the value of one of [#IDS].
  void read(int id, PropertyReader from) {
    any |= id != PropertyId.MESSAGE_EXPIRY_INTERVAL;
    switch (id) {
      case PropertyId.PAYLOAD_FORMAT_INDICATOR -> {
        formatDeclared = true;
        utf8Payload = from.readFlag();
      }
      case PropertyId.MESSAGE_EXPIRY_INTERVAL -> expirySeconds = from.readFourBytes();
      case PropertyId.CONTENT_TYPE -> contentType = from.readString();
      case PropertyId.RESPONSE_TOPIC -> responseTopic = readResponseTopic(from);
      case PropertyId.CORRELATION_DATA -> correlationData = from.readBinary();
      default -> throw from.unhandled();
    }
  }

  /// A topic name [MQTT-3.3.2-13], so without wildcards [MQTT-3.3.2-14] and not empty
  /// [MQTT-4.7.3-1].
  private static String readResponseTopic(PropertyReader from) {
    String topic = from.readString();
    if (topic.isEmpty() || TopicNames.hasWildcard(topic)) {
      throw protocolError("response topic is empty or has a wildcard");
    }
    return topic;
  }

  /// Seconds, -1 if the message does not expire.
  long expirySeconds() {
    return expirySeconds;
  }

  // NullAway: javac leaves the type annotation of an array off the parameters of a compact record
  // constructor in another module, so that `correlationData` looks as if it must not be null.
  @SuppressWarnings("NullAway")
  Properties with(List<UserProperty> userProperties) {
    return any || !userProperties.isEmpty()
        ? new Properties(
            formatDeclared,
            utf8Payload,
            contentType,
            responseTopic,
            correlationData,
            userProperties)
        : Properties.NONE;
  }

  static void write(Properties properties, long expirySeconds, PropertyWriter to) {
    if (properties.formatDeclared()) {
      to.oneByte(PropertyId.PAYLOAD_FORMAT_INDICATOR, properties.utf8Payload() ? 1 : 0);
    }
    to.fourBytes(PropertyId.MESSAGE_EXPIRY_INTERVAL, expirySeconds, DOES_NOT_EXPIRE);
    to.string(PropertyId.CONTENT_TYPE, properties.contentType());
    to.string(PropertyId.RESPONSE_TOPIC, properties.responseTopic());
    to.binary(PropertyId.CORRELATION_DATA, properties.correlationData());
    to.userProperties(properties.userProperties());
  }
}
