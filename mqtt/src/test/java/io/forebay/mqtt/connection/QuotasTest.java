package io.forebay.mqtt.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.message.Qos;
import io.forebay.core.routing.Figure;
import io.forebay.mqtt.Connack;
import io.forebay.mqtt.Disconnect;
import io.forebay.mqtt.Pingreq;
import io.forebay.mqtt.Pingresp;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.Puback;
import io.forebay.mqtt.ReasonCode;
import io.forebay.mqtt.Subscribe;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What clients may take of what all share.
class QuotasTest {

  // ---------------------------------------------------------------- coming in

  @Test
  void clientsBeyondTheRateWaitAndComeInInTheirOrder() {
    TestNode node = TestNode.with(new QuotasDraft().connects(2, 10).quotas());
    node.connect(ProtocolVersion.V5, "first");
    node.connect(ProtocolVersion.V5, "second");
    TestClient third = node.open(ConnectDraft.v5("third"));
    TestClient fourth = node.open(ConnectDraft.v5("fourth"));
    third.assertNothing();
    assertThat(node.broker.connectQueue()).isEqualTo(2);
    node.millis(500);
    assertThat(third.next(Connack.class).reason()).isEqualTo(ReasonCode.SUCCESS);
    fourth.assertNothing();
    node.millis(500);
    assertThat(fourth.next(Connack.class).reason()).isEqualTo(ReasonCode.SUCCESS);
    assertThat(node.broker.connectQueue()).isZero();
  }

  @Test
  void whenAsManyWaitAsMayTheNextIsRefused() {
    TestNode node = TestNode.with(new QuotasDraft().connects(1, 1).quotas());
    node.connect(ProtocolVersion.V5, "in");
    TestClient waiting = node.open(ConnectDraft.v5("waiting"));
    TestClient refused = node.open(ConnectDraft.v5("refused"));
    assertThat(refused.next(Connack.class).reason()).isEqualTo(ReasonCode.CONNECTION_RATE_EXCEEDED);
    refused.assertClosed();
    node.open(ConnectDraft.of(ProtocolVersion.V3_1_1, "old")).assertClosed();
    node.seconds(1);
    assertThat(waiting.next(Connack.class).reason()).isEqualTo(ReasonCode.SUCCESS);
  }

  @Test
  void whoGoesWhileItWaitsHoldsNobodyUp() {
    TestNode node = TestNode.with(new QuotasDraft().connects(1, 10).quotas());
    node.connect(ProtocolVersion.V5, "in");
    TestClient gone = node.open(ConnectDraft.v5("gone"));
    TestClient next = node.open(ConnectDraft.v5("next"));
    gone.drop();
    node.seconds(1);
    assertThat(next.next(Connack.class).reason()).isEqualTo(ReasonCode.SUCCESS);
    assertThat(node.broker.connectQueue()).isZero();
    assertThat(node.broker.connectedClients()).isEqualTo(2);
  }

  @Test
  void aClientThatWaitsForUsIsNotTakenForSlow() {
    TestNode node = TestNode.with(new QuotasDraft().connects(1, 100).quotas());
    node.connect(ProtocolVersion.V5, "in");
    TestClient last = node.socket(ProtocolVersion.V5);
    for (int i = 0; i < 30; i++) {
      node.open(ConnectDraft.v5("c" + i));
    }
    last.send(ConnectDraft.v5("last").packet());
    node.seconds(30);
    last.assertNothing();
    last.assertOpen();
    node.seconds(1);
    assertThat(last.next(Connack.class).reason()).isEqualTo(ReasonCode.SUCCESS);
  }

  @Test
  void aUserHasAsManyConnectionsAsItMay() {
    TestNode node = TestNode.with(new QuotasDraft().connectionsPerUser(1).quotas());
    TestClient first = node.connect(ConnectDraft.v5("a").username("bob"));
    TestClient second = node.open(ConnectDraft.v5("b").username("bob"));
    assertThat(second.next(Connack.class).reason()).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
    second.assertClosed();
    assertThat(node.broker.connectedClients()).isEqualTo(1);
    node.connect(ConnectDraft.v5("c").username("eve"));
    first.drop();
    node.run();
    node.connect(ConnectDraft.v5("b").username("bob"));
  }

  @Test
  void whoComesBackTakesThePlaceOfItsOldConnection() {
    TestNode node = TestNode.with(new QuotasDraft().connectionsPerUser(1).quotas());
    TestClient old = node.connect(ConnectDraft.v5("phone").username("bob"));
    TestClient again = node.connect(ConnectDraft.v5("phone").username("bob"));
    old.assertDisconnected(ReasonCode.SESSION_TAKEN_OVER);
    again.assertOpen();
    TestClient other = node.open(ConnectDraft.v5("other").username("bob"));
    assertThat(other.next(Connack.class).reason()).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
  }

