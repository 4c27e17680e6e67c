package io.forebay.mqtt.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.message.Qos;
import io.forebay.mqtt.Connack;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.Puback;
import io.forebay.mqtt.Publish;
import io.forebay.mqtt.Pubrel;
import io.forebay.mqtt.ReasonCode;
import io.forebay.mqtt.Suback;
import io.forebay.mqtt.Subscribe;
import io.forebay.mqtt.Unsuback;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// SUBSCRIBE, UNSUBSCRIBE, their answers and their options, retained messages among them (MQTT 5
/// §3.8 to §3.11, §3.3.1.3, §4.8).
class SubscribeTest {
  private final TestNode node = TestNode.withDefaults();
  private final TestClient publisher = node.connect(ProtocolVersion.V5, "publisher");

  private static Subscribe.Entry entry(String filter, Qos qos) {
    return new Subscribe.Entry(filter, qos, false, false, 0);
  }

  private static Subscribe.Entry retainHandling(int handling) {
    return new Subscribe.Entry("t", Qos.AT_LEAST_ONCE, false, false, handling);
  }

  // ---------------------------------------------------------------- SUBACK

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  @Clause({"MQTT-3.8.4-1", "MQTT-3.8.4-2", "MQTT-3.8.4-5", "MQTT-3.8.4-6", "MQTT-3.8.4-7"})
  void everyFilterIsAnsweredByItself(ProtocolVersion version) {
    boolean v5 = version == ProtocolVersion.V5;
    TestClient client = node.connect(version, "a");
    List<ReasonCode> reasons =
        client.subscribe(
            0,
            entry("a", Qos.AT_MOST_ONCE),
            entry("bad/#/filter", Qos.AT_LEAST_ONCE),
            entry("b/+", Qos.AT_LEAST_ONCE),
            entry("$share//x", Qos.AT_LEAST_ONCE),
            entry("#", Qos.EXACTLY_ONCE));
    ReasonCode invalid = v5 ? ReasonCode.TOPIC_FILTER_INVALID : ReasonCode.UNSPECIFIED_ERROR;
    assertThat(reasons)
        .containsExactly(
            ReasonCode.SUCCESS,
            invalid,
            ReasonCode.GRANTED_QOS_1,
            invalid,
            ReasonCode.GRANTED_QOS_2);
    client.assertOpen();
  }

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  void aFilterThatIsNotAllowedIsRefused(ProtocolVersion version) {
    TestNode strict = TestNode.with(TestRules.denyFilter("secret"));
    TestClient client = strict.connect(version, "a");
    for (String filter : List.of("secret", "$share/group/secret")) {
      assertThat(client.subscribe(filter, Qos.AT_LEAST_ONCE))
          .containsExactly(
              version == ProtocolVersion.V5
                  ? ReasonCode.NOT_AUTHORIZED
                  : ReasonCode.UNSPECIFIED_ERROR);
    }
    client.publish("secret", "x");
    client.assertOpen();
  }

  @Test
  void oneFilterTooManyIsRefusedButThoseHeldMayBeRenewed() {
    TestNode small = TestNode.with(limits -> limits.subscriptions(2));
    TestClient client = small.connect(ProtocolVersion.V5, "a");
    assertThat(
            client.subscribe(
                0,
                entry("a", Qos.AT_MOST_ONCE),
                entry("a", Qos.AT_LEAST_ONCE),
                entry("$share/g/b", Qos.AT_MOST_ONCE),
                entry("c", Qos.AT_MOST_ONCE)))
        .containsExactly(
            ReasonCode.SUCCESS,
            ReasonCode.GRANTED_QOS_1,
            ReasonCode.SUCCESS,
            ReasonCode.QUOTA_EXCEEDED);
    assertThat(
            client.subscribe(
                0, entry("a", Qos.EXACTLY_ONCE), entry("$share/g/b", Qos.EXACTLY_ONCE)))
        .containsExactly(ReasonCode.GRANTED_QOS_2, ReasonCode.GRANTED_QOS_2);
    client.unsubscribe("a");
    client.next(Unsuback.class);
    assertThat(client.subscribe("c", Qos.AT_MOST_ONCE)).containsExactly(ReasonCode.SUCCESS);
  }

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  void theSubackOfAKeptSessionComesOnceItIsKept(ProtocolVersion version) {
    TestClient client = node.connect(ConnectDraft.of(version, "a").persistent());
    node.engine.hold();
    client.send(new Subscribe(1, 0, List.of(), List.of(entry("t", Qos.AT_LEAST_ONCE))));
    client.assertOpen();
    node.engine.release();
    node.run();
    assertThat(client.next(Suback.class).reasons()).containsExactly(ReasonCode.GRANTED_QOS_1);
  }

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  void noSubackComesAfterATakeover(ProtocolVersion version) {
    ConnectDraft persistent = ConnectDraft.of(version, "a").persistent();
    TestClient client = node.connect(persistent);
    node.engine.hold();
    client.send(new Subscribe(1, 0, List.of(), List.of(entry("t", Qos.AT_LEAST_ONCE))));
    TestClient successor = node.open(persistent);
    node.engine.release();
    node.run();
    client.assertDisconnected(ReasonCode.SESSION_TAKEN_OVER);
    successor.next(Connack.class);
    successor.assertOpen();
  }

