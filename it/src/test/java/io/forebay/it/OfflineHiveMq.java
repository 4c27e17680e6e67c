package io.forebay.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAck;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// An MQTT 5 client that is away while the node is restarted.
final class OfflineHiveMq implements RestartPromise {
  private static final int MESSAGES = 200;

  @Override
  public String name() {
    return "HiveMQ's client has its session and what was queued, in order, then what is new";
  }

  private static Mqtt5BlockingClient client(NodeProcess node, Inbox<Mqtt5Publish> inbox) {
    Mqtt5BlockingClient client =
        Mqtt5Client.builder()
            .identifier("restart-hive")
            .serverHost("127.0.0.1")
            .serverPort(node.mqtt())
            .buildBlocking();
    client.toAsync().publishes(MqttGlobalPublishFilter.ALL, inbox::add);
    return client;
  }

  private static Mqtt5ConnAck resume(Mqtt5BlockingClient client) {
    return client.connectWith().cleanStart(false).sessionExpiryInterval(3_600).send();
  }

  @Override
  public void before(NodeProcess node) throws Exception {
    Mqtt5BlockingClient away = client(node, new Inbox<>());
    assertThat(resume(away).isSessionPresent()).isFalse();
    away.subscribeWith().topicFilter("restart/hive/+").qos(MqttQos.EXACTLY_ONCE).send();
    away.disconnect();
    try (HiveMq5Client publisher = new HiveMq5Client(node, "restart-hive-pub")) {
      for (int i = 0; i < MESSAGES; i++) {
        publisher.publish("restart/hive/x", Integer.toString(i).getBytes(UTF_8), 1 + i % 2, false);
      }
    }
  }

  @Override
  public void after(NodeProcess node, boolean inOrder) throws Exception {
    Inbox<Mqtt5Publish> inbox = new Inbox<>();
    Mqtt5BlockingClient back = client(node, inbox);
    assertThat(resume(back).isSessionPresent()).isTrue();
    MosquittoClient.pub(node, "-t", "restart/hive/y", "-q", "2", "-m", "end");
    List<String> received = new ArrayList<>();
    for (String each = text(inbox); !each.equals("end"); each = text(inbox)) {
      received.add(each);
    }
    assertThat(received)
        .isEqualTo(IntStream.range(0, MESSAGES).mapToObj(Integer::toString).toList());
    back.disconnect();
  }

  private static String text(Inbox<Mqtt5Publish> inbox) throws InterruptedException {
    return new String(inbox.next().getPayloadAsBytes(), UTF_8);
  }
}
