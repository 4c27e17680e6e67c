package io.forebay.core.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.forebay.core.message.Message;
import io.forebay.core.message.Properties;
import io.forebay.core.message.Qos;
import io.forebay.core.message.UserProperty;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The bytes of a message at rest. Nothing else knows this layout:
///
/// ```
/// version 1 | flags | partition 4 | offset 8 | timestamp 8 | expires 8
/// | topic | publisher | [contentType] | [responseTopic] | [correlationData]
/// | count 2 { name value }… | payload
/// ```
///
/// Flags: bits 0–1 QoS, 2 retain, 3 format declared, 4 UTF-8, 5 content type, 6 response topic, 7
/// correlation data. Strings and byte fields are a 4-byte length and their bytes; numbers are
/// big-endian.
public final class MessageFormat {
  private static final int VERSION = 1;

  /// What every message has beside its texts and payload.
  private static final int FIXED_BYTES = 1 + 1 + 4 + 8 + 8 + 8 + 2;

  private MessageFormat() {}

  public static byte[] encode(Stored stored) {
    Message message = stored.message();
    ByteBuffer bytes = ByteBuffer.allocate(sizeBytes(message));
    encode(message, stored.partition(), stored.offset(), bytes);
    return bytes.array();
  }

  /// How many bytes [#encode] makes of the message.
  public static int sizeBytes(Message message) {
    Properties properties = message.properties();
    int size = FIXED_BYTES + text(message.topic()) + text(message.publisher());
    size += properties.contentType() == null ? 0 : text(properties.contentType());
    size += properties.responseTopic() == null ? 0 : text(properties.responseTopic());
    size += properties.correlationData() == null ? 0 : 4 + properties.correlationData().length;
    for (UserProperty property : properties.userProperties()) {
      size += text(property.name()) + text(property.value());
    }
    return Math.addExact(size, 4 + message.payload().length);
  }

  private static int text(String value) {
    return 4 + Utf8.sizeBytes(value);
  }

  /// Writes what [#sizeBytes] said at the buffer's position.
  public static void encode(Message message, int partition, long offset, ByteBuffer out) {
    Properties properties = message.properties();
    out.put((byte) VERSION);
    out.put((byte) flags(message));
    out.putInt(partition);
    out.putLong(offset);
    out.putLong(message.timestampMillis());
    out.putLong(message.expiresAtMillis());
    text(out, message.topic());
    text(out, message.publisher());
    text(out, properties.contentType());
    text(out, properties.responseTopic());
    if (properties.correlationData() != null) {
      field(out, properties.correlationData());
    }
    out.putShort((short) properties.userProperties().size());
    for (UserProperty property : properties.userProperties()) {
      text(out, property.name());
      text(out, property.value());
    }
    field(out, message.payload());
  }

  private static int flags(Message message) {
    Properties properties = message.properties();
    return message.qos().level()
        | (message.retain() ? 1 << 2 : 0)
        | (properties.formatDeclared() ? 1 << 3 : 0)
        | (properties.utf8Payload() ? 1 << 4 : 0)
        | (properties.contentType() != null ? 1 << 5 : 0)
        | (properties.responseTopic() != null ? 1 << 6 : 0)
        | (properties.correlationData() != null ? 1 << 7 : 0);
  }

  private static void text(ByteBuffer out, @Nullable String value) {
    if (value != null) {
      int length = out.position();
      out.putInt(0);
      Utf8.put(value, out);
      out.putInt(length, out.position() - length - 4);
    }
  }

  private static void field(ByteBuffer out, byte[] value) {
    out.putInt(value.length);
    out.put(value);
  }

  /// @throws IllegalArgumentException if the bytes are not what [#encode] writes
  public static Stored decode(byte[] bytes) {
    return decode(ByteBuffer.wrap(bytes));
  }

  /// Reads the message at the buffer's position.
  ///
  /// @throws IllegalArgumentException if the bytes are not what [#encode] writes
  public static Stored decode(ByteBuffer in) {
    try {
      int version = in.get();
      if (version != VERSION) {
        throw new IllegalArgumentException("unknown message format " + version);
      }
      int flags = in.get() & 0xFF;
      int partition = in.getInt();
      long offset = in.getLong();
      long timestampMillis = in.getLong();
      long expiresAtMillis = in.getLong();
      String topic = text(in);
      String publisher = text(in);
      Properties properties = properties(in, flags);
      byte[] payload = field(in);
      Message message =
          new Message(
              topic,
              payload,
              Qos.of(flags & 3),
              (flags & 1 << 2) != 0,
              properties,
              publisher,
              timestampMillis,
              expiresAtMillis);
      return new Stored(message, partition, offset);
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("a stored message is cut short", e);
    }
  }

  private static Properties properties(ByteBuffer in, int flags) {
    String contentType = (flags & 1 << 5) != 0 ? text(in) : null;
    String responseTopic = (flags & 1 << 6) != 0 ? text(in) : null;
    byte[] correlationData = (flags & 1 << 7) != 0 ? field(in) : null;
    int count = in.getShort() & 0xFFFF;
    if (count == 0 && (flags & 0xF8) == 0) {
      return Properties.NONE;
    }
    List<UserProperty> userProperties = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      userProperties.add(new UserProperty(text(in), text(in)));
    }
    return new Properties(
        (flags & 1 << 3) != 0,
        (flags & 1 << 4) != 0,
        contentType,
        responseTopic,
        correlationData,
        userProperties);
  }

  private static String text(ByteBuffer in) {
    int length = length(in);
    if (!in.hasArray()) {
      return new String(bytes(in, length), UTF_8);
    }
    String text = new String(in.array(), in.arrayOffset() + in.position(), length, UTF_8);
    in.position(in.position() + length);
    return text;
  }

  private static byte[] field(ByteBuffer in) {
    return bytes(in, length(in));
  }

  private static byte[] bytes(ByteBuffer in, int length) {
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  private static int length(ByteBuffer in) {
    int length = in.getInt();
    if (length < 0 || length > in.remaining()) {
      throw new IllegalArgumentException(
          "a stored message is cut short: a field of " + length + " bytes");
    }
    return length;
  }
}
