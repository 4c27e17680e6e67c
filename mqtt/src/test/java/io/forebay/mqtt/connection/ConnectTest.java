package io.forebay.mqtt.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.log.EngineFailure;
import io.forebay.core.message.Properties;
import io.forebay.core.message.Qos;
import io.forebay.core.security.Authenticator;
import io.forebay.core.security.Decision;
import io.forebay.core.security.Principal;
import io.forebay.core.session.Will;
import io.forebay.mqtt.Connack;
import io.forebay.mqtt.Pingreq;
import io.forebay.mqtt.Pingresp;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.Puback;
import io.forebay.mqtt.ReasonCode;
import io.forebay.mqtt.Suback;
import io.forebay.mqtt.Subscribe;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Who is let in, and what CONNACK says (MQTT 5 §3.1, §3.2).
class ConnectTest {
  private static final String LONG_ID = "x".repeat(257);

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  @Clause({"MQTT-3.1.4-5", "MQTT-3.2.0-1", "MQTT-3.2.2-2"})
  void aClientIsLetInWithASessionThatWasNotThere(ProtocolVersion version) {
    TestNode node = TestNode.withDefaults();
    TestClient client = node.open(ConnectDraft.of(version, "a").persistent());
    Connack connack = client.next(Connack.class);
    assertThat(connack.reason()).isEqualTo(ReasonCode.SUCCESS);
    assertThat(connack.sessionPresent()).isFalse();
    client.assertOpen();
    assertThat(node.broker.connectedClients()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  @Clause("MQTT-3.1.0-1")
  void theFirstPacketIsConnect(ProtocolVersion version) {
    TestClient client = TestNode.withDefaults().socket(version);
    client.send(Pingreq.INSTANCE);
    client.assertClosed();
  }

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  @Clause("MQTT-3.1.0-2")
  void connectComesOnce(ProtocolVersion version) {
    TestNode node = TestNode.withDefaults();
    TestClient client = node.connect(version, "a");
    client.send(ConnectDraft.of(version, "a").packet());
    client.assertDisconnected(ReasonCode.PROTOCOL_ERROR);
    assertThat(node.broker.connectedClients()).isZero();
  }

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  void whatFollowsConnectAtOnceIsTakenAfterConnack(ProtocolVersion version) {
    // §3.1.4, not normative: clients need not wait for CONNACK.
    TestClient client = TestNode.withDefaults().socket(version);
    client.send(
        ConnectDraft.of(version, "a").packet(),
        new Subscribe(
            1, 0, List.of(), List.of(new Subscribe.Entry("t", Qos.AT_MOST_ONCE, false, false, 0))),
        TestClient.message("t", "hello", Qos.AT_LEAST_ONCE, 2),
        Pingreq.INSTANCE);
    client.next(Connack.class);
    client.next(Suback.class);
    client.next(Pingresp.class);
    client.next(Puback.class);
    client.nextMessage("hello");
    client.assertOpen();
  }

  // ---------------------------------------------------------------- refused

  @Test
  @Clause("MQTT-3.1.2-2")
  void anUnknownProtocolLevelIsRefusedInTheWordsOfTheNearestVersion() {
    TestClient old = TestNode.withDefaults().socket(ProtocolVersion.V3_1_1);
    old.sendBytes(0x10, 13, 0, 4, 'M', 'Q', 'T', 'T', 2, 2, 0, 0, 0, 1, 'a');
    assertThat(old.next(Connack.class).reason()).isEqualTo(ReasonCode.UNSUPPORTED_PROTOCOL_VERSION);
    old.assertClosed();

    TestClient fresh = TestNode.withDefaults().socket(ProtocolVersion.V5);
    fresh.sendBytes(0x10, 14, 0, 4, 'M', 'Q', 'T', 'T', 6, 2, 0, 0, 0, 0, 1, 'a');
    assertThat(fresh.next(Connack.class).reason())
        .isEqualTo(ReasonCode.UNSUPPORTED_PROTOCOL_VERSION);
    fresh.assertClosed();
  }

  @Test
  @Clause({"MQTT-3.1.2-3", "MQTT-3.1.4-1", "3.1.1:MQTT-3.1.4-1"})
  void aBrokenConnectIsAnsweredInVersion5Only() {
    TestClient old = TestNode.withDefaults().socket(ProtocolVersion.V3_1_1);
    old.sendBytes(0x10, 13, 0, 4, 'M', 'Q', 'T', 'T', 4, 3, 0, 0, 0, 1, 'a');
    old.assertClosed();

    TestClient fresh = TestNode.withDefaults().socket(ProtocolVersion.V5);
    fresh.sendBytes(0x10, 14, 0, 4, 'M', 'Q', 'T', 'T', 5, 3, 0, 0, 0, 0, 1, 'a');
    assertThat(fresh.next(Connack.class).reason()).isEqualTo(ReasonCode.MALFORMED_PACKET);
    fresh.assertClosed();
  }

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  @Clause({"MQTT-3.1.3-8", "3.1.1:MQTT-3.1.3-9"})
  void anIdThatIsTooLongIsRefused(ProtocolVersion version) {
    TestNode node = TestNode.withDefaults();
    TestClient client = node.open(ConnectDraft.of(version, LONG_ID));
    Connack connack = client.next(Connack.class);
    assertThat(connack.reason()).isEqualTo(ReasonCode.CLIENT_IDENTIFIER_NOT_VALID);
    if (version == ProtocolVersion.V5) {
      assertThat(connack.reasonString()).isEqualTo("a client id is at most 256 bytes long");
    }
    client.assertClosed();
    assertThat(node.broker.connectedClients()).isZero();
  }

  @Test
  @Clause("3.1.1:MQTT-3.1.3-8")
  void anEmptyIdIsRefusedWhereTheVersionWantsOne() {
    List<ConnectDraft> refused =
        List.of(
            ConnectDraft.of(ProtocolVersion.V3_1, ""),
            ConnectDraft.of(ProtocolVersion.V3_1_1, "").resuming());
    for (ConnectDraft connect : refused) {
      TestClient client = TestNode.withDefaults().open(connect);
      assertThat(client.next(Connack.class).reason())
          .isEqualTo(ReasonCode.CLIENT_IDENTIFIER_NOT_VALID);
      client.assertClosed();
    }
  }

  @Test
  @Clause({"MQTT-3.1.3-6", "MQTT-3.1.3-7", "MQTT-3.2.2-16"})
  void anEmptyIdGetsAnAssignedOneOfItsOwn() {
    TestNode node = TestNode.withDefaults();
    node.connect(ProtocolVersion.V3_1_1, "");
    TestClient first = node.open(ConnectDraft.v5(""));
    TestClient second = node.open(ConnectDraft.v5("").resuming().expiry(60));
    Connack one = first.next(Connack.class);
    Connack two = second.next(Connack.class);
    assertThat(one.assignedClientId()).isNotEmpty();
    assertThat(two.assignedClientId()).isNotEmpty().isNotEqualTo(one.assignedClientId());
    assertThat(two.sessionPresent()).isFalse();
    assertThat(node.broker.connectedClients()).isEqualTo(3);

    second.drop();
    TestClient again =
        node.open(ConnectDraft.v5(String.valueOf(two.assignedClientId())).resuming());
    Connack three = again.next(Connack.class);
    assertThat(three.sessionPresent()).isTrue();
    assertThat(three.assignedClientId()).isNull();
  }

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  @Clause({"MQTT-3.1.4-2", "MQTT-3.2.2-6", "MQTT-3.2.2-7"})
  void wrongCredentialsAreRefused(ProtocolVersion version) {
    Authenticator nobody =
        (credentials, answer) ->
            answer.accept(
                new Decision.Refused(
                    "known".equals(credentials.username())
                        ? Decision.Why.NOT_ALLOWED
                        : Decision.Why.CREDENTIALS,
                    "not you"));
    TestNode node = TestNode.with(nobody);
    TestClient stranger = node.open(ConnectDraft.of(version, "a"));
    assertThat(stranger.next(Connack.class).reason())
        .isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
    stranger.assertClosed();

    TestClient known = node.open(ConnectDraft.of(version, "a").username("known"));
    Connack connack = known.next(Connack.class);
    assertThat(connack.reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
    assertThat(connack.sessionPresent()).isFalse();
    known.assertClosed();
    assertThat(node.broker.connectedClients()).isZero();
  }

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  void oneConnectionTooManyIsRefused(ProtocolVersion version) {
    TestNode node = TestNode.with(limits -> limits.connections(1));
    TestClient first = node.connect(version, "a");
    TestClient second = node.open(ConnectDraft.of(version, "b"));
    assertThat(second.next(Connack.class).reason())
        .isEqualTo(
            version == ProtocolVersion.V5 ? ReasonCode.SERVER_BUSY : ReasonCode.SERVER_UNAVAILABLE);
    second.assertClosed();
    first.assertOpen();
    first.disconnect();
    node.connect(version, "b").assertOpen();
  }

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  void oneKeptSessionTooManyIsRefusedAndItsPlaceGivenBack(ProtocolVersion version) {
    TestNode node = TestNode.with(limits -> limits.sessions(1).connections(1));
    node.connect(ConnectDraft.of(version, "a").persistent()).drop();
    TestClient second = node.open(ConnectDraft.of(version, "b").persistent());
    assertThat(second.next(Connack.class).reason())
        .isEqualTo(
            version == ProtocolVersion.V5
                ? ReasonCode.QUOTA_EXCEEDED
                : ReasonCode.SERVER_UNAVAILABLE);
    second.assertClosed();
    assertThat(node.broker.connectedClients()).isZero();
    node.connect(version, "b").assertOpen();
  }

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  void whoseSessionCannotBeResumedIsToldWhyAndFindsItAgain(ProtocolVersion version) {
    TestNode node = TestNode.with(limits -> limits.sessionExpirySeconds(60));
    node.connect(ConnectDraft.of(version, "a").persistent()).drop();
    node.engine.fail(new EngineFailure(EngineFailure.Kind.QUOTA, "the disk is full"));
    TestClient refused = node.open(ConnectDraft.of(version, "a").persistent());
    Connack connack = refused.next(Connack.class);
    if (version == ProtocolVersion.V5) {
      assertThat(connack.reason()).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
      assertThat(connack.reasonString()).endsWith("the disk is full");
    } else {
      assertThat(connack.reason()).isEqualTo(ReasonCode.SERVER_UNAVAILABLE);
    }
    refused.assertClosed();
    assertThat(node.broker.offlineSessions()).isEqualTo(1);
    node.engine.fail(null);
    TestClient back = node.open(ConnectDraft.of(version, "a").persistent());
    assertThat(back.next(Connack.class).sessionPresent())
        .isEqualTo(version != ProtocolVersion.V3_1);
  }

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  void whoWaitsForARefusedConnectionOfTheSameClientComesInAfterIt(ProtocolVersion version) {
    TestNode node = TestNode.with(limits -> limits.sessions(1));
    node.connect(ConnectDraft.of(version, "other").persistent()).drop();
    TestClient refused = node.socket(version);
    TestClient waiting = node.socket(version);
    refused.push(ConnectDraft.of(version, "a").persistent().packet());
    waiting.push(ConnectDraft.of(version, "a").packet());
    node.run();
    assertThat(refused.next(Connack.class).reason()).isNotEqualTo(ReasonCode.SUCCESS);
    refused.assertClosed();
    assertThat(waiting.next(Connack.class).reason()).isEqualTo(ReasonCode.SUCCESS);
    waiting.assertOpen();
    assertThat(node.broker.connectedClients()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  void aWillThatTheClientMayNotPublishIsRefused(ProtocolVersion version) {
    TestNode node = TestNode.with(TestRules.denyTopic("forbidden"));
    for (String topic : List.of("forbidden", "$SYS/broker/clients")) {
      TestClient client = node.open(ConnectDraft.of(version, "a").will(topic, "gone"));
      assertThat(client.next(Connack.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
      client.assertClosed();
    }
    assertThat(node.broker.connectedClients()).isZero();
    node.connect(ConnectDraft.of(version, "a").will("allowed", "gone")).assertOpen();
  }

  @Test
  @Clause("MQTT-3.1.3-11")
  void aWillThatNobodyCouldPublishIsRefused() {
    TestNode node = TestNode.withDefaults();
    TestClient deep = node.open(ConnectDraft.v5("a").will("a/".repeat(200), "gone"));
    assertThat(deep.next(Connack.class).reason()).isEqualTo(ReasonCode.TOPIC_NAME_INVALID);
    deep.assertClosed();

    Properties text = new Properties(true, true, null, null, new byte[0], List.of());
    byte[] noText = {(byte) 0xFF};
    Will lying = new Will("t", noText, Qos.AT_MOST_ONCE, false, text, -1, 0);
    TestClient liar = node.open(ConnectDraft.v5("a").will(lying));
    assertThat(liar.next(Connack.class).reason()).isEqualTo(ReasonCode.PAYLOAD_FORMAT_INVALID);
    liar.assertClosed();
  }

  // ---------------------------------------------------------------- what CONNACK tells

  @Test
  @Clause({"MQTT-3.2.2-21", "MQTT-3.1.2-21"})
  void theServersKeepAliveIsToldWhereItDiffers() {
    TestNode node = TestNode.with(limits -> limits.keepAliveSeconds(60));
    assertThat(keepAliveOf(node, 0)).isEqualTo(60);
    assertThat(keepAliveOf(node, 100)).isEqualTo(60);
    assertThat(keepAliveOf(node, 30)).isEqualTo(-1);
  }

  private static int keepAliveOf(TestNode node, int asked) {
    TestClient client = node.open(ConnectDraft.v5("a" + asked).keepAlive(asked));
    return client.next(Connack.class).serverKeepAliveSeconds();
  }

  @Test
  void theLimitsOfTheNodeAreTold() {
    TestNode node =
        TestNode.with(
            limits ->
                limits
                    .receiveMaximum(7)
                    .packetSizeBytes(5_000)
                    .topicAliases(3)
                    .sessionExpirySeconds(100));
    Connack connack = node.open(ConnectDraft.v5("a").expiry(101)).next(Connack.class);
    assertThat(connack.receiveMaximum()).isEqualTo(7);
    assertThat(connack.maximumPacketSize()).isEqualTo(5_000);
    assertThat(connack.topicAliasMaximum()).isEqualTo(3);
    assertThat(connack.sessionExpirySeconds()).isEqualTo(100);
    assertThat(node.open(ConnectDraft.v5("b").expiry(99)).next(Connack.class))
        .extracting(Connack::sessionExpirySeconds)
        .isEqualTo(-1L);
  }

  @Test
  @Clause("MQTT-3.1.2-28")
  void responseInformationIsGivenToWhoAsksForIt() {
    TestNode node = TestNode.withDefaults();
    Connack asked = node.open(ConnectDraft.v5("a").wantsResponseInformation()).next(Connack.class);
    assertThat(asked.responseInformation()).isEqualTo("responses/a");
    Connack silent = node.open(ConnectDraft.v5("b")).next(Connack.class);
    assertThat(silent.responseInformation()).isNull();
  }

  @Test
  @Clause({"MQTT-3.1.2-24", "MQTT-3.2.2-19"})
  void connackItselfKeepsToTheClientsMaximumPacketSize() {
    TestNode node = TestNode.withDefaults();
    TestClient tight = node.open(ConnectDraft.v5("a").maximumPacketSize(5));
    assertThat(tight.next(Connack.class).reason()).isEqualTo(ReasonCode.PACKET_TOO_LARGE);
    assertThat(tight.largestBytes()).isLessThanOrEqualTo(5);
    tight.assertClosed();

    TestClient tightest = node.open(ConnectDraft.v5("a").maximumPacketSize(1));
    tightest.assertClosed();

    TestClient refused = node.open(ConnectDraft.v5(LONG_ID).maximumPacketSize(10));
    Connack connack = refused.next(Connack.class);
    assertThat(connack.reason()).isEqualTo(ReasonCode.CLIENT_IDENTIFIER_NOT_VALID);
    assertThat(connack.reasonString()).isNull();
    assertThat(node.broker.connectedClients()).isZero();
  }

  @Test
  @Clause("MQTT-3.1.2-24")
  void aPacketThatIsTooLargeForTheServerEndsTheConnection() {
    TestNode node = TestNode.with(limits -> limits.packetSizeBytes(100));
    TestClient client = node.connect(ProtocolVersion.V5, "a");
    client.publish("t", "x".repeat(100));
    client.assertDisconnected(ReasonCode.PACKET_TOO_LARGE);
  }

  // ---------------------------------------------------------------- going while coming in

  @Test
  void whoGoesBeforeItIsLetInLeavesNothingBehind() {
    List<Consumer<Decision>> asked = new ArrayList<>();
    TestNode node = TestNode.with((credentials, answer) -> asked.add(answer));
    TestClient watcher = node.open(ConnectDraft.v5("watcher"));
    asked.removeFirst().accept(admitted());
    node.run();
    watcher.next(Connack.class);
    watcher.subscribe("#", Qos.AT_MOST_ONCE);

    TestClient authenticating = node.open(ConnectDraft.v5("a").will("w", "gone"));
    authenticating.drop();
    asked.removeFirst().accept(admitted());
    node.run();

    TestClient opening = node.socket(ProtocolVersion.V5);
    opening.push(ConnectDraft.v5("a").will("w", "gone").packet());
    asked.removeFirst().accept(admitted());
    // The session is asked for and not there yet: it comes with the next turn of the loop.
    node.execute(opening::pushDrop);
    node.run();

    watcher.assertOpen();
    assertThat(node.broker.connectedClients()).isEqualTo(1);
  }

  private static Decision admitted() {
    return new Decision.Admitted(new Principal(null, "a"), null);
  }

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  void whoSaysNothingIsClosed(ProtocolVersion version) {
    TestNode node = TestNode.withDefaults();
    TestClient client = node.socket(version);
    node.seconds(9);
    client.assertOpen();
    node.seconds(2);
    client.assertClosed();
  }

  @Test
  void aConnectHasLessRoomThanWhatComesLater() {
    TestNode node = TestNode.withDefaults();
    TestClient greedy = node.socket(ProtocolVersion.V5);
    // CONNECT with a remaining length of 200,000.
    greedy.sendBytes(0x10, 0xC0, 0x9A, 0x0C);
    greedy.assertClosed();

    TestClient client = node.connect(ProtocolVersion.V5, "a");
    client.publish("t", "x".repeat(200_000), Qos.AT_LEAST_ONCE, 1);
    assertThat(client.next(Puback.class).packetId()).isEqualTo(1);
  }
}
