package io.forebay.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAck;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.forebay.core.message.Properties;
import io.forebay.core.message.Qos;
import io.forebay.core.session.Will;
import io.forebay.mqtt.Connack;
import io.forebay.mqtt.Connect;
import io.forebay.mqtt.Disconnect;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.Publish;
import io.forebay.mqtt.ReasonCode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// What a session keeps while its client is away, and who owns it.
@ExtendWith(SharedNode.class)
class SessionIT {
  private static final int MESSAGES = 500;

  private static Mqtt5BlockingClient hive(NodeProcess node, String clientId) {
    return Mqtt5Client.builder()
        .identifier(clientId)
        .serverHost("127.0.0.1")
        .serverPort(node.mqtt())
        .buildBlocking();
  }

  private static Mqtt5ConnAck resume(Mqtt5BlockingClient client) {
    return client.connectWith().cleanStart(false).sessionExpiryInterval(300).send();
  }

  @ParameterizedTest
  @CsvSource({"AT_LEAST_ONCE", "EXACTLY_ONCE"})
  void whatWasPublishedMeanwhileArrivesInOrderAndOnce(MqttQos qos, NodeProcess node)
      throws Exception {
    String topic = "session/away/" + qos;
    Mqtt5BlockingClient away = hive(node, "away-" + qos);
    Inbox<Mqtt5Publish> inbox = new Inbox<>();
    away.toAsync().publishes(MqttGlobalPublishFilter.ALL, inbox::add);
    resume(away);
    away.subscribeWith().topicFilter(topic).qos(qos).send();
    away.disconnect();
    List<String> sent = IntStream.range(0, MESSAGES).mapToObj(Integer::toString).toList();
    Mqtt5BlockingClient publisher = hive(node, "publishing-" + qos);
    publisher.connect();
    for (String each : sent) {
      publisher.publishWith().topic(topic).qos(qos).payload(each.getBytes(UTF_8)).send();
    }
    assertThat(resume(away).isSessionPresent()).isTrue();
    publisher.publishWith().topic(topic).qos(qos).payload("end".getBytes(UTF_8)).send();
    List<String> received = new ArrayList<>();
    for (String each = text(inbox); !each.equals("end"); each = text(inbox)) {
      received.add(each);
    }
    assertThat(received).isEqualTo(sent);
    publisher.disconnect();
    away.disconnectWith().sessionExpiryInterval(0).send();
  }

  private static String text(Inbox<Mqtt5Publish> inbox) throws InterruptedException {
    return new String(inbox.next().getPayloadAsBytes(), UTF_8);
  }

  @Test
  void mosquittosPersistentClientGetsWhatItMissed(NodeProcess node) throws Exception {
    String[] options = {"-i", "m-away", "-c", "-q", "1", "-t", "session/m", "-F", "message %p"};
    try (Spawned first = MosquittoClient.sub(node, options)) {
      first.terminate();
      first.exitCode();
    }
    MosquittoClient.pub(node, "-t", "session/m", "-q", "1", "-m", "one");
    MosquittoClient.pub(node, "-t", "session/m", "-q", "1", "-m", "two");
    try (Spawned second = MosquittoClient.start(subCommand(node, options))) {
      assertThat(second.line(l -> l.startsWith("message "))).isEqualTo("message one");
      assertThat(second.line(l -> l.startsWith("message "))).isEqualTo("message two");
    }
  }

  private static List<String> subCommand(NodeProcess node, String... options) {
    return MosquittoClient.command("mosquitto_sub", node.mqtt(), options);
  }

  @Test
  void aSessionEndsWhenItsExpiryHasPassed(NodeProcess node) throws Exception {
    // A will is published at the end of its session if that comes before the end of its delay.
    Will will =
        new Will("session/over", new byte[0], Qos.AT_MOST_ONCE, false, Properties.NONE, -1, 1000);
    Connect brief =
        RawClient.connect(ProtocolVersion.V5, "brief", false, 0, 1, Connect.NO_LIMIT, 0, will);
    try (RawClient witness = RawClient.connected(node, "brief-witness")) {
      witness.subscribe("session/over", Qos.AT_MOST_ONCE);
      RawClient.connected(node, brief).close();
      witness.read(Publish.class);
      try (RawClient again = new RawClient(node.mqtt(), ProtocolVersion.V5)) {
        assertThat(again.connect(brief).sessionPresent()).isFalse();
        again.send(Disconnect.of(ReasonCode.SUCCESS, null));
        again.expectEnd();
      }
    }
  }

