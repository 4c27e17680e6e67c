package io.forebay.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.forebay.core.message.Properties;
import io.forebay.core.message.Qos;
import io.forebay.mqtt.Publish;
import io.forebay.mqtt.ReasonCode;
import io.forebay.mqtt.Subscribe;
import io.forebay.server.client.Acknowledgement;
import io.forebay.server.client.Answers;
import io.forebay.server.client.ClientException;
import io.forebay.server.client.ClientListener;
import io.forebay.server.client.ClientOptions;
import io.forebay.server.client.EventLoops;
import io.forebay.server.client.MqttClient;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One request about queues to a running node, and its answer.
final class QueueRequest implements ClientListener, Acknowledgement {
  private static final String CONTROL = "$CONTROL/queue/v1/";
  private static final int TIMEOUT_SECONDS = 10;

  private final CompletableFuture<String> answer = new CompletableFuture<>();

  private QueueRequest() {}

  /// Asks.
  ///
  /// @param shows is given the answer
  /// @return the exit code
  static int run(ConnectOptions connect, String verb, JsonWriter json, Consumer<String> shows) {
    try {
      shows.accept(ask(connect, verb, json));
      return 0;
    } catch (ClientException e) {
      connect.complain(e.getMessage());
      return 1;
    }
  }

  /// Asks.
  ///
  /// @return the node's answer, a JSON object
  /// @throws ClientException in words, if it could not be asked or says that it could not do it
  private static String ask(ConnectOptions connect, String verb, JsonWriter json) {
    connect.requireVersion5(true, "forebay queue");
    ClientOptions options = connect.toClientOptions("queue");
    QueueRequest request = new QueueRequest();
    try (EventLoops loops = EventLoops.create(1)) {
      MqttClient client = Answers.await(MqttClient.connect(loops, options, request));
      String text = request.ask(client, options, verb, json.toString());
      client.disconnect().join();
      Map<?, ?> said = JsonReader.object(text);
      if (said.get("error") != null) {
        throw new ClientException(String.valueOf(said.get("error")));
      }
      return text;
    }
  }

  private String ask(MqttClient client, ClientOptions options, String verb, String json) {
    String topic = "forebay/queue/" + options.clientId();
    var suback =
        Answers.await(
            client.subscribe(
                0, List.of(new Subscribe.Entry(topic, Qos.AT_MOST_ONCE, false, false, 2))));
    if (suback.reasons().getFirst().failure()) {
      throw new ClientException("the broker refuses a subscription to " + topic);
    }
    Properties properties =
        new Properties(
            true, true, "application/json", topic, options.clientId().getBytes(UTF_8), List.of());
    client.publish(
        new Publish(
            0,
            false,
            Qos.AT_LEAST_ONCE,
            false,
            CONTROL + verb,
            0,
            TIMEOUT_SECONDS,
            Publish.NO_SUBSCRIPTION_IDS,
            properties,
            json.getBytes(UTF_8)),
        this);
    return Answers.await(
        answer
            .orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS)
            .exceptionally(
                e -> {
                  throw e instanceof ClientException reason
                      ? reason
                      : new ClientException(
                          options.broker() + " does not answer; is it a forebay node?");
                }));
  }

  @Override
  public void message(Publish message) {
    answer.complete(new String(message.payload(), UTF_8));
  }

  @Override
  public void acknowledged(ReasonCode reason, @Nullable String reasonString) {
    if (reason.failure()) {
      answer.completeExceptionally(
          new ClientException(
              "the broker refused the request: "
                  + reason
                  + (reasonString == null ? "" : ": " + reasonString)));
    }
  }

  @Override
  public void failed(ClientException reason) {
    answer.completeExceptionally(reason);
  }

  @Override
  public void lost(ClientException reason) {
    answer.completeExceptionally(reason);
  }
}