  @Test
  @Clause({"MQTT-3.8.3-4", "MQTT-3.8.3-5"})
  void aPacketThatBreaksTheRulesEndsTheConnection() {
    Subscribe.Entry noLocalShared =
        new Subscribe.Entry("$share/g/t", Qos.AT_LEAST_ONCE, true, false, 0);
    TestClient client = node.connect(ProtocolVersion.V5, "a");
    client.send(new Subscribe(1, 0, List.of(), List.of(noLocalShared)));
    client.assertDisconnected(ReasonCode.PROTOCOL_ERROR);

    TestClient reserved = node.connect(ProtocolVersion.V5, "a");
    reserved.sendBytes(0x82, 7, 0, 1, 0, 0, 1, 't', 0xC0);
    reserved.assertDisconnected(ReasonCode.MALFORMED_PACKET);

    TestClient empty = node.connect(ProtocolVersion.V5, "a");
    empty.sendBytes(0x82, 3, 0, 1, 0);
    empty.assertDisconnected(ReasonCode.PROTOCOL_ERROR);
  }

  @Test
  @Clause("MQTT-3.9.2-1")
  void theReasonStringOfSubackSaysWhatWasWrong() {
    TestClient client = node.connect(ProtocolVersion.V5, "a");
    client.send(new Subscribe(1, 0, List.of(), List.of(entry("a#", Qos.AT_MOST_ONCE))));
    assertThat(client.next(Suback.class).reasonString())
        .isEqualTo("# is the last level of a filter and stands alone in it");
    TestClient terse = node.connect(ConnectDraft.v5("b").wantsNoProblemInformation());
    terse.send(new Subscribe(1, 0, List.of(), List.of(entry("a#", Qos.AT_MOST_ONCE))));
    assertThat(terse.next(Suback.class).reasonString()).isNull();
  }

  // ---------------------------------------------------------------- what is delivered

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  @Clause({"MQTT-3.8.4-3", "MQTT-3.8.4-8"})
  void theSameFilterAgainReplacesTheSubscription(ProtocolVersion version) {
    TestClient client = node.connect(version, "a");
    client.subscribe("t", Qos.EXACTLY_ONCE);
    client.subscribe("t", Qos.AT_LEAST_ONCE);
    publisher.publish("t", "x", Qos.EXACTLY_ONCE, 1);
    assertThat(client.nextMessage("x").qos()).isEqualTo(Qos.AT_LEAST_ONCE);
    client.assertOpen();
  }

  @Test
  @Clause({"MQTT-3.3.4-2", "MQTT-3.3.4-3", "MQTT-3.3.4-4"})
  void overlappingSubscriptionsDeliverOnceWithTheHighestQosAndAllIdentifiers() {
    TestClient client = node.connect(ProtocolVersion.V5, "a");
    client.subscribe(1, entry("t/#", Qos.AT_MOST_ONCE));
    client.subscribe(268_435_455, entry("t/+", Qos.EXACTLY_ONCE));
    client.subscribe(0, entry("t/x", Qos.AT_LEAST_ONCE));
    publisher.publish("t/x", "live", Qos.EXACTLY_ONCE, 1);
    Publish live = client.nextMessage("live");
    assertThat(live.qos()).isEqualTo(Qos.EXACTLY_ONCE);
    assertThat(live.subscriptionIds()).containsExactlyInAnyOrder(1, 268_435_455);
    publisher.publish("t/x", "zero");
    assertThat(client.nextMessage("zero").subscriptionIds())
        .containsExactlyInAnyOrder(1, 268_435_455);
    client.assertOpen();
  }

