package io.forebay.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.message.Qos;
import io.forebay.mqtt.Connect;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.Puback;
import io.forebay.mqtt.Publish;
import io.forebay.mqtt.ReasonCode;
import io.forebay.mqtt.Subscribe;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Filters and the options of subscriptions.
@ExtendWith(SharedNode.class)
class SubscriptionIT {

  private static Subscribe.Entry entry(String filter, Qos qos) {
    return new Subscribe.Entry(filter, qos, false, false, 0);
  }

  @ParameterizedTest
  @CsvSource({
    "wild/a/+/c, wild/a/b/c, wild/a/b/b/c",
    "wild/b/#, wild/b, wild/bb",
    "wild/c/#, wild/c/x/y, wildc/c/x",
    "wild/d/+, wild/d/, wild/d",
    "+/e/wild, /e/wild, e/wild",
    "wild/f/+/+/#, wild/f//, wild/f/x",
  })
  void wildcardsMatchLevels(String filter, String match, String other, NodeProcess node)
      throws Exception {
    try (Spawned sub = MosquittoClient.sub(node, "-t", filter, "-F", "message %t %p")) {
      MosquittoClient.pub(node, "-t", other, "-m", "other");
      MosquittoClient.pub(node, "-t", match, "-m", "match");
      assertThat(sub.line(line -> line.startsWith("message ")))
          .isEqualTo("message " + match + " match");
    }
  }

  @Test
  void wildcardsDoNotMatchSys(NodeProcess node) throws Exception {
    try (Spawned everything =
            MosquittoClient.sub(node, "-t", "#", "-t", "+/broker/#", "-F", "message %t");
        RawClient sys = RawClient.connected(node, "sees-sys")) {
      sys.subscribe("$SYS/broker/uptime", Qos.AT_MOST_ONCE);
      // Twice: the second is not retained but live, and was published after the others subscribed.
      sys.read(Publish.class);
      Publish live = sys.read(Publish.class);
      assertThat(live.topic()).isEqualTo("$SYS/broker/uptime");
      MosquittoClient.pub(node, "-t", "after/sys", "-m", "x");
      String next = everything.line(line -> line.startsWith("message "));
      while (!next.equals("message after/sys")) {
        assertThat(next).doesNotContain("$SYS");
        next = everything.line(line -> line.startsWith("message "));
      }
    }
  }

