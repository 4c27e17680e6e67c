package io.forebay.kafka.mapping;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import org.jspecify.annotations.Nullable;

/// Bytes that somebody else wrote, as strings that MQTT can carry (MQTT 5 §1.5.4).
final class Texts {
  static final int MAXIMUM_BYTES = 65_535;

  private Texts() {}

  /// The text; null if the bytes are not well-formed UTF-8 without U+0000, or are too many.
  static @Nullable String read(byte @Nullable [] bytes) {
    if (bytes == null || bytes.length > MAXIMUM_BYTES) {
      return null;
    }
    for (byte each : bytes) {
      if (each <= 0) {
        return readSlowly(bytes);
      }
    }
    // ASCII, which most of it is: Latin-1 copies it as it stands.
    return new String(bytes, ISO_8859_1);
  }

  private static @Nullable String readSlowly(byte[] bytes) {
    String text = decode(bytes);
    return text == null || text.indexOf('\0') >= 0 ? null : text;
  }

  static boolean wellFormed(byte[] bytes) {
    for (byte each : bytes) {
      if (each < 0) {
        return decode(bytes) != null;
      }
    }
    return true;
  }

  private static @Nullable String decode(byte[] bytes) {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  /// Whether MQTT can carry a text that is one already.
  static boolean fits(String text) {
    // At most three bytes a char: only long ones need counting.
    return text.indexOf('\0') < 0
        && (text.length() * 3L <= MAXIMUM_BYTES || text.getBytes(UTF_8).length <= MAXIMUM_BYTES);
  }
}
