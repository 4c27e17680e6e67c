package io.forebay.core.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.forebay.core.message.Message;
import io.forebay.core.message.Properties;
import io.forebay.core.message.Qos;
import io.forebay.core.message.UserProperty;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
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

  private MessageFormat() {}

  public static byte[] encode(Stored stored) {
    Message message = stored.message();
    Properties properties = message.properties();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(message.sizeBytes());
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      out.writeByte(flags(message));
      out.writeInt(stored.partition());
      out.writeLong(stored.offset());
      out.writeLong(message.timestampMillis());
      out.writeLong(message.expiresAtMillis());
      field(out, message.topic().getBytes(UTF_8));
      field(out, message.publisher().getBytes(UTF_8));
      text(out, properties.contentType());
      text(out, properties.responseTopic());
      if (properties.correlationData() != null) {
        field(out, properties.correlationData());
      }
      out.writeShort(properties.userProperties().size());
      for (UserProperty property : properties.userProperties()) {
        field(out, property.name().getBytes(UTF_8));
        field(out, property.value().getBytes(UTF_8));
      }
      field(out, message.payload());
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    return bytes.toByteArray();
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

  private static void text(DataOutputStream out, @Nullable String value) throws IOException {
    if (value != null) {
      field(out, value.getBytes(UTF_8));
    }
  }

  private static void field(DataOutputStream out, byte[] value) throws IOException {
    out.writeInt(value.length);
    out.write(value);
  }

  /// @throws IllegalArgumentException if the bytes are not what [#encode] writes
  public static Stored decode(byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int version = in.readByte();
      if (version != VERSION) {
        throw new IllegalArgumentException("unknown message format " + version);
      }
      int flags = in.readUnsignedByte();
      int partition = in.readInt();
      long offset = in.readLong();
      long timestampMillis = in.readLong();
      long expiresAtMillis = in.readLong();
      String topic = new String(field(in), UTF_8);
      String publisher = new String(field(in), UTF_8);
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
    } catch (IOException e) {
      throw new IllegalArgumentException("a stored message is cut short", e);
    }
  }

  private static Properties properties(DataInputStream in, int flags) throws IOException {
    String contentType = (flags & 1 << 5) != 0 ? new String(field(in), UTF_8) : null;
    String responseTopic = (flags & 1 << 6) != 0 ? new String(field(in), UTF_8) : null;
    byte[] correlationData = (flags & 1 << 7) != 0 ? field(in) : null;
    int count = in.readUnsignedShort();
    if (count == 0 && (flags & 0xF8) == 0) {
      return Properties.NONE;
    }
    List<UserProperty> userProperties = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      userProperties.add(
          new UserProperty(new String(field(in), UTF_8), new String(field(in), UTF_8)));
    }
    return new Properties(
        (flags & 1 << 3) != 0,
        (flags & 1 << 4) != 0,
        contentType,
        responseTopic,
        correlationData,
        userProperties);
  }

  private static byte[] field(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > in.available()) {
      throw new IOException("a field of " + length + " bytes");
    }
    return in.readNBytes(length);
  }
}
