package io.forebay.kafka.mapping;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.forebay.core.message.Message;
import io.forebay.core.message.Properties;
import io.forebay.core.message.Qos;
import io.forebay.core.message.UserProperty;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// Any message that MQTT can carry, the same for the same seed.
final class RandomMessages {
  private static final String[] LEVELS = {
    "",
    "vehicles",
    "telemetry-1",
    "forebay",
    "forebay.sessions",
    "__consumer_offsets",
    ".",
    "..",
    "a b",
    "ä€🚗",
    "\uFFFD",
    "\uFFFF",
    "x".repeat(249),
    "x".repeat(250),
    "car66",
    "$",
    "a$b",
    "\u0001"
  };
  private static final String[] NAMES = {
    "",
    "a",
    "forebay-",
    "forebay-qos",
    "forebay-user-",
    "forebay-user-forebay-qos",
    "forebay-topic",
    "forebay-check",
    "Forebay-x",
    "ключ",
    "\uD83D\uDE97"
  };

  private final Random random;

  RandomMessages(long seed) {
    random = new Random(seed);
  }

  Message next() {
    boolean utf8 = random.nextInt(4) == 0;
    return new Message(
        topic(),
        utf8 ? text().getBytes(UTF_8) : bytes(),
        Qos.of(random.nextInt(3)),
        random.nextBoolean(),
        random.nextInt(3) == 0 ? Properties.NONE : properties(utf8),
        random.nextBoolean() ? "" : text(),
        random.nextLong(Long.MAX_VALUE),
        random.nextBoolean() ? Message.NEVER : random.nextLong(Long.MAX_VALUE));
  }

  private String topic() {
    while (true) {
      List<String> levels = new ArrayList<>();
      for (int i = 1 + random.nextInt(4); i > 0; i--) {
        levels.add(LEVELS[random.nextInt(LEVELS.length)]);
      }
      String topic = String.join("/", levels);
      if (!topic.isEmpty() && !topic.startsWith("$")) {
        return topic;
      }
    }
  }

  // NullAway: see MessageProperties in mqtt.codec.
  @SuppressWarnings("NullAway")
  private Properties properties(boolean utf8) {
    List<UserProperty> own = new ArrayList<>();
    for (int i = random.nextInt(6); i > 0; i--) {
      own.add(new UserProperty(NAMES[random.nextInt(NAMES.length)], text()));
    }
    return new Properties(
        utf8 || random.nextBoolean(),
        utf8,
        random.nextBoolean() ? null : text(),
        random.nextBoolean() ? null : topic(),
        correlation(),
        own);
  }

  private byte @Nullable [] correlation() {
    return random.nextBoolean() ? null : bytes();
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(8); i > 0; i--) {
      text.append(NAMES[random.nextInt(NAMES.length)]).append((char) (1 + random.nextInt(0x2FF)));
    }
    return text.toString();
  }

  private byte[] bytes() {
    byte[] bytes = new byte[random.nextInt(40)];
    random.nextBytes(bytes);
    return bytes;
  }
}
