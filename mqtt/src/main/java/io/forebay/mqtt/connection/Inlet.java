package io.forebay.mqtt.connection;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.forebay.core.message.Message;
import io.forebay.core.security.Limits;
import io.forebay.core.topic.TopicName;
import io.forebay.mqtt.Publish;
import io.forebay.mqtt.ReasonCode;
import io.forebay.mqtt.codec.MalformedPacket;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What comes in from one client as messages: resolves its topic aliases and checks what a PUBLISH
/// says about itself. On the connection's event loop.
final class Inlet {
  private final Limits limits;

  /// What the client's aliases stand for; `topics[0]` is unused.
  private @Nullable String[] topics = {};

  /// A message that is refused, the connection goes on.
  record Refusal(ReasonCode reason, String detail) {}

  Inlet(Limits limits) {
    this.limits = limits;
  }

  /// The topic of a PUBLISH (MQTT 5 §3.3.2.3.4).
  ///
  /// @throws MalformedPacket if its alias stands for nothing
  String topic(Publish publish) {
    int alias = publish.topicAlias();
    if (alias == 0) {
      return publish.topic();
    }
    if (alias > limits.topicAliases()) {
      throw new MalformedPacket(
          ReasonCode.TOPIC_ALIAS_INVALID,
          "topic alias " + alias + " is above the maximum of " + limits.topicAliases());
    }
    if (publish.topic().isEmpty()) {
      String known = alias < topics.length ? topics[alias] : null;
      if (known == null) {
        throw new MalformedPacket(
            ReasonCode.PROTOCOL_ERROR, "topic alias " + alias + " was never set");
      }
      return known;
    }
    if (alias >= topics.length) {
      topics = Arrays.copyOf(topics, alias + 1);
    }
    topics[alias] = publish.topic();
    return publish.topic();
  }

  /// Why the message is not taken; null if it is.
  @Nullable Refusal check(String topic, Publish publish) {
    String problem = topicProblem(topic, limits);
    if (problem != null) {
      return new Refusal(ReasonCode.TOPIC_NAME_INVALID, problem);
    }
    if (publish.properties().utf8Payload() && !utf8(publish.payload())) {
      return new Refusal(
          ReasonCode.PAYLOAD_FORMAT_INVALID, "the payload is declared as UTF-8 and is not");
    }
    return null;
  }

  /// What is wrong with a topic, for this node's limits; null if nothing is.
  static @Nullable String topicProblem(String topic, Limits limits) {
    // At most three bytes a char: only long names need counting.
    if (topic.length() * 3 > limits.topicBytes()
        && topic.getBytes(UTF_8).length > limits.topicBytes()) {
      return "a topic is at most " + limits.topicBytes() + " bytes long";
    }
    return TopicName.problem(topic, limits.topicLevels());
  }

  private static boolean utf8(byte[] payload) {
    try {
      UTF_8.newDecoder().decode(ByteBuffer.wrap(payload));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  Message message(Publish publish, String topic, String publisher, long nowMillis) {
    long expiresAtMillis =
        publish.expirySeconds() < 0 ? Message.NEVER : nowMillis + publish.expirySeconds() * 1_000;
    return new Message(
        topic,
        publish.payload(),
        publish.qos(),
        publish.retain(),
        publish.properties(),
        publisher,
        nowMillis,
        expiresAtMillis);
  }
}
