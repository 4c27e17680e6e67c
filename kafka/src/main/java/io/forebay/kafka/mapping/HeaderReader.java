package io.forebay.kafka.mapping;

import io.forebay.core.message.Message;
import io.forebay.core.message.Properties;
import io.forebay.core.message.Qos;
import io.forebay.core.message.UserProperty;
import io.forebay.core.topic.TopicName;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/// What the headers of one record say. Of a header of ours that is there twice the last counts, as
/// in Kafka's own tools; one that we do not know is from a later version, and ignored.
final class HeaderReader {
  /// As many as can be stored with a message.
  private static final int MOST_USER_PROPERTIES = 65_535;

  private @Nullable Qos qos;
  private boolean retain;
  private long expiresAtMillis = Message.NEVER;
  private String publisher = "";
  private @Nullable String topic;
  private boolean formatDeclared;
  private boolean utf8Payload;
  private @Nullable String contentType;
  private @Nullable String responseTopic;
  private byte @Nullable [] correlationData;
  private @Nullable List<UserProperty> userProperties;
  private boolean plain = true;
  private long sizeBytes;
  private int leftOut;
  private boolean bad;
  private boolean check;

  static HeaderReader read(Iterable<Header> headers) {
    HeaderReader reader = new HeaderReader();
    for (Header header : headers) {
      if (header.key().startsWith(HeaderNames.PREFIX)) {
        reader.ours(header);
      } else {
        reader.userProperty(header.key(), header.value());
      }
    }
    return reader;
  }

  private void ours(Header header) {
    byte[] value = header.value();
    switch (header.key()) {
      case HeaderNames.QOS -> qos = qos(value);
      case HeaderNames.RETAIN -> retain = word(text(value), "1", "0");
      case HeaderNames.EXPIRES -> expiresAtMillis = number(text(value));
      case HeaderNames.PUBLISHER -> publisher = text(value);
      case HeaderNames.TOPIC -> topic = text(value);
      case HeaderNames.FORMAT -> {
        formatDeclared = true;
        utf8Payload = word(text(value), "utf8", "bytes");
        plain = false;
      }
      case HeaderNames.CONTENT_TYPE -> contentType = property(text(value));
      case HeaderNames.RESPONSE_TOPIC -> responseTopic = property(topic(text(value)));
      case HeaderNames.CORRELATION -> correlationData = bytes(value);
      case HeaderNames.CHECK -> check = true;
      default -> {
        if (header.key().startsWith(HeaderNames.USER)) {
          userProperty(header.key().substring(HeaderNames.USER.length()), value);
        }
      }
    }
  }

  private void userProperty(String name, byte @Nullable [] value) {
    String text = Texts.read(value);
    if (userProperties == null) {
      userProperties = new ArrayList<>(4);
    }
    if (text == null || !Texts.fits(name) || userProperties.size() == MOST_USER_PROPERTIES) {
      leftOut++;
    } else {
      userProperties.add(new UserProperty(name, text));
      sizeBytes += (long) name.length() + text.length();
    }
  }

  private Qos qos(byte @Nullable [] value) {
    if (value != null && value.length == 1 && value[0] >= '0' && value[0] <= '2') {
      return Qos.of(value[0] - '0');
    }
    bad = true;
    return Qos.AT_LEAST_ONCE;
  }

  private String text(byte @Nullable [] value) {
    String text = Texts.read(value);
    bad |= text == null;
    return text == null ? "" : text;
  }

  private boolean word(String text, String yes, String no) {
    bad |= !text.equals(yes) && !text.equals(no);
    return text.equals(yes);
  }

  private long number(String text) {
    try {
      long number = Long.parseLong(text);
      bad |= number < 0;
      return number;
    } catch (NumberFormatException e) {
      bad = true;
      return Message.NEVER;
    }
  }

  private String topic(String text) {
    bad |= TopicName.problem(text, Texts.MAXIMUM_BYTES + 1) != null;
    return text;
  }

  private String property(String text) {
    plain = false;
    sizeBytes += text.length();
    return text;
  }

  private byte @Nullable [] bytes(byte @Nullable [] value) {
    plain = false;
    bad |= value == null || value.length > Texts.MAXIMUM_BYTES;
    sizeBytes += value == null ? 0 : value.length;
    return value;
  }

  /// Null if a header of ours does not say it.
  @Nullable String topic() {
    return topic;
  }

  /// A node wrote the record.
  boolean fromForebay() {
    return qos != null;
  }

  boolean check() {
    return check;
  }

  /// A header of ours does not hold what it should.
  boolean bad() {
    return bad;
  }

  boolean utf8Payload() {
    return utf8Payload;
  }

  int leftOut() {
    return leftOut;
  }

  /// No more than the properties take in a packet.
  long sizeBytes() {
    return sizeBytes;
  }

  Message message(String mqttTopic, byte[] payload, long timestampMillis) {
    return new Message(
        mqttTopic,
        payload,
        qos == null ? Qos.AT_LEAST_ONCE : qos,
        retain,
        properties(),
        publisher,
        timestampMillis,
        expiresAtMillis);
  }

  // NullAway: see MessageProperties in mqtt.codec; it takes `correlationData` for non-null.
  @SuppressWarnings("NullAway")
  private Properties properties() {
    List<UserProperty> own = userProperties == null ? List.of() : userProperties;
    return plain && own.isEmpty()
        ? Properties.NONE
        : new Properties(
            formatDeclared, utf8Payload, contentType, responseTopic, correlationData, own);
  }
}
