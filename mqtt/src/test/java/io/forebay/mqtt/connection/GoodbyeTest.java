package io.forebay.mqtt.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.message.Properties;
import io.forebay.core.message.Qos;
import io.forebay.core.message.UserProperty;
import io.forebay.core.session.Will;
import io.forebay.mqtt.Connack;
import io.forebay.mqtt.Disconnect;
import io.forebay.mqtt.Packet;
import io.forebay.mqtt.Pingreq;
import io.forebay.mqtt.Pingresp;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.Publish;
import io.forebay.mqtt.ReasonCode;
import io.forebay.mqtt.Suback;
import io.forebay.mqtt.Unsuback;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// How connections end, what is left of their sessions, and who speaks for the dead (MQTT 5
/// §3.1.2.5, §3.1.2.10, §3.14, §4.1, §4.13).
class GoodbyeTest {
  private final TestNode node = TestNode.withDefaults();
  private final TestClient watcher = node.connect(ProtocolVersion.V5, "watcher");

  private void watchWills() {
    watcher.subscribe("will", Qos.EXACTLY_ONCE);
  }

  private static Disconnect leaving(ReasonCode reason, long expirySeconds) {
    return new Disconnect(reason, expirySeconds, null, List.of(), null);
  }

  private boolean sessionPresent(ConnectDraft connect) {
    TestClient client = node.open(connect);
    return client.next(Connack.class).sessionPresent();
  }

  // ---------------------------------------------------------------- DISCONNECT of the client

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  @Clause({"MQTT-3.14.4-1", "MQTT-3.14.4-2"})
  void nothingIsReadAfterDisconnect(ProtocolVersion version) {
    TestClient client = node.connect(version, "a");
    watcher.subscribe("t", Qos.AT_MOST_ONCE);
    client.send(
        Disconnect.of(ReasonCode.SUCCESS, null),
        TestClient.message("t", "late", Qos.AT_MOST_ONCE, 0),
        Pingreq.INSTANCE);
    client.assertClosed();
    watcher.assertOpen();
    assertThat(node.broker.connectedClients()).isEqualTo(1);
  }

  @Test
  void aReasonThatOnlyServersGiveIsAProtocolError() {
    for (ReasonCode reason :
        List.of(
            ReasonCode.NOT_AUTHORIZED,
            ReasonCode.SERVER_SHUTTING_DOWN,
            ReasonCode.SESSION_TAKEN_OVER,
            ReasonCode.KEEP_ALIVE_TIMEOUT,
            ReasonCode.USE_ANOTHER_SERVER)) {
      TestClient client = node.connect(ProtocolVersion.V5, "a");
      client.send(Disconnect.of(reason, null));
      client.assertDisconnected(ReasonCode.PROTOCOL_ERROR);
    }
    TestClient client = node.connect(ProtocolVersion.V5, "a");
    client.send(Disconnect.of(ReasonCode.PACKET_TOO_LARGE, "no room"));
    client.assertClosed();
  }

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  @Clause("MQTT-4.13.1-1")
  void aPacketThatOnlyServersSendIsAProtocolError(ProtocolVersion version) {
    for (Packet packet :
        List.of(
            Connack.refused(ReasonCode.SUCCESS, null),
            new Suback(1, List.of(ReasonCode.SUCCESS), null, List.of()),
            new Unsuback(1, List.of(ReasonCode.SUCCESS), null, List.of()),
            Pingresp.INSTANCE)) {
      TestClient client = node.connect(version, "a");
      client.send(packet);
      client.assertDisconnected(ReasonCode.PROTOCOL_ERROR);
    }
  }

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  @Clause({"MQTT-4.13.1-1", "MQTT-4.13.2-1"})
  void oneClientsRubbishDoesNotHarmAnother(ProtocolVersion version) {
    TestClient client = node.connect(version, "a");
    client.sendBytes(0x00, 0x00);
    client.assertDisconnected(ReasonCode.MALFORMED_PACKET);
    watcher.send(Pingreq.INSTANCE);
    watcher.next(Pingresp.class);
    watcher.assertOpen();
  }

