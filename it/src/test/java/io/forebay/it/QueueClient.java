package io.forebay.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.message.Properties;
import io.forebay.core.message.Qos;
import io.forebay.core.message.UserProperty;
import io.forebay.mqtt.Connect;
import io.forebay.mqtt.Packet;
import io.forebay.mqtt.Puback;
import io.forebay.mqtt.Publish;
import io.forebay.mqtt.ReasonCode;
import java.io.IOException;
import java.util.List;

/// A client that asks for queues as `docs/guide/queues.md` says it, and publishes into them.
public final class QueueClient implements AutoCloseable {
  private final RawClient client;
  private final String answers;
  private int packetIds;

  public QueueClient(NodeProcess node, String clientId) throws IOException {
    client = RawClient.connected(node, clientId);
    answers = "answers/" + clientId;
    client.subscribe(answers, Qos.AT_MOST_ONCE);
  }

  /// Asks and gives the answer, which has the correlation data of the request.
  public String ask(String verb, String json) throws IOException {
    byte[] correlation = verb.getBytes(UTF_8);
    Properties properties = new Properties(false, false, null, answers, correlation, List.of());
    client.send(message("$CONTROL/queue/v1/" + verb, json, properties));
    // The answer may come before the acknowledgement.
    Packet first = client.read();
    Packet second = client.read();
    Publish answer = first instanceof Publish publish ? publish : (Publish) second;
    assertThat(answer.topic()).isEqualTo(answers);
    assertThat(answer.properties().correlationData()).isEqualTo(correlation);
    return new String(answer.payload(), UTF_8);
  }

  /// Declares a queue.
  ///
  /// @param options JSON that follows the filter: `,"exclusive":true`
  public void create(String name, String filter, String options) throws IOException {
    String json = "{\"name\":\"" + name + "\",\"filters\":[\"" + filter + "\"]" + options + "}";
    assertThat(ask("create", json)).isEqualTo("{\"ok\":true}");
  }

  public void create(String name, String filter) throws IOException {
    create(name, filter, "");
  }

  /// What the list says of a queue, without its braces.
  public String figures(String name) throws IOException {
    String list = ask("list", "");
    int begin = list.indexOf("{\"name\":\"" + name + "\"");
    assertThat(begin).as(list).isPositive();
    return list.substring(begin + 1, list.indexOf('}', begin));
  }

  public void publish(String topic, String payload, UserProperty... properties) throws IOException {
    client.send(
        message(
            topic,
            payload,
            new Properties(false, false, null, null, new byte[0], List.of(properties))));
    assertThat(client.read(Puback.class).reason().failure()).isFalse();
  }

  private Publish message(String topic, String payload, Properties properties) {
    packetIds = packetIds % 65_535 + 1;
    return new Publish(
        packetIds,
        false,
        Qos.AT_LEAST_ONCE,
        false,
        topic,
        0,
        -1,
        Publish.NO_SUBSCRIPTION_IDS,
        properties,
        payload.getBytes(UTF_8));
  }

  /// A client that takes so many messages at once.
  public static Connect narrow(String clientId, int receiveMaximum) {
    Connect usual = RawClient.v5(clientId);
    return new Connect(
        usual.version(),
        clientId,
        true,
        0,
        0,
        receiveMaximum,
        Connect.NO_LIMIT,
        0,
        false,
        true,
        List.of(),
        null,
        null,
        null,
        null,
        null);
  }

  /// A client that begins to consume.
  public static RawClient consumer(NodeProcess node, String clientId, String queue)
      throws IOException {
    RawClient consumer = RawClient.connected(node, clientId);
    assertThat(consumer.subscribe("$queue/" + queue, Qos.AT_LEAST_ONCE).reasons())
        .containsExactly(ReasonCode.GRANTED_QOS_1);
    return consumer;
  }

  /// The next message, which has to have this payload.
  public static Publish next(RawClient consumer, String payload) throws IOException {
    Publish message = consumer.read(Publish.class);
    assertThat(text(message)).isEqualTo(payload);
    return message;
  }

  public static void acknowledge(RawClient consumer, Publish message) throws IOException {
    consumer.send(Puback.of(message.packetId(), ReasonCode.SUCCESS));
  }

  public static void refuse(RawClient consumer, Publish message) throws IOException {
    consumer.send(Puback.of(message.packetId(), ReasonCode.UNSPECIFIED_ERROR));
  }

  public static String text(Publish message) {
    return new String(message.payload(), UTF_8);
  }

  @Override
  public void close() throws IOException {
    client.close();
  }
}