  @Test
  void overlappingSubscriptionsAreOneInVersion3Too() {
    TestClient client = node.connect(ProtocolVersion.V3_1_1, "a");
    client.subscribe("t/#", Qos.AT_MOST_ONCE);
    client.subscribe("t/+", Qos.AT_LEAST_ONCE);
    publisher.publish("t/x", "x", Qos.EXACTLY_ONCE, 1);
    assertThat(client.nextMessage("x").qos()).isEqualTo(Qos.AT_LEAST_ONCE);
    client.assertOpen();
  }

  @Test
  @Clause("MQTT-3.8.3-3")
  void noLocalKeepsAClientsOwnMessagesAway() {
    TestClient client = node.connect(ProtocolVersion.V5, "a");
    client.subscribe(0, new Subscribe.Entry("t", Qos.AT_LEAST_ONCE, true, false, 0));
    client.publish("t", "own");
    client.publish("t", "own", Qos.AT_LEAST_ONCE, 1);
    client.next(Puback.class);
    client.assertOpen();
    publisher.publish("t", "other");
    client.nextMessage("other");
  }

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  @Clause({"MQTT-4.7.2-1", "MQTT-4.7.1-2"})
  void aLeadingWildcardDoesNotMatchDollarTopics(ProtocolVersion version) {
    TestClient client = node.connect(version, "a");
    client.subscribe("#", Qos.AT_MOST_ONCE);
    client.subscribe("+/x", Qos.AT_MOST_ONCE);
    publisher.publish("$other/x", "hidden");
    client.assertOpen();
    client.subscribe("$other/#", Qos.AT_MOST_ONCE);
    publisher.publish("$other/x", "seen");
    client.nextMessage("seen");
    client.assertOpen();
  }

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  @Clause({"MQTT-4.8.2-3", "MQTT-4.8.2-4", "MQTT-4.8.2-5"})
  void aSharedGroupGetsEachMessageOnce(ProtocolVersion version) {
    TestClient one = node.connect(version, "one");
    TestClient two = node.connect(version, "two");
    one.subscribe("$share/g/t", Qos.AT_LEAST_ONCE);
    two.subscribe("$share/g/t", Qos.AT_MOST_ONCE);
    int messages = 0;
    for (int i = 0; i < 10; i++) {
      publisher.publish("t", "m" + i, Qos.AT_LEAST_ONCE, i + 1);
    }
    for (TestClient client : List.of(one, two)) {
      for (Publish publish : client.messages()) {
        messages++;
        assertThat(publish.qos())
            .isEqualTo(client.equals(one) ? Qos.AT_LEAST_ONCE : Qos.AT_MOST_ONCE);
      }
    }
    assertThat(messages).isEqualTo(10);
  }

  @Test
  @Clause("MQTT-4.8.2-6")
  void whatAMemberDidNotAcknowledgeGoesToAnother() {
    TestClient one = node.connect(ProtocolVersion.V5, "one");
    one.subscribe("$share/g/t", Qos.AT_LEAST_ONCE);
    publisher.publish("t", "x", Qos.AT_LEAST_ONCE, 1);
    one.nextMessage("x");
    TestClient two = node.connect(ProtocolVersion.V5, "two");
    two.subscribe("$share/g/t", Qos.AT_LEAST_ONCE);
    two.assertOpen();
    one.drop();
    two.nextMessage("x");
  }

  // ---------------------------------------------------------------- retained messages

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  @Clause({"MQTT-3.3.1-5", "MQTT-3.3.1-6", "MQTT-3.3.1-7", "MQTT-3.3.1-8", "MQTT-3.3.1-9"})
  void aNewSubscriptionGetsTheRetainedMessageAndAnOldOneTheLiveOne(ProtocolVersion version) {
    TestClient old = node.connect(version, "old");
    old.subscribe("t", Qos.AT_LEAST_ONCE);
    publisher.publishRetained("t", "first");
    publisher.publishRetained("t", "second");
    publisher.publish("t", "plain");
    assertThat(old.nextMessage("first").retain()).isFalse();
    old.nextMessage("second");
    old.nextMessage("plain");

    TestClient fresh = node.connect(version, "fresh");
    fresh.subscribe("t", Qos.AT_LEAST_ONCE);
    assertThat(fresh.nextMessage("second").retain()).isTrue();
    fresh.assertOpen();

    publisher.publishRetained("t", "");
    assertThat(old.nextMessage("").retain()).isFalse();
    TestClient late = node.connect(version, "late");
    late.subscribe("t", Qos.AT_LEAST_ONCE);
    late.assertOpen();
  }

