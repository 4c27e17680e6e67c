package io.forebay.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.message.Properties;
import io.forebay.core.message.Qos;
import io.forebay.core.message.UserProperty;
import io.forebay.mqtt.Connack;
import io.forebay.mqtt.Connect;
import io.forebay.mqtt.Disconnect;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.Puback;
import io.forebay.mqtt.Publish;
import io.forebay.mqtt.ReasonCode;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// The MQTT 5 properties of a message: what is passed on, what is checked, what is counted down.
@ExtendWith(SharedNode.class)
class MessagePropertiesIT {
  private static final int PACKET_BYTES = 1 << 20;

  @Test
  void whatMosquittoSaysOfAMessageMqttJsReads(NodeProcess node) throws Exception {
    try (MqttJsClient js =
        new MqttJsClient("mqtt://127.0.0.1:" + node.mqtt(), MqttJsClient.options(5, "js-p"))) {
      js.subscribe("properties/x", 1);
      MosquittoClient.pub(
          node,
          "-V",
          "mqttv5",
          "-t",
          "properties/x",
          "-m",
          "{}",
          "-q",
          "1",
          "-D",
          "publish",
          "content-type",
          "application/json",
          "-D",
          "publish",
          "response-topic",
          "answers/here",
          "-D",
          "publish",
          "correlation-data",
          "42",
          "-D",
          "publish",
          "payload-format-indicator",
          "1",
          "-D",
          "publish",
          "user-property",
          "a",
          "first",
          "-D",
          "publish",
          "user-property",
          "b",
          "ü",
          "-D",
          "publish",
          "user-property",
          "a",
          "second");
      assertThat(js.next().properties())
          .contains("\"contentType\":\"application/json\"")
          .contains("\"responseTopic\":\"answers/here\"")
          .contains("\"correlationData\":\"42\"")
          .contains("\"payloadFormatIndicator\":true")
          .contains("\"a\":[\"first\",\"second\"]")
          .contains("\"b\":\"ü\"");
    }
  }

  @Test
  void userPropertiesKeepTheirOrder(NodeProcess node) throws Exception {
    List<UserProperty> given =
        List.of(new UserProperty("b", "1"), new UserProperty("a", ""), new UserProperty("b", "0"));
    Properties properties = properties(false, null, null, given);
    try (RawClient client = RawClient.connected(node, "ordered")) {
      client.subscribe("ordered", Qos.AT_MOST_ONCE);
      client.send(message("ordered", new byte[1], properties, -1, Qos.AT_MOST_ONCE));
      assertThat(client.read(Publish.class).properties().userProperties()).isEqualTo(given);
    }
  }

  // NullAway: javac leaves the type annotation of an array off the parameters of a compact record
  // constructor in another module, so that `correlationData` looks as if it must not be null.
  @SuppressWarnings("NullAway")
  private static Properties properties(
      boolean text,
      @Nullable String responseTopic,
      byte @Nullable [] correlationData,
      List<UserProperty> userProperties) {
    return new Properties(text, text, null, responseTopic, correlationData, userProperties);
  }

  private static Publish message(
      String topic, byte[] payload, Properties properties, long expirySeconds, Qos qos) {
    return new Publish(
        qos == Qos.AT_MOST_ONCE ? 0 : 9,
        false,
        qos,
        false,
        topic,
        0,
        expirySeconds,
        Publish.NO_SUBSCRIPTION_IDS,
        properties,
        payload);
  }

  @Test
  void aPayloadThatIsNotTheTextItClaimsToBeIsRefused(NodeProcess node) throws Exception {
    Properties text = properties(true, null, null, List.of());
    try (RawClient client = RawClient.connected(node, "no-text")) {
      client.send(message("text", new byte[] {(byte) 0xFF}, text, -1, Qos.AT_LEAST_ONCE));
      assertThat(client.read(Puback.class).reason()).isEqualTo(ReasonCode.PAYLOAD_FORMAT_INVALID);
      client.expectNothingElse();
    }
  }

