package io.forebay.mqtt.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.HexFormat;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class Utf8StringsTest {

  @Test
  void everyCodePointButNulAndSurrogatesIsReadAndWritten() {
    ByteBuf buffer = Unpooled.buffer();
    for (int codePoint = 1; codePoint <= Character.MAX_CODE_POINT; codePoint++) {
      if (codePoint < Character.MIN_SURROGATE || codePoint > Character.MAX_SURROGATE) {
        String text = Character.toString(codePoint);
        buffer.clear();
        Utf8Strings.write(buffer, text);
        int length = buffer.readableBytes();
        if (length != Utf8Strings.size(text)
            || !text.equals(Utf8Strings.read(buffer, length, "text"))) {
          assertThat(codePoint).as("does not survive").isNull();
        }
      }
    }
  }

  /// The JDK's strict decoder is the oracle; MQTT only adds that there is no U+0000.
  @Test
  void whatTheJdkRefusesIsRefused() {
    Random random = new Random(1);
    int refused = 0;
    for (int i = 0; i < 300_000; i++) {
      byte[] bytes = randomBytes(random);
      String expected = strictly(bytes);
      String actual = ours(bytes);
      if (expected == null ? actual != null : !expected.equals(actual)) {
        assertThat(actual).as(HexFormat.of().formatHex(bytes)).isEqualTo(expected);
      }
      refused += expected == null ? 1 : 0;
    }
    assertThat(refused).isBetween(100_000, 290_000);
  }

  @Test
  void nulIsRefusedWhereverItStands() {
    for (int length = 1; length <= 40; length++) {
      for (int at = 0; at < length; at++) {
        byte[] bytes = "a".repeat(length).getBytes(UTF_8);
        bytes[at] = 0;
        assertThat(ours(bytes)).as("%d of %d", at, length).isNull();
      }
    }
  }

  @Test
  void theLongestStringIsWrittenAndOneByteMoreIsNot() {
    String longest = "é".repeat(32_767) + "a";
    ByteBuf buffer = Unpooled.buffer();
    Utf8Strings.write(buffer, longest);
    assertThat(Utf8Strings.read(buffer, buffer.writerIndex(), "text")).isEqualTo(longest);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Utf8Strings.write(buffer, longest + "a"))
        .withMessageContaining("65536 bytes");
  }

  /// Short, so that many are well-formed, and from the bytes on which UTF-8 turns.
  private static byte[] randomBytes(Random random) {
    int[] turns = {
      0x61, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xED, 0xEF,
      0xF0, 0xF1, 0xF4, 0xF5, 0xFF
    };
    byte[] bytes = new byte[1 + random.nextInt(4)];
    for (int i = 0; i < bytes.length; i++) {
      boolean continuation = i > 0 && random.nextInt(4) > 0;
      bytes[i] = (byte) turns[continuation ? 2 + random.nextInt(6) : random.nextInt(turns.length)];
    }
    return bytes;
  }

  private static @Nullable String strictly(byte[] bytes) {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  private static @Nullable String ours(byte[] bytes) {
    ByteBuf in = Unpooled.buffer();
    Fields.writeBinary(in, bytes);
    try {
      return Utf8Strings.read(in, in.writerIndex(), "text");
    } catch (MalformedPacket e) {
      return null;
    }
  }
}
