package io.forebay.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.forebay.core.Broker;
import io.forebay.core.log.EngineFailure;
import io.forebay.core.message.Message;
import io.forebay.core.message.Properties;
import io.forebay.core.message.Qos;
import io.forebay.core.message.UserProperty;
import io.forebay.core.routing.Grant;
import io.forebay.core.routing.Lane;
import io.forebay.core.session.Nobody;
import io.forebay.core.session.Opening;
import io.forebay.core.session.Session;
import io.forebay.core.session.Sessions;
import io.forebay.core.topic.TopicFilter;
import io.forebay.core.topic.TopicName;
import io.forebay.server.audit.Administration;
import io.forebay.server.cli.JsonReader;
import io.forebay.server.cli.JsonWriter;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Administration of declared queues over MQTT: takes requests on `$CONTROL/queue/v1/VERB` and
/// answers on their response topic, with their correlation data, in JSON. Who may publish there may
/// administer; nobody else may subscribe there.
///
/// A session of the node's own. All on its lane.
final class QueueControl extends Nobody {
  private static final String PREFIX = "$CONTROL/queue/v1/";
  private static final int MOST_REQUEST_BYTES = 64 << 10;
  private static final int MOST_IN_FLIGHT = 100;

  private final Broker broker;
  private final Administration administration;
  private final Lane lane;

  /// @param administration gets to know what was changed, and for whom
  QueueControl(Broker broker, Administration administration) {
    this.broker = broker;
    this.administration = administration;
    this.lane = broker.lanes().getFirst();
  }

  /// Any thread.
  void begin() {
    // An id that nobody can guess, and so take over.
    Opening opening = new Opening(broker.newClientId(), true, 0, MOST_IN_FLIGHT, null);
    lane.execute(
        () ->
            broker.open(
                lane,
                opening,
                this,
                new Sessions.Opened() {
                  @Override
                  public void opened(Session session, boolean present) {
                    listen(session);
                  }

                  @Override
                  public void refused(@Nullable EngineFailure failure) {}
                }));
  }

  private static void listen(Session session) {
    session.resume();
    TopicFilter filter = TopicFilter.parse(PREFIX + "+", 4);
    Grant grant = Grant.of(Qos.AT_LEAST_ONCE, false, false, 0);
    session.interests().subscribe(List.of(new Session.Request(filter, grant, 2)), failure -> {});
  }

  // ---------------------------------------------------------------- requests

  @Override
  public boolean writable() {
    return true;
  }

  /// @return false: there is nothing to acknowledge
  @Override
  public boolean deliver(
      Message message,
      Qos qos,
      boolean dup,
      boolean retain,
      int packetId,
      int[] subscriptionIds,
      List<UserProperty> extras) {
    String verb = message.topic().substring(PREFIX.length());
    try {
      if (message.payload().length > MOST_REQUEST_BYTES) {
        throw new IllegalArgumentException(
            "a request is at most " + MOST_REQUEST_BYTES + " bytes long");
      }
      serve(verb, message);
    } catch (IllegalArgumentException e) {
      answerError(message, String.valueOf(e.getMessage()));
    }
    return false;
  }

  private void serve(String verb, Message message) {
    String text = new String(message.payload(), UTF_8);
    Map<?, ?> request = text.isBlank() ? Map.of() : JsonReader.object(text);
    switch (verb) {
      case "create" ->
          broker
              .queues()
              .create(
                  lane,
                  QueueJson.name(request),
                  QueueJson.settings(request),
                  broker.limits().topicLevels(),
                  problem -> changed("queue-create", request, message, problem));
      case "delete" ->
          broker
              .queues()
              .delete(
                  lane,
                  QueueJson.name(request),
                  problem -> changed("queue-delete", request, message, problem));
      case "list" -> broker.queues().list(lane, all -> answer(message, QueueJson.list(all)));
      case "peek" -> peek(request, message);
      default ->
          throw new IllegalArgumentException(
              "no such request: '" + verb + "' (there are create, delete, list, peek)");
    }
  }

  private void changed(
      String action, Map<?, ?> request, Message message, @Nullable String problem) {
    administration.asked(message.publisher(), action, QueueJson.name(request), problem);
    answer(message, problem);
  }

  private void peek(Map<?, ?> request, Message message) {
    broker
        .queues()
        .peek(
            lane,
            QueueJson.name(request),
            QueueJson.count(request),
            found -> answer(message, QueueJson.peeked(found)),
            problem -> answerError(message, problem));
  }

  // ---------------------------------------------------------------- answers

  private void answer(Message request, @Nullable String problem) {
    if (problem == null) {
      answer(request, new JsonWriter().beginObject().name("ok").value(true).endObject());
    } else {
      answerError(request, problem);
    }
  }

  private void answerError(Message request, String problem) {
    answer(request, new JsonWriter().beginObject().name("error").value(problem).endObject());
  }

  private void answer(Message request, JsonWriter json) {
    String topic = request.properties().responseTopic();
    if (topic == null
        || topic.startsWith("$")
        || TopicName.problem(topic, broker.limits().topicLevels()) != null) {
      return;
    }
    broker.publish(
        lane,
        new Message(
            topic,
            json.toString().getBytes(UTF_8),
            Qos.AT_MOST_ONCE,
            false,
            properties(request),
            "$CONTROL",
            broker.nowMillis(),
            Message.NEVER),
        null,
        0);
  }

  // NullAway: javac leaves the type annotation of an array off the parameters of a compact record
  // constructor in another module, so that `correlationData` looks as if it must not be null.
  @SuppressWarnings("NullAway")
  private static Properties properties(Message request) {
    return new Properties(
        true, true, "application/json", null, request.properties().correlationData(), List.of());
  }
}