  @Test
  void overlappingSubscriptionsDeliverOnceWithAllIdsAndTheHighestQos(NodeProcess node)
      throws Exception {
    try (RawClient client = RawClient.connected(node, "overlap")) {
      client.subscribe(1, entry("overlap/#", Qos.AT_MOST_ONCE));
      client.subscribe(22, entry("overlap/+", Qos.EXACTLY_ONCE));
      client.subscribe(333, entry("overlap/x", Qos.AT_LEAST_ONCE));
      MosquittoClient.pub(node, "-t", "overlap/x", "-m", "once", "-q", "2");
      Publish message = client.read(Publish.class);
      assertThat(message.qos()).isEqualTo(Qos.EXACTLY_ONCE);
      assertThat(message.subscriptionIds()).containsExactlyInAnyOrder(1, 22, 333);
      client.expectNothingElse();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mqttv31", "mqttv311", "mqttv5"})
  void overlappingSubscriptionsDeliverOnceInEveryVersion(String version, NodeProcess node)
      throws Exception {
    try (Spawned sub =
        MosquittoClient.sub(
            node,
            "-V",
            version,
            "-t",
            "overlaps/#",
            "-t",
            "overlaps/" + version,
            "-q",
            "1",
            "-F",
            "message %p")) {
      MosquittoClient.pub(node, "-t", "overlaps/" + version, "-m", "one");
      MosquittoClient.pub(node, "-t", "overlaps/" + version, "-m", "two");
      assertThat(sub.line(line -> line.startsWith("message "))).isEqualTo("message one");
      assertThat(sub.line(line -> line.startsWith("message "))).isEqualTo("message two");
    }
  }

  @Test
  void aClientDoesNotHearItselfIfItSaysNoLocal(NodeProcess node) throws Exception {
    try (RawClient deaf = RawClient.connected(node, "deaf")) {
      deaf.subscribe(0, new Subscribe.Entry("local/x", Qos.AT_MOST_ONCE, true, false, 0));
      deaf.send(RawClient.publish("local/x", "own".getBytes(UTF_8), Qos.AT_MOST_ONCE, 0));
      MosquittoClient.pub(node, "-t", "local/x", "-m", "other");
      assertThat(deaf.read(Publish.class).payload()).asString(UTF_8).isEqualTo("other");
    }
  }

  @Test
  void mqttJsGetsItsSubscriptionId(NodeProcess node) throws Exception {
    try (MqttJsClient client =
        new MqttJsClient("mqtt://127.0.0.1:" + node.mqtt(), MqttJsClient.options(5, "js-id"))) {
      client.subscribe("id/x", "{\"qos\":1,\"properties\":{\"subscriptionIdentifier\":77}}");
      client.publish("id/x", new byte[1], 1, false);
      assertThat(client.next().properties()).contains("\"subscriptionIdentifier\":77");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a/#/b", "a+/b", "a/b#", "$share/g/", "$share//x", "$share/g+/x"})
  void anInvalidFilterIsRefusedAndTheOthersAreGranted(String filter, NodeProcess node)
      throws Exception {
    try (RawClient client = RawClient.connected(node, "invalid-filter")) {
      assertThat(
              client
                  .subscribe(0, entry(filter, Qos.AT_LEAST_ONCE), entry("fine", Qos.AT_LEAST_ONCE))
                  .reasons())
          .isEqualTo(List.of(ReasonCode.TOPIC_FILTER_INVALID, ReasonCode.GRANTED_QOS_1));
      client.expectNothingElse();
    }
  }

  @Test
  void publishingToSysIsNotAllowed(NodeProcess node) throws Exception {
    try (RawClient client = RawClient.connected(node, "sys-writer")) {
      client.send(RawClient.publish("$SYS/x", new byte[1], Qos.AT_LEAST_ONCE, 7));
      Puback answer = client.read(Puback.class);
      assertThat(answer.packetId()).isEqualTo(7);
      assertThat(answer.reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
      client.expectNothingElse();
    }
  }

  @Test
  void topicAliasesWorkInBothDirections(NodeProcess node) throws Exception {
    Connect connect =
        RawClient.connect(ProtocolVersion.V5, "alias", true, 0, 0, Connect.NO_LIMIT, 5, null);
    try (RawClient client = RawClient.connected(node, connect)) {
      client.subscribe("alias/topic", Qos.AT_MOST_ONCE);
      client.send(RawClient.publish("alias/topic", 3, new byte[1], Qos.AT_MOST_ONCE, 0));
      client.send(RawClient.publish("", 3, new byte[2], Qos.AT_MOST_ONCE, 0));
      Publish first = client.read(Publish.class);
      Publish second = client.read(Publish.class);
      assertThat(first.topic()).isEqualTo("alias/topic");
      assertThat(first.payload()).hasSize(1);
      assertThat(first.topicAlias()).isBetween(1, 5);
      assertThat(second.topic()).isEmpty();
      assertThat(second.topicAlias()).isEqualTo(first.topicAlias());
      assertThat(second.payload()).hasSize(2);
    }
  }

  @Test
  void mqttJsUsesAliasesByItself(NodeProcess node) throws Exception {
    String options =
        """
        {"protocolVersion":5,"clientId":"js-alias","autoAssignTopicAlias":true,\
        "properties":{"topicAliasMaximum":10}}\
        """;
    try (MqttJsClient client = new MqttJsClient("mqtt://127.0.0.1:" + node.mqtt(), options)) {
      client.subscribe("js/alias", 1);
      for (int i = 1; i <= 3; i++) {
        client.publish("js/alias", new byte[i], 1, false);
        Client.Received message = client.receive();
        assertThat(message.topic()).isEqualTo("js/alias");
        assertThat(message.payload()).hasSize(i);
      }
    }
  }
}
