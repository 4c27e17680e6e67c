package io.forebay.mqtt.codec;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.HexFormat;

/// The notation of bytes in the tables: see `bytes/README.md`.
final class ByteNotation {
  private final String text;
  private int at;

  private ByteNotation(String text) {
    this.text = text;
  }

  static byte[] parse(String text) {
    ByteNotation notation = new ByteNotation(text);
    ByteBuf bytes = notation.until('\0');
    return ByteBufUtil.getBytes(bytes);
  }

  private ByteBuf until(char closing) {
    ByteBuf out = Unpooled.buffer();
    while (at < text.length()) {
      char c = text.charAt(at++);
      switch (c) {
        case ' ' -> {}
        case '\'' -> out.writeCharSequence(quoted(), US_ASCII);
        case '<' -> Fields.writeBinary(out, ByteBufUtil.getBytes(until('>')));
        case '[' -> {
          ByteBuf inner = until(']');
          VariableByteInteger.write(out, inner.readableBytes());
          out.writeBytes(inner);
        }
        case '>', ']' -> {
          if (c != closing) {
            throw new IllegalArgumentException("'" + c + "' closes nothing in " + text);
          }
          return out;
        }
        default -> {
          out.writeByte(HexFormat.fromHexDigits(text, at - 1, at + 1));
          at++;
        }
      }
    }
    if (closing != '\0') {
      throw new IllegalArgumentException("'" + closing + "' is missing in " + text);
    }
    return out;
  }

  private String quoted() {
    int end = text.indexOf('\'', at);
    String quoted = text.substring(at, end);
    at = end + 1;
    return quoted;
  }
}
