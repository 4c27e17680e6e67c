package io.forebay.core.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;

/// Strings to UTF-8 in a buffer; ASCII, which topics mostly are, without an array in between.
final class Utf8 {
  private Utf8() {}

  static int sizeBytes(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return text.getBytes(UTF_8).length;
      }
    }
    return text.length();
  }

  static void put(String text, ByteBuffer out) {
    int start = out.position();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        out.position(start).put(text.getBytes(UTF_8));
        return;
      }
      out.put((byte) c);
    }
  }
}
