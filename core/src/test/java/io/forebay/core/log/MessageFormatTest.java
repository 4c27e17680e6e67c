package io.forebay.core.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.core.message.Message;
import io.forebay.core.message.Properties;
import io.forebay.core.message.Qos;
import io.forebay.core.message.UserProperty;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class MessageFormatTest {
  private static final Properties ALL =
      new Properties(
          true,
          true,
          "text/plain",
          "answers/ü",
          new byte[] {0, -1},
          List.of(new UserProperty("k", "1"), new UserProperty("k", "")));

  private static Stored stored(Qos qos, boolean retain, Properties properties) {
    return new Stored(
        new Message("a/ü", "payload".getBytes(UTF_8), qos, retain, properties, "me", 17, 42),
        3,
        1L << 40);
  }

  @Test
  void aMessageComesBackAsItWas() {
    for (Qos qos : Qos.values()) {
      for (Properties properties : List.of(ALL, Properties.NONE)) {
        Stored before = stored(qos, qos == Qos.EXACTLY_ONCE, properties);
        Stored after = MessageFormat.decode(MessageFormat.encode(before));
        assertThat(after).usingRecursiveComparison().isEqualTo(before);
      }
    }
  }

  @Test
  void aPlainMessageSharesItsProperties() {
    Stored after =
        MessageFormat.decode(
            MessageFormat.encode(stored(Qos.AT_LEAST_ONCE, false, Properties.NONE)));
    assertThat(after.message().properties()).isSameAs(Properties.NONE);
  }

  @Test
  void everyCutIsRefused() {
    byte[] whole = MessageFormat.encode(stored(Qos.AT_LEAST_ONCE, true, ALL));
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> MessageFormat.decode(cut))
          .as("%s bytes", length)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void anUnknownVersionIsRefused() {
    byte[] bytes = MessageFormat.encode(stored(Qos.AT_LEAST_ONCE, true, ALL));
    bytes[0] = 9;
    assertThatThrownBy(() -> MessageFormat.decode(bytes))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("9");
  }
}
