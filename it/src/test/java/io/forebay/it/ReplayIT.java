package io.forebay.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5SubAckException;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.forebay.core.message.Qos;
import io.forebay.mqtt.Puback;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Other people's clients read what was published before they came.
@ExtendWith(SharedNode.class)
class ReplayIT {
  private static final int MESSAGES = 20_000;

  /// Below the Receive Maximum of the node.
  private static final int UNDER_WAY = 500;

  /// Without Paho for MQTT 3, which our adapter gives a callback per filter: it finds none for a
  /// topic that does not match `$replay/…`. docs/guide/replay.md says so.
  static Stream<ClientLibrary> libraries() {
    return ClientLibrary.all().filter(library -> !library.name().startsWith("Paho 3"));
  }

  private static List<String> publish(NodeProcess node, String topic, int messages)
      throws Exception {
    try (RawClient publisher = RawClient.connected(node, "publishing")) {
      for (int i = 0; i < messages; i++) {
        byte[] payload = Integer.toString(i).getBytes(UTF_8);
        publisher.send(RawClient.publish(topic, payload, Qos.AT_LEAST_ONCE, 1 + i % UNDER_WAY));
        if (i % UNDER_WAY == UNDER_WAY - 1 || i == messages - 1) {
          for (int acknowledged = 0; acknowledged <= i % UNDER_WAY; acknowledged++) {
            publisher.read(Puback.class);
          }
        }
      }
    }
    return IntStream.range(0, messages).mapToObj(Integer::toString).toList();
  }

  @ParameterizedTest
  @MethodSource("libraries")
  void everyLibraryReadsThePastAndThenThePresent(ClientLibrary library, NodeProcess node)
      throws Exception {
    String topic = "replay/" + library.name().replaceAll("\\W+", "-");
    publish(node, topic, 3);
    try (Client client = library.connect(node, "replay-" + library.hashCode())) {
      client.subscribe("$replay/1h/" + topic, 1);
      for (int i = 0; i < 3; i++) {
        Client.Received message = client.receive();
        assertThat(message.topic()).isEqualTo(topic);
        assertThat(message.payload()).asString(UTF_8).isEqualTo(Integer.toString(i));
      }
      publish(node, topic, 1);
      assertThat(client.receive().payload()).asString(UTF_8).isEqualTo("0");
    }
  }

  @Test
  void atQos0MosquittoGetsEveryMessageInOrder(NodeProcess node) throws Exception {
    List<String> sent = publish(node, "replay/many", MESSAGES);
    List<String> command =
        MosquittoClient.command(
            "mosquitto_sub",
            node.mqtt(),
            "-t",
            "$replay/earliest/replay/many",
            "-C",
            Integer.toString(MESSAGES));
    try (Spawned sub = MosquittoClient.start(command)) {
      assertThat(sub.rest()).isEqualTo(sent);
    }
  }

  private static Mqtt5BlockingClient hive(NodeProcess node, String clientId) {
    return Mqtt5Client.builder()
        .identifier(clientId)
        .serverHost("127.0.0.1")
        .serverPort(node.mqtt())
        .buildBlocking();
  }

  private static void replay(Mqtt5BlockingClient client, String filter, String from) {
    client
        .subscribeWith()
        .topicFilter(filter)
        .qos(MqttQos.AT_LEAST_ONCE)
        .userProperties()
        .add("replay-from", from)
        .add("position", "true")
        .applyUserProperties()
        .send();
  }

  private static String property(Mqtt5Publish message, String name) {
    return message.getUserProperties().asList().stream()
        .filter(each -> each.getName().toString().equals(name))
        .map(each -> each.getValue().toString())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aClientWithoutASessionResumesAtThePositionItKept(NodeProcess node) throws Exception {
    publish(node, "replay/resume", 3);
    Mqtt5BlockingClient client = hive(node, "resumes");
    Inbox<Mqtt5Publish> inbox = new Inbox<>();
    client.toAsync().publishes(MqttGlobalPublishFilter.ALL, inbox::add);
    client.connect();
    replay(client, "replay/resume", "earliest");
    assertThat(inbox.next().getPayloadAsBytes()).asString(UTF_8).isEqualTo("0");
    Mqtt5Publish second = inbox.next();
    client.disconnect();

    Mqtt5BlockingClient later = hive(node, "resumes-later");
    Inbox<Mqtt5Publish> rest = new Inbox<>();
    later.toAsync().publishes(MqttGlobalPublishFilter.ALL, rest::add);
    later.connect();
    replay(later, "replay/resume", property(second, "position"));
    Mqtt5Publish again = rest.next();
    assertThat(again.getPayloadAsBytes()).asString(UTF_8).isEqualTo("1");
    assertThat(property(again, "position")).isEqualTo(property(second, "position"));
    assertThat(rest.next().getPayloadAsBytes()).asString(UTF_8).isEqualTo("2");
    later.disconnect();
  }

  @Test
  void aPlaceThatIsNotThereIsRefusedInWords(NodeProcess node) {
    Mqtt5BlockingClient client = hive(node, "nowhere");
    client.connect();
    assertThatThrownBy(() -> replay(client, "replay/x", "nowhere/0/1/7"))
        .isInstanceOfSatisfying(
            Mqtt5SubAckException.class,
            e ->
                assertThat(e.getMqttMessage().getReasonString().orElseThrow())
                    .asString()
                    .contains("no stream 'nowhere'"));
    client.disconnect();
  }
}