  @Test
  @Clause({"MQTT-3.3.1-10", "MQTT-3.3.1-11"})
  void retainHandlingDecidesWhetherRetainedMessagesCome() {
    publisher.publishRetained("t", "kept");
    TestClient client = node.connect(ProtocolVersion.V5, "a");
    client.subscribe(0, retainHandling(2));
    client.assertOpen();
    client.subscribe(0, retainHandling(1));
    client.assertOpen();
    client.subscribe(0, retainHandling(0));
    client.nextMessage("kept");
    client.unsubscribe("t");
    client.next(Unsuback.class);
    client.subscribe(0, retainHandling(1));
    client.nextMessage("kept");
    client.assertOpen();
  }

  @Test
  @Clause({"MQTT-3.3.1-12", "MQTT-3.3.1-13"})
  void retainAsPublishedKeepsTheFlag() {
    TestClient client = node.connect(ProtocolVersion.V5, "a");
    client.subscribe(0, new Subscribe.Entry("t", Qos.AT_LEAST_ONCE, false, true, 0));
    publisher.publishRetained("t", "retained");
    assertThat(client.nextMessage("retained").retain()).isTrue();
    publisher.publish("t", "plain");
    assertThat(client.nextMessage("plain").retain()).isFalse();
  }

  @Test
  void aSharedSubscriptionGetsNoRetainedMessages() {
    publisher.publishRetained("t", "kept");
    TestClient client = node.connect(ProtocolVersion.V5, "a");
    client.subscribe("$share/g/t", Qos.AT_LEAST_ONCE);
    client.assertOpen();
  }

  @Test
  @Clause("MQTT-3.3.4-3")
  void aRetainedMessageCarriesTheSubscriptionIdentifier() {
    publisher.publishRetained("t", "kept");
    TestClient client = node.connect(ProtocolVersion.V5, "a");
    client.subscribe(7, entry("+", Qos.AT_LEAST_ONCE));
    assertThat(client.nextMessage("kept").subscriptionIds()).containsExactly(7);
  }

  // ---------------------------------------------------------------- UNSUBSCRIBE

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  @Clause({"MQTT-3.10.4-1", "MQTT-3.10.4-2", "MQTT-3.10.4-4", "MQTT-3.10.4-5", "MQTT-3.11.3-1"})
  void unsubscribeIsAnsweredForEachFilterAndEndsTheDelivery(ProtocolVersion version) {
    for (ConnectDraft connect :
        List.of(ConnectDraft.of(version, "a"), ConnectDraft.of(version, "b").persistent())) {
      TestClient client = node.connect(connect);
      client.subscribe("t", Qos.AT_LEAST_ONCE);
      client.subscribe("$share/g/u", Qos.AT_LEAST_ONCE);
      client.unsubscribe("t", "never", "$share/g/u", "a#", "t");
      Unsuback unsuback = client.next(Unsuback.class);
      assertThat(unsuback.packetId()).isEqualTo(9_998);
      if (version == ProtocolVersion.V5) {
        assertThat(unsuback.reasons())
            .containsExactly(
                ReasonCode.SUCCESS,
                ReasonCode.NO_SUBSCRIPTION_EXISTED,
                ReasonCode.SUCCESS,
                ReasonCode.TOPIC_FILTER_INVALID,
                ReasonCode.NO_SUBSCRIPTION_EXISTED);
      }
      publisher.publish("t", "x");
      publisher.publish("u", "x");
      client.assertOpen();
    }
  }

  @Test
  @Clause("MQTT-3.10.4-3")
  void whatIsOnItsWayIsFinishedAfterUnsubscribe() {
    TestClient client = node.connect(ProtocolVersion.V5, "a");
    client.subscribe("t", Qos.EXACTLY_ONCE);
    publisher.publish("t", "x", Qos.EXACTLY_ONCE, 1);
    int id = client.nextMessage("x").packetId();
    client.unsubscribe("t");
    client.next(Unsuback.class);
    client.pubrec(id);
    client.next(Pubrel.class);
    client.pubcomp(id);
    client.assertOpen();
  }
}
