package io.forebay.mqtt.connection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.message.Qos;
import io.forebay.core.routing.Figure;
import io.forebay.mqtt.Connack;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.Puback;
import io.forebay.mqtt.ReasonCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What a node that has enough does about those who come: a crowd at the door, an overload,
/// retained messages that fill it.
class DefenceTest {
  private final TestNode node = TestNode.withDefaults();

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  void whoIsTooManyAtTheDoorIsToldWhenItHasSaidConnect(ProtocolVersion version) {
    TestClient client = node.socket(version);
    client.refusal = "this address has as many connections as it may";
    client.send(ConnectDraft.of(version, "a").packet());
    assertThat(client.next(Connack.class).reason())
        .isEqualTo(
            version == ProtocolVersion.V5
                ? ReasonCode.QUOTA_EXCEEDED
                : ReasonCode.SERVER_UNAVAILABLE);
    client.assertClosed();
    assertThat(node.broker.connectedClients()).isZero();
    assertThat(node.count(Figure.CONNECTIONS_REFUSED)).isOne();
  }

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  void anOverloadedNodeLetsNobodyInUntilItIsOver(ProtocolVersion version) {
    node.broker.overloaded(true);
    TestClient refused = node.open(ConnectDraft.of(version, "a"));
    assertThat(refused.next(Connack.class).reason())
        .isEqualTo(
            version == ProtocolVersion.V5 ? ReasonCode.SERVER_BUSY : ReasonCode.SERVER_UNAVAILABLE);
    refused.assertClosed();
    node.broker.overloaded(false);
    node.connect(version, "a").assertOpen();
  }

  @Test
  void whoeverWaitsToBeLetInIsRefusedWhenTheNodeIsOverloaded() {
    TestNode slow = TestNode.with(new QuotasDraft().connects(1, Integer.MAX_VALUE).quotas());
    slow.connect(ProtocolVersion.V5, "first");
    TestClient second = slow.open(ConnectDraft.of(ProtocolVersion.V5, "second"));
    second.assertNothing();
    slow.broker.overloaded(true);
    slow.seconds(2);
    assertThat(second.next(Connack.class).reason()).isEqualTo(ReasonCode.SERVER_BUSY);
  }

  @Test
  void anOverloadedNodeDoesNotReadPublishersAndStillAcknowledgesAndDelivers() {
    TestClient subscriber = node.connect(ProtocolVersion.V5, "subscriber");
    subscriber.subscribe("t", Qos.AT_LEAST_ONCE);
    TestClient publisher = node.connect(ProtocolVersion.V5, "publisher");
    node.broker.overloaded(true);
    publisher.publish("t", "taken", Qos.AT_LEAST_ONCE, 1);
    assertThat(publisher.next(Puback.class).reason()).isEqualTo(ReasonCode.SUCCESS);
    subscriber.puback(subscriber.nextMessage("taken").packetId());
    assertThat(publisher.reads()).isFalse();
    assertThat(subscriber.reads()).isTrue();
    publisher.publish("t", "waits in the socket", Qos.AT_LEAST_ONCE, 2);
    publisher.assertNothing();
    subscriber.assertNothing();
    node.broker.overloaded(false);
    node.run();
    assertThat(publisher.next(Puback.class).packetId()).isEqualTo(2);
    subscriber.nextMessage("waits in the socket");
  }

  @Test
  void sayingTwiceThatItIsOverloadedIsSayingItOnce() {
    TestClient publisher = node.connect(ProtocolVersion.V5, "publisher");
    node.broker.overloaded(true);
    node.broker.overloaded(true);
    node.broker.overloaded(false);
    publisher.publish("t", "x", Qos.AT_LEAST_ONCE, 1);
    assertThat(publisher.reads()).isTrue();
  }

  @Test
  void largeRetainedMessagesAreReadAFewAtATimeAndAllCome() {
    TestClient publisher = node.connect(ProtocolVersion.V5, "publisher");
    for (int i = 0; i < 20; i++) {
      publisher.publishRetained("large/" + i, "x".repeat(100_000));
    }
    TestClient subscriber = node.connect(ProtocolVersion.V5, "subscriber");
    subscriber.subscribe("large/#", Qos.AT_MOST_ONCE);
    assertThat(subscriber.messages()).hasSize(20);
  }

  @Test
  void retainedMessagesBeyondTheirSizeAreRefusedUntilThereIsRoom() {
    TestNode small = TestNode.with(new QuotasDraft().retainedBytes(1_000).quotas());
    TestClient client = small.connect(ProtocolVersion.V5, "a");
    client.publishRetained("first", "x".repeat(600));
    client.assertOpen();
    client.publishRetained("second", "x".repeat(600));
    client.assertDisconnected(ReasonCode.QUOTA_EXCEEDED);
    TestClient again = small.connect(ProtocolVersion.V5, "a");
    again.publishRetained("first", "");
    again.publishRetained("second", "x".repeat(600));
    again.assertOpen();
    assertThat(small.broker.retainedBytes())
        .isBetween(600L + "second".getBytes(UTF_8).length, 1_000L);
  }
}