  @Test
  void theRemainingLifetimeIsPassedOnAndTheExpiredIsNotDelivered(NodeProcess node)
      throws Exception {
    Connect keep = RawClient.connect(ProtocolVersion.V5, "expiring", false, 0, 300);
    try (RawClient first = RawClient.connected(node, keep)) {
      first.subscribe("expiring/#", Qos.AT_LEAST_ONCE);
      first.send(Disconnect.of(ReasonCode.SUCCESS, null));
      first.expectEnd();
    }
    try (RawClient publisher = RawClient.connected(node, "expiring-pub");
        RawClient witness = RawClient.connected(node, "expiring-witness")) {
      publisher.send(expiring("expiring/short", 1));
      publisher.read(Puback.class);
      publisher.send(expiring("expiring/long", 1000));
      publisher.read(Puback.class);
      // The node's own clock says when the short one has expired.
      publisher.send(expiringRetained("lifetime", 1000));
      publisher.read(Puback.class);
      Await.until(
          "a retained message has aged by two seconds",
          () -> {
            witness.subscribe("lifetime", Qos.AT_MOST_ONCE);
            return witness.read(Publish.class).expirySeconds() <= 998;
          });
    }
    try (RawClient back = RawClient.connected(node, keep)) {
      Publish message = back.read(Publish.class);
      assertThat(message.topic()).isEqualTo("expiring/long");
      assertThat(message.expirySeconds()).isBetween(900L, 998L);
      back.expectNothingElse();
      back.send(new Disconnect(ReasonCode.SUCCESS, 0, null, List.of(), null));
      back.expectEnd();
    }
  }

  private static Publish expiring(String topic, long seconds) {
    return message(topic, new byte[1], Properties.NONE, seconds, Qos.AT_LEAST_ONCE);
  }

  private static Publish expiringRetained(String topic, long seconds) {
    return new Publish(
        9,
        false,
        Qos.AT_LEAST_ONCE,
        true,
        topic,
        0,
        seconds,
        Publish.NO_SUBSCRIPTION_IDS,
        Properties.NONE,
        new byte[1]);
  }

  @Test
  void aClientIsSparedThePacketsThatAreTooLargeForIt(NodeProcess node) throws Exception {
    Connect small = RawClient.connect(ProtocolVersion.V5, "small", true, 0, 0, 100, 0, null);
    try (RawClient client = RawClient.connected(node, small);
        RawClient publisher = RawClient.connected(node, "large-pub")) {
      client.subscribe("sizes", Qos.AT_LEAST_ONCE);
      publisher.send(RawClient.publish("sizes", new byte[200], Qos.AT_LEAST_ONCE, 1));
      publisher.read(Puback.class);
      publisher.send(RawClient.publish("sizes", new byte[20], Qos.AT_LEAST_ONCE, 1));
      publisher.read(Puback.class);
      assertThat(client.read(Publish.class).payload()).hasSize(20);
      client.expectNothingElse();
    }
  }

  @Test
  void aPacketThatIsTooLargeForTheNodeEndsTheConnection(NodeProcess node) throws Exception {
    try (RawClient client = new RawClient(node.mqtt(), ProtocolVersion.V5)) {
      Connack connack = client.connect(RawClient.v5("too-large"));
      assertThat(connack.maximumPacketSize()).isEqualTo(PACKET_BYTES);
      // The header alone tells: 0x100000 bytes follow.
      client.send(0x30, 0x80, 0x80, 0x40);
      assertThat(client.read(Disconnect.class).reason()).isEqualTo(ReasonCode.PACKET_TOO_LARGE);
      client.expectEnd();
    }
  }

  @Test
  void anAnswerIsFoundByResponseTopicAndCorrelationData(NodeProcess node) throws Exception {
    byte @Nullable [] correlation = "job 7".getBytes(UTF_8);
    Properties question = properties(false, "answers/asker", correlation, List.of());
    try (RawClient asker = RawClient.connected(node, "asker");
        RawClient worker = RawClient.connected(node, "worker")) {
      asker.subscribe("answers/asker", Qos.AT_MOST_ONCE);
      worker.subscribe("jobs", Qos.AT_MOST_ONCE);
      asker.send(message("jobs", new byte[1], question, -1, Qos.AT_MOST_ONCE));
      Properties asked = worker.read(Publish.class).properties();
      assertThat(asked.responseTopic()).isEqualTo("answers/asker");
      worker.send(
          message(
              "answers/asker",
              "done".getBytes(UTF_8),
              properties(false, null, asked.correlationData(), List.of()),
              -1,
              Qos.AT_MOST_ONCE));
      assertThat(asker.read(Publish.class).properties().correlationData()).isEqualTo(correlation);
    }
  }
}