  @Test
  void aSessionDoesNotOutliveItsConnectionLongerThanItsUserMayHaveIt() {
    TestNode node = TestNode.with(new QuotasDraft().sessionExpirySeconds(60).quotas());
    TestClient client = node.open(ConnectDraft.v5("a").expiry(600));
    assertThat(client.next(Connack.class).sessionExpirySeconds()).isEqualTo(60);
    client.send(new Disconnect(ReasonCode.SUCCESS, 600, null, List.of(), null));
    node.seconds(62);
    TestClient late = node.open(ConnectDraft.v5("a").expiry(600).resuming());
    assertThat(late.next(Connack.class).sessionPresent()).isFalse();
  }

  // ---------------------------------------------------------------- publishing

  @Test
  void whoPublishesTooMuchIsReadMoreSlowlyAndLosesNothing() {
    TestNode node = TestNode.with(new QuotasDraft().publishPerSecond(10).quotas());
    TestClient client = node.connect(ProtocolVersion.V5, "a");
    for (int i = 1; i <= 12; i++) {
      client.send(TestClient.message("t", "m", Qos.AT_LEAST_ONCE, i));
    }
    for (int i = 1; i <= 11; i++) {
      assertThat(client.next(Puback.class).packetId()).isEqualTo(i);
    }
    client.assertNothing();
    assertThat(client.reads()).isFalse();
    assertThat(node.count(Figure.PUBLISH_THROTTLED)).isEqualTo(1);
    node.millis(100);
    assertThat(client.next(Puback.class).packetId()).isEqualTo(12);
    node.seconds(2);
    client.send(Pingreq.INSTANCE);
    client.next(Pingresp.class);
    client.assertOpen();
  }

  @Test
  void whoPublishesTooMuchIsSentAwayIfThatIsConfigured() {
    TestNode node = TestNode.with(new QuotasDraft().publishPerSecond(2).excessCloses().quotas());
    TestClient client = node.connect(ProtocolVersion.V5, "a");
    client.publish("t", "1");
    client.publish("t", "2");
    client.assertOpen();
    client.publish("t", "3");
    client.assertDisconnected(ReasonCode.MESSAGE_RATE_TOO_HIGH);
  }

  @Test
  void whoIsReadMoreSlowlyIsNotTakenForSilent() {
    TestNode node = TestNode.with(new QuotasDraft().publishPerSecond(1).quotas());
    TestClient client = node.connect(ConnectDraft.v5("a").keepAlive(2));
    client.publish("t", "1");
    for (int i = 0; i < 20; i++) {
      client.publish("t", "more");
    }
    node.seconds(12);
    client.assertOpen();
  }

  // ---------------------------------------------------------------- subscribing

  @Test
  void aFilterHasNoMoreWildcardsThanItMay() {
    TestNode node = TestNode.with(new QuotasDraft().filterWildcards(2).quotas());
    TestClient client = node.connect(ProtocolVersion.V5, "a");
    assertThat(client.subscribe("a/+/+/#", Qos.AT_MOST_ONCE)).containsExactly(ReasonCode.SUCCESS);
    assertThat(client.subscribe("+/+/+", Qos.AT_MOST_ONCE))
        .containsExactly(ReasonCode.QUOTA_EXCEEDED);
    assertThat(client.subscribe("$share/g/+/+/+", Qos.AT_MOST_ONCE))
        .containsExactly(ReasonCode.QUOTA_EXCEEDED);
  }

  @Test
  void aClientHoldsNoMoreBroadSubscriptionsThanItMay() {
    TestNode node = TestNode.with(new QuotasDraft().broadSubscriptions(2).quotas());
    TestClient client = node.connect(ProtocolVersion.V5, "a");
    assertThat(client.subscribe("#", Qos.AT_MOST_ONCE)).containsExactly(ReasonCode.SUCCESS);
    assertThat(client.subscribe("+/x", Qos.AT_MOST_ONCE)).containsExactly(ReasonCode.SUCCESS);
    assertThat(client.subscribe("+/y", Qos.AT_MOST_ONCE))
        .containsExactly(ReasonCode.QUOTA_EXCEEDED);
    assertThat(client.subscribe("y/+", Qos.AT_MOST_ONCE)).containsExactly(ReasonCode.SUCCESS);
    // Twice in a packet is once.
    client.unsubscribe("+/x");
    client.skip();
    assertThat(
            client.subscribe(
                0,
                new Subscribe.Entry("+/x", Qos.AT_MOST_ONCE, false, false, 0),
                new Subscribe.Entry("+/x", Qos.AT_MOST_ONCE, false, false, 0),
                new Subscribe.Entry("+/z", Qos.AT_MOST_ONCE, false, false, 0)))
        .containsExactly(ReasonCode.SUCCESS, ReasonCode.SUCCESS, ReasonCode.QUOTA_EXCEEDED);
    // Again, with other options: it is held already.
    assertThat(client.subscribe("#", Qos.AT_LEAST_ONCE)).containsExactly(ReasonCode.GRANTED_QOS_1);
    client.unsubscribe("#");
    client.skip();
    assertThat(client.subscribe("+/y", Qos.AT_MOST_ONCE)).containsExactly(ReasonCode.SUCCESS);
  }
}
