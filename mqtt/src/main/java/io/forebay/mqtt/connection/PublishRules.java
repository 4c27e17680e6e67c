package io.forebay.mqtt.connection;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.forebay.core.Broker;
import io.forebay.core.message.Properties;
import io.forebay.core.message.Qos;
import io.forebay.core.security.Limits;
import io.forebay.core.security.Permissions;
import io.forebay.core.session.Will;
import io.forebay.core.topic.TopicName;
import io.forebay.mqtt.Publish;
import io.forebay.mqtt.ReasonCode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import org.jspecify.annotations.Nullable;

/// What a message has to be to be taken, whether it comes in a PUBLISH or as a will. Pure.
final class PublishRules {
  private PublishRules() {}

  /// Why a message is not taken; null if it is.
  ///
  /// @param topic with its alias resolved
  static @Nullable Refusal check(
      String topic, Publish publish, Broker broker, Permissions permissions) {
    Refusal refusal = check(topic, publish.properties(), publish.payload(), broker.limits());
    if (refusal != null) {
      return refusal;
    }
    if (!permissions.mayPublish(topic)) {
      return new Refusal(ReasonCode.NOT_AUTHORIZED, "publishing to this topic is not allowed");
    }
    if (publish.retain()
        && publish.payload().length > 0
        && !broker.takesRetained(topic.length() + publish.payload().length)) {
      return new Refusal(
          ReasonCode.QUOTA_EXCEEDED, "this node keeps as many retained messages as it may");
    }
    String full = publish.qos() == Qos.AT_MOST_ONCE ? null : broker.queues().fullFor(topic);
    return full == null
        ? null
        : new Refusal(
            ReasonCode.QUOTA_EXCEEDED, "queue '" + full + "' has as many messages as it may");
  }

  /// Why a will is not taken; null if it is. Whether its sender may publish it is asked later, when
  /// the sender is known.
  static @Nullable Refusal check(Will will, Limits limits) {
    return check(will.topic(), will.properties(), will.payload(), limits);
  }

  private static @Nullable Refusal check(
      String topic, Properties properties, byte[] payload, Limits limits) {
    String problem = topicProblem(topic, limits);
    if (problem != null) {
      return new Refusal(ReasonCode.TOPIC_NAME_INVALID, problem);
    }
    if (properties.utf8Payload() && !utf8(payload)) {
      return new Refusal(
          ReasonCode.PAYLOAD_FORMAT_INVALID, "the payload is declared as UTF-8 and is not");
    }
    return null;
  }

  private static @Nullable String topicProblem(String topic, Limits limits) {
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
}
