package io.forebay.mqtt.connection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.message.Properties;
import io.forebay.core.message.Qos;
import io.forebay.core.message.UserProperty;
import io.forebay.core.routing.Figure;
import io.forebay.mqtt.Connack;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.Puback;
import io.forebay.mqtt.Pubcomp;
import io.forebay.mqtt.Publish;
import io.forebay.mqtt.Pubrec;
import io.forebay.mqtt.ReasonCode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Messages from the client: PUBLISH and the receiving side of the handshakes (MQTT 5 §3.3 to §3.7,
/// §4.3).
class PublishTest {
  private static final byte[] NO_TEXT = {(byte) 0xFF};

  private static TestClient watcher(TestNode node) {
    TestClient watcher = node.connect(ProtocolVersion.V5, "watcher");
    watcher.subscribe("#", Qos.EXACTLY_ONCE);
    return watcher;
  }

  // ---------------------------------------------------------------- the handshakes

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  @Clause({"MQTT-4.3.1-1", "MQTT-4.3.2-4", "MQTT-4.3.2-5", "MQTT-4.3.3-8", "MQTT-4.3.3-11"})
  void eachQosIsAnsweredInItsWay(ProtocolVersion version) {
    TestNode node = TestNode.withDefaults();
    TestClient watcher = watcher(node);
    TestClient client = node.connect(version, "a");

    client.publish("t", "zero");
    client.assertOpen();
    watcher.nextMessage("zero");

    client.publish("t", "one", Qos.AT_LEAST_ONCE, 65_535);
    assertThat(client.next(Puback.class)).isEqualTo(Puback.of(65_535, ReasonCode.SUCCESS));
    watcher.nextMessage("one");

    client.publish("t", "two", Qos.EXACTLY_ONCE, 7);
    assertThat(client.next(Pubrec.class)).isEqualTo(Pubrec.of(7, ReasonCode.SUCCESS));
    watcher.nextMessage("two");
    client.pubrel(7);
    assertThat(client.next(Pubcomp.class)).isEqualTo(Pubcomp.of(7, ReasonCode.SUCCESS));
    watcher.assertOpen();
    client.assertOpen();
  }

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  void whereNobodyIsThereForItVersion5IsTold(ProtocolVersion version) {
    ReasonCode told =
        version == ProtocolVersion.V5 ? ReasonCode.NO_MATCHING_SUBSCRIBERS : ReasonCode.SUCCESS;
    TestClient client = TestNode.withDefaults().connect(version, "a");
    client.publish("t", "one", Qos.AT_LEAST_ONCE, 1);
    assertThat(client.next(Puback.class).reason()).isEqualTo(told);
    client.publish("t", "two", Qos.EXACTLY_ONCE, 1);
    assertThat(client.next(Pubrec.class).reason()).isEqualTo(told);
    client.pubrel(1);
    assertThat(client.next(Pubcomp.class).reason()).isEqualTo(ReasonCode.SUCCESS);
  }

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  @Clause({"MQTT-4.3.3-9", "MQTT-4.3.3-10", "MQTT-4.3.3-12"})
  void aQos2MessageIsPublishedOnceUntilItIsReleased(ProtocolVersion version) {
    TestNode node = TestNode.withDefaults();
    TestClient watcher = watcher(node);
    TestClient client = node.connect(version, "a");
    client.publish("t", "two", Qos.EXACTLY_ONCE, 1);
    client.next(Pubrec.class);
    client.send(TestClient.repeated("t", "two", Qos.EXACTLY_ONCE, 1));
    client.next(Pubrec.class);
    watcher.nextMessage("two");
    watcher.assertOpen();

    client.pubrel(1);
    client.next(Pubcomp.class);
    client.publish("t", "another", Qos.EXACTLY_ONCE, 1);
    client.next(Pubrec.class);
    watcher.nextMessage("another");
  }

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  void aRepetitionThatOvertakesTheLogIsAnsweredOnce(ProtocolVersion version) {
    TestNode node = TestNode.withDefaults();
    TestClient watcher = watcher(node);
    TestClient client = node.connect(version, "a");
    node.engine.hold();
    client.publish("t", "two", Qos.EXACTLY_ONCE, 1);
    client.send(TestClient.repeated("t", "two", Qos.EXACTLY_ONCE, 1));
    client.assertOpen();
    node.engine.release();
    node.run();
    client.next(Pubrec.class);
    client.assertOpen();
    watcher.nextMessage("two");
    watcher.assertOpen();
  }

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  void anAcknowledgementWaitsForTheLog(ProtocolVersion version) {
    TestNode node = TestNode.withDefaults();
    TestClient client = node.connect(version, "a");
    node.engine.hold();
    client.publish("t", "one", Qos.AT_LEAST_ONCE, 1);
    client.publish("t", "two", Qos.EXACTLY_ONCE, 2);
    client.assertOpen();
    node.engine.release();
    node.run();
    // [MQTT-4.6.0-2]: in the order of the messages.
    client.next(Puback.class);
    client.next(Pubrec.class);
  }

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  void pubrelOfAnUnknownIdIsAnsweredNevertheless(ProtocolVersion version) {
    TestClient client = TestNode.withDefaults().connect(version, "a");
    client.pubrel(5);
    Pubcomp pubcomp = client.next(Pubcomp.class);
    assertThat(pubcomp.packetId()).isEqualTo(5);
    assertThat(pubcomp.reason())
        .isEqualTo(
            version == ProtocolVersion.V5
                ? ReasonCode.PACKET_IDENTIFIER_NOT_FOUND
                : ReasonCode.SUCCESS);
    client.assertOpen();
  }

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  @Clause({"MQTT-4.1.0-1", "MQTT-4.4.0-1"})
  void aQos2MessageIsKnownAgainAfterAReconnect(ProtocolVersion version) {
    TestNode node = TestNode.withDefaults();
    TestClient watcher = watcher(node);
    ConnectDraft persistent = ConnectDraft.of(version, "a").persistent();
    TestClient client = node.connect(persistent);
    client.publish("t", "two", Qos.EXACTLY_ONCE, 1);
    client.drop();
    watcher.nextMessage("two");

    TestClient again = node.connect(persistent);
    again.send(TestClient.repeated("t", "two", Qos.EXACTLY_ONCE, 1));
    again.next(Pubrec.class);
    again.pubrel(1);
    assertThat(again.next(Pubcomp.class).reason()).isEqualTo(ReasonCode.SUCCESS);
    watcher.assertOpen();
  }

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  void aQos2MessageThatIsStillGoingIntoTheLogIsKnownAgainToo(ProtocolVersion version) {
    TestNode node = TestNode.withDefaults();
    TestClient watcher = watcher(node);
    ConnectDraft persistent = ConnectDraft.of(version, "a").persistent();
    TestClient client = node.connect(persistent);
    node.engine.hold();
    client.publish("t", "two", Qos.EXACTLY_ONCE, 1);
    client.drop();
    TestClient again = node.open(persistent);
    again.assertOpen();
    node.engine.release();
    node.run();
    watcher.nextMessage("two");

    again.next(Connack.class);
    again.send(TestClient.repeated("t", "two", Qos.EXACTLY_ONCE, 1));
    again.next(Pubrec.class);
    watcher.assertOpen();
  }

  // ---------------------------------------------------------------- what is not taken

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  @Clause("3.1.1:MQTT-3.3.5-2")
  void whatMayNotBePublishedIsRefusedOrQuietlyDropped(ProtocolVersion version) {
    for (String topic : List.of("secret", "$SYS/broker/uptime", "$SYS")) {
      TestNode node = TestNode.with(TestRules.denyTopic("secret"));
      TestClient watcher = watcher(node);
      watcher.subscribe("$SYS/#", Qos.AT_MOST_ONCE);
      TestClient client = node.connect(version, "a");
      ReasonCode told =
          version == ProtocolVersion.V5 ? ReasonCode.NOT_AUTHORIZED : ReasonCode.SUCCESS;

      client.publish(topic, "zero");
      client.assertOpen();
      client.publish(topic, "one", Qos.AT_LEAST_ONCE, 1);
      assertThat(client.next(Puback.class).reason()).isEqualTo(told);
      client.publish(topic, "two", Qos.EXACTLY_ONCE, 2);
      assertThat(client.next(Pubrec.class).reason()).isEqualTo(told);
      client.pubrel(2);
      assertThat(client.next(Pubcomp.class).reason())
          .isEqualTo(
              version == ProtocolVersion.V5
                  ? ReasonCode.PACKET_IDENTIFIER_NOT_FOUND
                  : ReasonCode.SUCCESS);
      watcher.assertOpen();
      assertThat(node.count(Figure.PUBLISH_REFUSED)).isEqualTo(3);
    }
  }

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  void whatTheLogDoesNotTakeIsNotAcknowledged(ProtocolVersion version) {
    TestNode node = TestNode.withDefaults();
    TestClient client = node.connect(version, "a");
    node.engine.close();
    client.publish("t", "two", Qos.EXACTLY_ONCE, 2);
    if (version == ProtocolVersion.V5) {
      assertThat(client.next(Pubrec.class).reason())
          .isEqualTo(ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR);
      client.publish("t", "one", Qos.AT_LEAST_ONCE, 1);
      Puback puback = client.next(Puback.class);
      assertThat(puback.reason()).isEqualTo(ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR);
      assertThat(puback.reasonString()).isEqualTo("the node is shutting down");
      // The handshake is over: the id is free for another message.
      client.pubrel(2);
      assertThat(client.next(Pubcomp.class).reason())
          .isEqualTo(ReasonCode.PACKET_IDENTIFIER_NOT_FOUND);
    } else {
      client.assertClosed();
    }
  }

  @Test
  @Clause({"MQTT-3.1.2-29", "MQTT-3.4.2-2", "MQTT-3.5.2-2"})
  void reasonStringsGoToThoseWhoWantThemAndHaveRoom() {
    TestNode node = TestNode.with(TestRules.denyTopic("secret"));
    assertThat(wordsFor(node, ConnectDraft.v5("a"))).contains("not allowed");
    assertThat(wordsFor(node, ConnectDraft.v5("b").wantsNoProblemInformation())).isEqualTo("null");
    assertThat(wordsFor(node, ConnectDraft.v5("c").maximumPacketSize(30))).isEqualTo("null");
  }

  private static String wordsFor(TestNode node, ConnectDraft connect) {
    TestClient client = node.connect(connect);
    client.publish("secret", "one", Qos.AT_LEAST_ONCE, 1);
    Puback puback = client.next(Puback.class);
    assertThat(puback.reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
    client.publish("secret", "two", Qos.EXACTLY_ONCE, 2);
    Pubrec pubrec = client.next(Pubrec.class);
    assertThat(pubrec.reasonString()).isEqualTo(puback.reasonString());
    return String.valueOf(puback.reasonString());
  }

  @Test
  void aTopicThatIsTooDeepIsRefusedAndAtQos0EndsTheConnection() {
    String deep = "a/".repeat(200);
    TestClient client = TestNode.withDefaults().connect(ProtocolVersion.V5, "a");
    client.publish(deep, "one", Qos.AT_LEAST_ONCE, 1);
    assertThat(client.next(Puback.class).reason()).isEqualTo(ReasonCode.TOPIC_NAME_INVALID);
    client.publish(deep, "zero");
    client.assertDisconnected(ReasonCode.TOPIC_NAME_INVALID);

    TestClient old = TestNode.withDefaults().connect(ProtocolVersion.V3_1_1, "a");
    old.publish(deep, "zero");
    old.assertOpen();
  }

  @Test
  void aPayloadThatIsNotTheTextItSaysItIsIsRefused() {
    Properties text = new Properties(true, true, null, null, new byte[0], List.of());
    TestClient client = TestNode.withDefaults().connect(ProtocolVersion.V5, "a");
    client.send(TestClient.message("t", NO_TEXT, Qos.AT_LEAST_ONCE, 1, false, 0, -1, text));
    assertThat(client.next(Puback.class).reason()).isEqualTo(ReasonCode.PAYLOAD_FORMAT_INVALID);
    client.send(TestClient.message("t", NO_TEXT, Qos.EXACTLY_ONCE, 2, false, 0, -1, text));
    assertThat(client.next(Pubrec.class).reason()).isEqualTo(ReasonCode.PAYLOAD_FORMAT_INVALID);
    client.send(TestClient.message("t", NO_TEXT, Qos.AT_MOST_ONCE, 0, false, 0, -1, text));
    client.assertDisconnected(ReasonCode.PAYLOAD_FORMAT_INVALID);
  }

  @Test
  void oneRetainedMessageTooManyIsRefused() {
    TestNode node = TestNode.with(limits -> limits.retainedMessages(1));
    TestClient client = node.connect(ProtocolVersion.V5, "a");
    client.publishRetained("t", "first");
    client.assertOpen();
    client.publishRetained("u", "second");
    client.assertDisconnected(ReasonCode.QUOTA_EXCEEDED);
  }

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  @Clause({"MQTT-3.3.2-2", "MQTT-4.7.1-1"})
  void aWildcardInATopicNameEndsTheConnection(ProtocolVersion version) {
    TestClient client = TestNode.withDefaults().connect(version, "a");
    client.publish("a/+/b", "x");
    client.assertDisconnected(ReasonCode.TOPIC_NAME_INVALID);
  }

  @Test
  @Clause("MQTT-3.3.4-6")
  void aClientSendsNoSubscriptionIdentifier() {
    TestClient client = TestNode.withDefaults().connect(ProtocolVersion.V5, "a");
    client.send(
        new Publish(
            0,
            false,
            Qos.AT_MOST_ONCE,
            false,
            "t",
            0,
            -1,
            new int[] {1},
            Properties.NONE,
            new byte[0]));
    client.assertDisconnected(ReasonCode.PROTOCOL_ERROR);
  }

  // ---------------------------------------------------------------- what travels along

  @Test
  @Clause({
    "MQTT-3.3.2-4",
    "MQTT-3.3.2-15",
    "MQTT-3.3.2-16",
    "MQTT-3.3.2-17",
    "MQTT-3.3.2-18",
    "MQTT-3.3.2-20",
    "MQTT-3.3.1-3"
  })
  void propertiesTravelAsTheyAreAndDupDoesNot() {
    TestNode node = TestNode.withDefaults();
    TestClient watcher = watcher(node);
    TestClient client = node.connect(ProtocolVersion.V5, "a");
    Properties all =
        new Properties(
            true,
            true,
            "text/plain",
            "answers/a",
            new byte[] {1, 2},
            List.of(new UserProperty("b", "1"), new UserProperty("a", "2")));
    client.send(TestClient.message("t", new byte[] {'x'}, Qos.AT_LEAST_ONCE, 1, true, 0, -1, all));
    Publish got = watcher.nextMessage("x");
    assertThat(got.dup()).isFalse();
    assertThat(got.properties()).usingRecursiveComparison().isEqualTo(all);
  }

  @Test
  @Clause({"MQTT-3.3.2-5", "MQTT-3.3.2-6"})
  void aMessageExpiresAndSaysHowLongItHasStillToLive() {
    TestNode node = TestNode.withDefaults();
    ConnectDraft away = ConnectDraft.v5("away").persistent();
    TestClient client = node.connect(away);
    client.subscribe("t", Qos.AT_LEAST_ONCE);
    client.drop();
    TestClient publisher = node.connect(ProtocolVersion.V5, "a");
    publisher.send(expiring("short", 5), expiring("long", 60));
    node.seconds(10);

    TestClient back = node.connect(away);
    assertThat(back.nextMessage("long").expirySeconds()).isEqualTo(50);
    back.assertOpen();
    assertThat(node.count(Figure.PUBLISH_EXPIRED)).isEqualTo(1);
  }

  private static Publish expiring(String payload, long seconds) {
    byte[] bytes = payload.getBytes(UTF_8);
    return TestClient.message(
        "t", bytes, Qos.AT_LEAST_ONCE, payload.length(), false, 0, seconds, Properties.NONE);
  }

  // ---------------------------------------------------------------- aliases of the client

  @Test
  @Clause({"MQTT-3.3.2-8", "MQTT-3.3.2-12"})
  void anAliasStandsForItsTopicUntilItIsSetAnew() {
    TestNode node = TestNode.withDefaults();
    TestClient watcher = watcher(node);
    TestClient client = node.connect(ProtocolVersion.V5, "a");
    client.send(
        TestClient.aliased("one", 64),
        TestClient.aliased("", 64),
        TestClient.aliased("two", 64),
        TestClient.aliased("", 64));
    assertThat(watcher.next(Publish.class).topic()).isEqualTo("one");
    assertThat(watcher.next(Publish.class).topic()).isEqualTo("one");
    assertThat(watcher.next(Publish.class).topic()).isEqualTo("two");
    Publish last = watcher.next(Publish.class);
    assertThat(last.topic()).isEqualTo("two");
    // The watcher allows no alias.
    assertThat(last.topicAlias()).isZero();
  }

  @Test
  @Clause("MQTT-3.3.2-9")
  void anAliasBeyondTheMaximumEndsTheConnection() {
    TestClient client = TestNode.withDefaults().connect(ProtocolVersion.V5, "a");
    client.send(TestClient.aliased("t", 65));
    client.assertDisconnected(ReasonCode.TOPIC_ALIAS_INVALID);

    TestNode without = TestNode.with(limits -> limits.topicAliases(0));
    TestClient other = without.connect(ProtocolVersion.V5, "a");
    other.send(TestClient.aliased("t", 1));
    other.assertDisconnected(ReasonCode.TOPIC_ALIAS_INVALID);
  }

  @Test
  @Clause("MQTT-3.3.2-7")
  void anAliasEndsWithItsConnection() {
    TestNode node = TestNode.withDefaults();
    ConnectDraft persistent = ConnectDraft.v5("a").persistent();
    TestClient client = node.connect(persistent);
    client.send(TestClient.aliased("t", 1));
    client.drop();
    TestClient again = node.connect(persistent);
    again.send(TestClient.aliased("", 1));
    again.assertDisconnected(ReasonCode.PROTOCOL_ERROR);
  }

  // ---------------------------------------------------------------- how many at once

  @Test
  @Clause({"MQTT-3.3.4-7", "MQTT-3.3.4-8"})
  void moreThanReceiveMaximumEndsTheConnectionInVersion5() {
    TestNode node = TestNode.with(limits -> limits.receiveMaximum(2));
    TestClient client = node.connect(ProtocolVersion.V5, "a");
    client.publish("t", "1", Qos.EXACTLY_ONCE, 1);
    client.publish("t", "2", Qos.EXACTLY_ONCE, 2);
    client.next(Pubrec.class);
    client.next(Pubrec.class);
    // QoS 0 is not counted, a repetition is the same message again.
    client.publish("t", "0");
    client.send(TestClient.repeated("t", "2", Qos.EXACTLY_ONCE, 2));
    client.next(Pubrec.class);
    client.pubrel(1);
    client.next(Pubcomp.class);
    client.publish("t", "3", Qos.AT_LEAST_ONCE, 3);
    client.next(Puback.class);
    client.publish("t", "4", Qos.EXACTLY_ONCE, 4);
    client.next(Pubrec.class);
    client.publish("t", "5", Qos.AT_LEAST_ONCE, 5);
    client.assertDisconnected(ReasonCode.RECEIVE_MAXIMUM_EXCEEDED);
  }

  @Test
  void aRefusedMessageIsNotCountedForReceiveMaximum() {
    TestNode node = TestNode.with(limits -> limits.receiveMaximum(1));
    TestClient client = node.connect(ProtocolVersion.V5, "a");
    for (int id = 1; id <= 3; id++) {
      client.publish("$SYS/x", "x", Qos.EXACTLY_ONCE, id);
      client.next(Pubrec.class);
    }
    client.publish("t", "1", Qos.EXACTLY_ONCE, 4);
    client.next(Pubrec.class);
    client.assertOpen();
  }

  @Test
  void whatAFormerConnectionLeftUnreleasedDoesNotCountUntilItIsSentAgain() {
    TestNode node = TestNode.with(limits -> limits.receiveMaximum(2));
    ConnectDraft persistent = ConnectDraft.v5("a").persistent();
    TestClient client = node.connect(persistent);
    client.publish("t", "1", Qos.EXACTLY_ONCE, 1);
    client.publish("t", "2", Qos.EXACTLY_ONCE, 2);
    client.drop();

    TestClient again = node.connect(persistent);
    again.pubrel(1);
    again.next(Pubcomp.class);
    // Releasing it has given no room beyond the maximum.
    again.send(TestClient.repeated("t", "2", Qos.EXACTLY_ONCE, 2));
    again.next(Pubrec.class);
    again.publish("t", "3", Qos.EXACTLY_ONCE, 3);
    again.next(Pubrec.class);
    again.assertOpen();
    again.publish("t", "4", Qos.EXACTLY_ONCE, 4);
    again.assertDisconnected(ReasonCode.RECEIVE_MAXIMUM_EXCEEDED);
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V3_1", "V3_1_1"})
  void anOlderClientIsNotReadWhileTooMuchWaitsForTheLog(ProtocolVersion version) {
    TestNode node = TestNode.with(limits -> limits.receiveMaximum(2));
    TestClient client = node.connect(version, "a");
    node.engine.hold();
    for (int id = 1; id <= 5; id++) {
      client.publish("t", "x", Qos.EXACTLY_ONCE, id);
    }
    assertThat(client.reads()).isFalse();
    node.engine.release();
    node.run();
    for (int id = 1; id <= 5; id++) {
      assertThat(client.next(Pubrec.class).packetId()).isEqualTo(id);
    }
    // It may have more than the maximum unreleased: it does not know of any.
    assertThat(client.reads()).isTrue();
    for (int id = 1; id <= 5; id++) {
      client.pubrel(id);
      client.next(Pubcomp.class);
    }
    client.assertOpen();
  }

  @Test
  void aClientThatIsNotReadIsNotOverdue() {
    TestNode node = TestNode.with(limits -> limits.receiveMaximum(1));
    TestClient client = node.connect(ConnectDraft.of(ProtocolVersion.V3_1_1, "a").keepAlive(2));
    node.engine.hold();
    client.publish("t", "1", Qos.AT_LEAST_ONCE, 1);
    client.publish("t", "2", Qos.AT_LEAST_ONCE, 2);
    assertThat(client.reads()).isFalse();
    node.seconds(20);
    client.assertOpen();
    node.engine.release();
    node.run();
    client.next(Puback.class);
    client.next(Puback.class);
    node.seconds(5);
    client.assertClosed();
  }

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  void aPublisherIsNotReadWhileTheLanesAreCongested(ProtocolVersion version) {
    TestNode node = TestNode.withDefaults();
    TestClient watcher = watcher(node);
    TestClient client = node.connect(version, "a");
    byte[] large = new byte[1_000_000];
    for (int i = 0; i < 20; i++) {
      client.push(
          TestClient.message("t", large, Qos.AT_MOST_ONCE, 0, false, 0, -1, Properties.NONE));
    }
    boolean[] readsMeanwhile = {true};
    node.execute(
        () -> {
          // The messages are handed over and not taken: this is when a publisher has to wait.
          client.push(TestClient.message("t", "x", Qos.AT_MOST_ONCE, 0));
          readsMeanwhile[0] = client.reads();
        });
    node.run();
    assertThat(readsMeanwhile[0]).isFalse();
    for (int i = 0; i < 20; i++) {
      watcher.next(Publish.class);
    }
    watcher.nextMessage("x");
    assertThat(client.reads()).isTrue();
  }
}
