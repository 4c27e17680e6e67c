package io.forebay.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.forebay.core.message.Message;
import io.forebay.core.message.Properties;
import io.forebay.core.message.Qos;

/// Messages to store.
final class Messages {
  private Messages() {}

  static Message of(String topic, String payload) {
    return of(topic, payload, Qos.AT_LEAST_ONCE, false, 0);
  }

  static Message of(String topic, String payload, Qos qos, boolean retain, long timestampMillis) {
    return new Message(
        topic,
        payload.getBytes(UTF_8),
        qos,
        retain,
        Properties.NONE,
        "publisher",
        timestampMillis,
        Message.NEVER);
  }
}
