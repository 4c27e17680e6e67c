package io.forebay.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.forebay.core.message.Message;
import io.forebay.core.message.UserProperty;
import io.forebay.core.session.DeclaredQueues;
import io.forebay.core.session.QueueSettings;
import io.forebay.server.cli.JsonWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Queues in JSON, as requests ask for them and answers tell of them.
final class QueueJson {
  private static final int MOST_PEEKED = 100;

  /// Payload bytes in an answer, about.
  private static final int MOST_PAYLOAD_BYTES = 256 << 10;

  private QueueJson() {}

  // ---------------------------------------------------------------- requests

  static String name(Map<?, ?> request) {
    if (request.get("name") instanceof String name) {
      return name;
    }
    throw new IllegalArgumentException("'name' is missing: the queue's name as a text");
  }

  static int count(Map<?, ?> request) {
    long count = number(request, "count", 10);
    if (count < 1 || count > MOST_PEEKED) {
      throw new IllegalArgumentException("'count' is 1 to " + MOST_PEEKED);
    }
    return (int) count;
  }

  static QueueSettings settings(Map<?, ?> request) {
    if (!(request.get("filters") instanceof List<?> filters)) {
      throw new IllegalArgumentException("'filters' is missing: a list of topic filters");
    }
    long redeliveries = number(request, "maxRedeliveries", QueueSettings.UNLIMITED);
    if (redeliveries < QueueSettings.UNLIMITED || redeliveries > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("'maxRedeliveries' is 0 to " + Integer.MAX_VALUE);
    }
    return new QueueSettings(
        filters.stream().map(String::valueOf).toList(),
        (int) redeliveries,
        text(request, "deadLetter"),
        number(request, "ttlMillis", 0),
        Boolean.TRUE.equals(request.get("exclusive")),
        text(request, "orderBy"));
  }

  private static @Nullable String text(Map<?, ?> request, String key) {
    Object value = request.get(key);
    if (value != null && !(value instanceof String)) {
      throw new IllegalArgumentException("'" + key + "' is a text");
    }
    return (String) value;
  }

  private static long number(Map<?, ?> request, String key, long absent) {
    return switch (request.get(key)) {
      case null -> absent;
      case Integer value -> value;
      case Long value -> value;
      default -> throw new IllegalArgumentException("'" + key + "' is a whole number");
    };
  }

  // ---------------------------------------------------------------- answers

  static JsonWriter list(List<DeclaredQueues.Figures> all) {
    JsonWriter json = new JsonWriter().beginObject().name("queues").beginArray();
    for (DeclaredQueues.Figures each : all) {
      json.beginObject().name("name").value(each.name());
      if (each.damage() != null) {
        json.name("damage").value(each.damage()).endObject();
        continue;
      }
      settings(json, each.settings());
      json.name("pending").value(each.pending());
      if (each.more()) {
        json.name("more").value(true);
      }
      json.name("outstanding").value(each.outstanding());
      json.name("members").value(each.members());
      json.name("redelivered").value(each.redelivered());
      json.name("deadLettered").value(each.deadLettered()).endObject();
    }
    return json.endArray().endObject();
  }

  private static void settings(JsonWriter json, QueueSettings settings) {
    json.name("filters").beginArray();
    settings.filters().forEach(json::value);
    json.endArray();
    if (settings.maximumRedeliveries() != QueueSettings.UNLIMITED) {
      json.name("maxRedeliveries").value(settings.maximumRedeliveries());
    }
    if (settings.deadLetterTopic() != null) {
      json.name("deadLetter").value(settings.deadLetterTopic());
    }
    if (settings.ttlMillis() > 0) {
      json.name("ttlMillis").value(settings.ttlMillis());
    }
    if (settings.exclusive()) {
      json.name("exclusive").value(true);
    }
    if (settings.orderBy() != null) {
      json.name("orderBy").value(settings.orderBy());
    }
  }

  static JsonWriter peeked(List<DeclaredQueues.Pending> pending) {
    JsonWriter json = new JsonWriter().beginObject().name("messages").beginArray();
    int bytes = 0;
    for (DeclaredQueues.Pending each : pending) {
      Message message = each.stored().message();
      bytes += message.payload().length;
      if (bytes > MOST_PAYLOAD_BYTES) {
        break;
      }
      message(json, message, each.redeliveries());
    }
    return json.endArray().endObject();
  }

  private static void message(JsonWriter json, Message message, int redeliveries) {
    json.beginObject().name("topic").value(message.topic());
    json.name("qos").value(message.qos().level());
    json.name("timestampMillis").value(message.timestampMillis());
    json.name("redeliveries").value(redeliveries);
    String text = utf8(message.payload());
    if (text != null) {
      json.name("payload").value(text);
    } else {
      json.name("payloadBase64").value(Base64.getEncoder().encodeToString(message.payload()));
    }
    List<UserProperty> properties = message.properties().userProperties();
    if (!properties.isEmpty()) {
      json.name("userProperties").beginArray();
      properties.forEach(p -> json.beginArray().value(p.name()).value(p.value()).endArray());
      json.endArray();
    }
    json.endObject();
  }

  private static @Nullable String utf8(byte[] payload) {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(payload)).toString();
    } catch (CharacterCodingException _) {
      return null;
    }
  }
}