  @Test
  void aCleanStartForgetsTheOldSession(NodeProcess node) throws Exception {
    Connect keep = RawClient.connect(ProtocolVersion.V5, "clean", false, 0, 300);
    Connect clean = RawClient.connect(ProtocolVersion.V5, "clean", true, 0, 300);
    try (RawClient first = RawClient.connected(node, keep)) {
      first.subscribe("session/clean", Qos.AT_LEAST_ONCE);
      first.send(Disconnect.of(ReasonCode.SUCCESS, null));
      first.expectEnd();
    }
    try (RawClient second = new RawClient(node.mqtt(), ProtocolVersion.V5)) {
      assertThat(second.connect(clean).sessionPresent()).isFalse();
      MosquittoClient.pub(node, "-t", "session/clean", "-m", "x", "-q", "1");
      second.expectNothingElse();
    }
  }

  @Test
  void anUnacknowledgedMessageComesAgainAsDuplicate(NodeProcess node) throws Exception {
    Connect keep = RawClient.connect(ProtocolVersion.V5, "forgetful", false, 0, 300);
    int packetId;
    try (RawClient first = RawClient.connected(node, keep)) {
      first.subscribe("session/dup", Qos.AT_LEAST_ONCE);
      MosquittoClient.pub(node, "-t", "session/dup", "-m", "x", "-q", "1");
      Publish message = first.read(Publish.class);
      assertThat(message.dup()).isFalse();
      packetId = message.packetId();
    }
    try (RawClient second = RawClient.connected(node, keep)) {
      Publish again = second.read(Publish.class);
      assertThat(again.dup()).isTrue();
      assertThat(again.packetId()).isEqualTo(packetId);
    }
  }

  @Test
  void aSecondConnectionTakesTheSessionOverAndTheFirstIsTold(NodeProcess node) throws Exception {
    try (RawClient first = RawClient.connected(node, "twice-5");
        RawClient second = RawClient.connected(node, "twice-5")) {
      assertThat(first.read(Disconnect.class).reason()).isEqualTo(ReasonCode.SESSION_TAKEN_OVER);
      first.expectEnd();
      second.expectNothingElse();
    }
  }

  @Test
  void reconnectingAtOnceAlwaysSucceeds(NodeProcess node) throws Exception {
    Connect keep = RawClient.connect(ProtocolVersion.V5, "restless", false, 0, 300);
    for (int i = 0; i < 500; i++) {
      try (RawClient client = new RawClient(node.mqtt(), ProtocolVersion.V5)) {
        assertThat(client.connect(keep).sessionPresent()).isEqualTo(i > 0);
      }
    }
  }

  @Test
  void mqttJsSeesThatItWasTakenOver(NodeProcess node) throws Exception {
    try (MqttJsClient first =
            new MqttJsClient("mqtt://127.0.0.1:" + node.mqtt(), MqttJsClient.options(5, "js"));
        RawClient second = RawClient.connected(node, "js")) {
      assertThat(first.answer()).isEqualTo("disconnected\t142");
      second.expectNothingElse();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"V3_1", "V3_1_1"})
  void aTakenOverClientOfAnOlderVersionIsJustClosed(ProtocolVersion version, NodeProcess node)
      throws Exception {
    Connect connect = RawClient.connect(version, "twice-" + version, true, 0, 0);
    try (RawClient first = RawClient.connected(node, connect);
        RawClient second = RawClient.connected(node, connect)) {
      first.expectEnd();
      second.expectNothingElse();
    }
  }

  @Test
  void aClientWithoutIdGetsOne(NodeProcess node) throws Exception {
    try (RawClient one = new RawClient(node.mqtt(), ProtocolVersion.V5);
        RawClient other = new RawClient(node.mqtt(), ProtocolVersion.V5)) {
      Connack first = one.connect(RawClient.v5(""));
      Connack second = other.connect(RawClient.v5(""));
      assertThat(first.assignedClientId()).isNotEmpty();
      assertThat(second.assignedClientId()).isNotEmpty().isNotEqualTo(first.assignedClientId());
    }
  }
}
