package io.forebay.server.cli;

import io.forebay.core.message.Message;
import io.forebay.core.message.Position;
import io.forebay.core.message.Properties;
import io.forebay.mqtt.Publish;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// A message as one JSON object; what it does not carry is left out.
final class MessageJson {

  private MessageJson() {}

  static String of(Publish message, Instant received) {
    JsonWriter json = new JsonWriter().beginObject();
    json.name("time").value(received.toString());
    json.name("topic").value(message.topic());
    json.name("qos").value(message.qos().level());
    json.name("retain").value(message.retain());
    json.name("dup").value(message.dup());
    writePayload(json, message.payload());
    if (message.expirySeconds() >= 0) {
      json.name("expiry").value(message.expirySeconds());
    }
    writeProperties(json, message.properties());
    writeSubscriptionIds(json, message.subscriptionIds());
    return json.endObject().toString();
  }

  /// As it is in the log: `time` is when it came.
  static String of(Position position, Message message) {
    JsonWriter json = new JsonWriter().beginObject();
    json.name("position").value(position.toString());
    json.name("time").value(Instant.ofEpochMilli(message.timestampMillis()).toString());
    json.name("topic").value(message.topic());
    json.name("qos").value(message.qos().level());
    json.name("retain").value(message.retain());
    writePayload(json, message.payload());
    json.name("publisher").value(message.publisher());
    if (message.expiresAtMillis() != Message.NEVER) {
      json.name("expiresAt").value(Instant.ofEpochMilli(message.expiresAtMillis()).toString());
    }
    writeProperties(json, message.properties());
    return json.endObject().toString();
  }

  private static void writePayload(JsonWriter json, byte[] payload) {
    String text = asText(payload);
    if (text != null) {
      json.name("payload").value(text);
    } else {
      json.name("payloadBase64").value(Base64.getEncoder().encodeToString(payload));
    }
  }

  /// Null if the payload is no UTF-8.
  static @Nullable String asText(byte[] payload) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(payload)).toString();
    } catch (CharacterCodingException _) {
      return null;
    }
  }

  private static void writeProperties(JsonWriter json, Properties properties) {
    if (properties.formatDeclared()) {
      json.name("payloadFormat").value(properties.utf8Payload() ? "utf-8" : "bytes");
    }
    if (properties.contentType() != null) {
      json.name("contentType").value(properties.contentType());
    }
    if (properties.responseTopic() != null) {
      json.name("responseTopic").value(properties.responseTopic());
    }
    byte[] correlation = properties.correlationData();
    if (correlation != null) {
      json.name("correlationData").value(Base64.getEncoder().encodeToString(correlation));
    }
    if (!properties.userProperties().isEmpty()) {
      json.name("userProperties").beginArray();
      properties
          .userProperties()
          .forEach(p -> json.beginArray().value(p.name()).value(p.value()).endArray());
      json.endArray();
    }
  }

  private static void writeSubscriptionIds(JsonWriter json, int[] ids) {
    if (ids.length > 0) {
      json.name("subscriptionIds").beginArray();
      for (int id : ids) {
        json.value(id);
      }
      json.endArray();
    }
  }
}