  @Test
  @Clause("MQTT-3.1.2-23")
  void theSessionExpiryMayBeChangedInTheEnd() {
    ConnectDraft kept = ConnectDraft.v5("a").persistent();
    node.connect(kept).send(leaving(ReasonCode.SUCCESS, 0));
    assertThat(sessionPresent(kept)).isFalse();
    node.connect(kept).send(leaving(ReasonCode.SUCCESS, 5));
    node.seconds(4);
    assertThat(sessionPresent(kept)).isTrue();
    node.connect(kept).send(leaving(ReasonCode.SUCCESS, 5));
    node.seconds(6);
    assertThat(sessionPresent(kept)).isFalse();
  }

  @Test
  @Clause("MQTT-3.14.2-2")
  void aSessionThatEndsWithItsConnectionStaysSo() {
    TestClient client = node.connect(ProtocolVersion.V5, "a");
    client.send(leaving(ReasonCode.SUCCESS, 5));
    client.assertDisconnected(ReasonCode.PROTOCOL_ERROR);
    TestClient again = node.connect(ProtocolVersion.V5, "a");
    again.send(leaving(ReasonCode.SUCCESS, 0));
    again.assertClosed();
  }

  // ---------------------------------------------------------------- sessions

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V3_1_1", "V5"})
  @Clause({"MQTT-3.1.2-4", "MQTT-3.1.2-5", "MQTT-3.1.2-6", "MQTT-3.2.2-2", "MQTT-3.2.2-3"})
  void aSessionIsThereUntilACleanStart(ProtocolVersion version) {
    ConnectDraft kept = ConnectDraft.of(version, "a").persistent();
    assertThat(sessionPresent(kept)).isFalse();
    assertThat(sessionPresent(kept)).isTrue();
    assertThat(sessionPresent(ConnectDraft.of(version, "a"))).isFalse();
    assertThat(sessionPresent(kept)).isFalse();
  }

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  @Clause("MQTT-3.1.2-4")
  void aCleanStartForgetsTheSubscriptions(ProtocolVersion version) {
    ConnectDraft kept = ConnectDraft.of(version, "a").persistent();
    TestClient client = node.connect(kept);
    client.subscribe("t", Qos.AT_LEAST_ONCE);
    client.drop();
    watcher.publish("t", "missed", Qos.AT_LEAST_ONCE, 1);
    TestClient clean = node.connect(version, "a");
    watcher.publish("t", "x", Qos.AT_LEAST_ONCE, 2);
    clean.assertOpen();
  }

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  void aSessionIsThereForWhoComesBackAtOnce(ProtocolVersion version) {
    ConnectDraft kept = ConnectDraft.of(version, "a").persistent();
    TestClient client = node.connect(kept);
    client.subscribe("t", Qos.AT_LEAST_ONCE);
    TestClient last = client;
    // The next connection comes in every moment of the former one's end.
    for (int i = 0; i < 20; i++) {
      last.pushDrop();
      TestClient next = node.socket(version);
      int turns = i;
      Runnable[] later = new Runnable[1];
      int[] waited = {0};
      later[0] =
          () -> {
            if (waited[0]++ < turns) {
              node.execute(later[0]);
            } else {
              next.push(kept.packet());
            }
          };
      node.execute(later[0]);
      node.run();
      next.next(Connack.class);
      last = next;
    }
    watcher.publish("t", "x", Qos.AT_LEAST_ONCE, 1);
    last.nextMessage("x");
    assertThat(node.broker.connectedClients()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  @Clause("MQTT-3.1.4-3")
  void anotherConnectionOfTheClientTakesTheSession(ProtocolVersion version) {
    ConnectDraft kept = ConnectDraft.of(version, "a").persistent();
    TestClient first = node.connect(kept);
    first.subscribe("t", Qos.AT_LEAST_ONCE);
    TestClient second = node.connect(kept);
    first.assertDisconnected(ReasonCode.SESSION_TAKEN_OVER);
    watcher.publish("t", "x", Qos.AT_LEAST_ONCE, 1);
    second.nextMessage("x");
    assertThat(node.broker.connectedClients()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  void ofManyConnectionsAtOnceTheLastOneStays(ProtocolVersion version) {
    ConnectDraft kept = ConnectDraft.of(version, "a").persistent();
    List<TestClient> clients =
        List.of(node.socket(version), node.socket(version), node.socket(version));
    clients.forEach(each -> each.push(kept.packet()));
    node.run();
    clients.getLast().next(Connack.class);
    clients.getLast().assertOpen();
    for (TestClient early : clients.subList(0, 2)) {
      // Refused in the midst of coming in, or let in and sent away.
      early.skip();
      early.assertClosed();
    }
    assertThat(node.broker.connectedClients()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  void aShutdownIsToldAndClosesEverybody(ProtocolVersion version) {
    TestClient client = node.connect(version, "a");
    node.broker.shutDown();
    node.run();
    client.assertDisconnected(ReasonCode.SERVER_SHUTTING_DOWN);
    assertThat(node.broker.idle()).isTrue();
    assertThat(node.broker.connectedClients()).isZero();
  }

  // ---------------------------------------------------------------- wills

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  @Clause({"MQTT-3.1.2-7", "MQTT-3.1.2-8", "MQTT-3.1.2-10", "MQTT-3.14.4-3"})
  void aWillIsPublishedUnlessTheClientSaidGoodbye(ProtocolVersion version) {
    watchWills();
    ConnectDraft mortal = ConnectDraft.of(version, "a").will("will", "gone");
    node.connect(mortal).disconnect();
    watcher.assertOpen();
    node.connect(mortal).drop();
    Publish will = watcher.nextMessage("gone");
    assertThat(will.qos()).isEqualTo(Qos.AT_LEAST_ONCE);
    assertThat(will.retain()).isFalse();

    TestClient rude = node.connect(mortal);
    rude.send(mortal.packet());
    rude.assertDisconnected(ReasonCode.PROTOCOL_ERROR);
    watcher.nextMessage("gone");

    TestClient replaced = node.connect(mortal);
    TestClient successor = node.connect(mortal);
    replaced.assertDisconnected(ReasonCode.SESSION_TAKEN_OVER);
    watcher.nextMessage("gone");
    successor.disconnect();
    watcher.assertOpen();
  }

  @Test
  void goodbyeWithWillPublishesIt() {
    watchWills();
    TestClient client = node.connect(ConnectDraft.v5("a").will("will", "gone"));
    client.send(leaving(ReasonCode.DISCONNECT_WITH_WILL, -1));
    client.assertClosed();
    watcher.nextMessage("gone");
  }

  @Test
  @Clause({"MQTT-3.1.2-14", "MQTT-3.1.2-15", "MQTT-3.1.3-10"})
  void aWillIsPublishedAsItWasGiven() {
    watchWills();
    Properties properties =
        new Properties(
            true, true, "text", "r", new byte[] {1}, List.of(new UserProperty("a", "b")));
    Will will = new Will("will", new byte[] {'x'}, Qos.EXACTLY_ONCE, true, properties, 60, 0);
    node.connect(ConnectDraft.v5("a").will(will)).drop();
    Publish got = watcher.nextMessage("x");
    assertThat(got.qos()).isEqualTo(Qos.EXACTLY_ONCE);
    assertThat(got.expirySeconds()).isEqualTo(60);
    assertThat(got.properties()).usingRecursiveComparison().isEqualTo(properties);
    TestClient late = node.connect(ProtocolVersion.V5, "late");
    late.subscribe("will", Qos.AT_MOST_ONCE);
    assertThat(late.nextMessage("x").retain()).isTrue();
  }

  @Test
  @Clause({"MQTT-3.1.3-9", "MQTT-3.1.2-8"})
  void aWillWaitsForItsDelayAndForWhoComesBack() {
    watchWills();
    ConnectDraft mortal = ConnectDraft.v5("a").persistent().will("will", "gone", 10);
    node.connect(mortal).drop();
    node.seconds(9);
    watcher.assertOpen();
    node.seconds(2);
    watcher.nextMessage("gone");

    node.connect(mortal).drop();
    node.seconds(5);
    TestClient back = node.connect(ConnectDraft.v5("a").persistent());
    node.seconds(20);
    watcher.assertOpen();
    back.drop();
    watcher.assertOpen();
  }

  @Test
  @Clause("MQTT-3.1.2-8")
  void aWillDoesNotWaitLongerThanItsSessionLives() {
    watchWills();
    node.connect(ConnectDraft.v5("a").resuming().expiry(3).will("will", "short", 10)).drop();
    node.seconds(4);
    watcher.nextMessage("short");

    node.connect(ConnectDraft.v5("a").will("will", "none", 10)).drop();
    watcher.nextMessage("none");

    node.connect(ConnectDraft.v5("a").persistent().will("will", "cleaned", 10)).drop();
    watcher.assertOpen();
    node.connect(ProtocolVersion.V5, "a");
    watcher.nextMessage("cleaned");
  }

  @Test
  void aTakeoverInTimeKeepsADelayedWillBack() {
    watchWills();
    ConnectDraft mortal = ConnectDraft.v5("a").persistent().will("will", "gone", 10);
    node.connect(mortal);
    TestClient successor = node.connect(ConnectDraft.v5("a").persistent());
    node.seconds(20);
    watcher.assertOpen();
    successor.assertOpen();
  }

  // ---------------------------------------------------------------- keep alive

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  @Clause("MQTT-3.12.4-1")
  void aPingIsAnswered(ProtocolVersion version) {
    TestClient client = node.connect(version, "a");
    client.send(Pingreq.INSTANCE, Pingreq.INSTANCE);
    client.next(Pingresp.class);
    client.next(Pingresp.class);
    client.assertOpen();
  }

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  @Clause("MQTT-3.1.2-22")
  void whoIsSilentForOneAndAHalfKeepAlivesIsSentAway(ProtocolVersion version) {
    TestClient client = node.connect(ConnectDraft.of(version, "a").keepAlive(10));
    node.seconds(14);
    client.send(Pingreq.INSTANCE);
    client.next(Pingresp.class);
    node.seconds(15);
    client.assertOpen();
    node.seconds(1);
    client.assertDisconnected(ReasonCode.KEEP_ALIVE_TIMEOUT);
  }

  @Test
  void theShortestKeepAliveIsNotCutShort() {
    TestClient client = node.connect(ConnectDraft.v5("a").keepAlive(1));
    node.seconds(2);
    client.assertOpen();
    node.seconds(1);
    client.assertDisconnected(ReasonCode.KEEP_ALIVE_TIMEOUT);
  }

  @Test
  void withoutKeepAliveNobodyIsSentAway() {
    TestClient client = node.connect(ConnectDraft.v5("a").keepAlive(0));
    node.seconds(5_000);
    client.assertOpen();
  }

  @Test
  @Clause("MQTT-3.2.2-21")
  void theServersKeepAliveIsTheOneThatCounts() {
    TestNode strict = TestNode.with(limits -> limits.keepAliveSeconds(10));
    TestClient client = strict.connect(ConnectDraft.v5("a").keepAlive(0));
    strict.seconds(17);
    client.assertDisconnected(ReasonCode.KEEP_ALIVE_TIMEOUT);
  }

  @Test
  void aDeadlineBeyondTheWheelIsKept() {
    TestClient client = node.connect(ConnectDraft.v5("a").keepAlive(1_000));
    node.seconds(1_500);
    client.assertOpen();
    node.seconds(1);
    client.assertDisconnected(ReasonCode.KEEP_ALIVE_TIMEOUT);
  }

  @Test
  void manyDeadlinesInOneSecondAreAllKept() {
    List<TestClient> silent =
        List.of("a", "b", "c", "d", "e").stream()
            .map(id -> node.connect(ConnectDraft.v5(id).keepAlive(10)))
            .toList();
    silent.get(1).drop();
    // Whoever is sent away takes another one of the same second along.
    silent.get(4).whenClosed(silent.get(3)::pushDrop);
    silent.get(2).send(Pingreq.INSTANCE);
    silent.get(2).next(Pingresp.class);
    node.seconds(5);
    silent.get(2).send(Pingreq.INSTANCE);
    silent.get(2).next(Pingresp.class);
    node.seconds(11);
    silent.get(0).assertDisconnected(ReasonCode.KEEP_ALIVE_TIMEOUT);
    silent.get(2).assertOpen();
    silent.get(4).assertDisconnected(ReasonCode.KEEP_ALIVE_TIMEOUT);
    assertThat(node.broker.connectedClients()).isEqualTo(2);
    node.seconds(5);
    silent.get(2).assertDisconnected(ReasonCode.KEEP_ALIVE_TIMEOUT);
    assertThat(node.broker.connectedClients()).isEqualTo(1);
  }
}
