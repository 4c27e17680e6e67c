package io.forebay.mqtt.connection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.message.Qos;
import io.forebay.core.message.UserProperty;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.Publish;
import io.forebay.mqtt.ReasonCode;
import io.forebay.mqtt.Suback;
import io.forebay.mqtt.Subscribe;
import io.forebay.mqtt.Unsuback;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Subscriptions that begin in the past, and the positions of messages.
class ReplayTest {
  private static final List<ReasonCode> GRANTED_1 = List.of(ReasonCode.GRANTED_QOS_1);

  private final TestNode node = TestNode.withDefaults();
  private final TestClient publisher = node.connect(ProtocolVersion.V5, "publisher");

  private void publish(String... payloads) {
    for (String payload : payloads) {
      publisher.publish("t", payload, Qos.AT_LEAST_ONCE, 1);
    }
  }

  private static List<ReasonCode> subscribe(
      TestClient client, String filter, Qos qos, UserProperty... properties) {
    Subscribe.Entry entry = new Subscribe.Entry(filter, qos, false, false, 0);
    client.send(new Subscribe(9_999, 0, List.of(properties), List.of(entry)));
    return client.next(Suback.class).reasons();
  }

  private static UserProperty from(String place) {
    return new UserProperty("replay-from", place);
  }

  private static List<String> payloads(TestClient client) {
    return client.messages().stream().map(each -> new String(each.payload(), UTF_8)).toList();
  }

  private static List<UserProperty> extras(Publish message) {
    return message.properties().userProperties();
  }

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  void whatWasPublishedBeforeComesAndThenWhatIsPublishedNow(ProtocolVersion version) {
    publish("1", "2");
    TestClient client = node.connect(version, "a");
    assertThat(client.subscribe("$replay/earliest/t", Qos.AT_LEAST_ONCE)).isEqualTo(GRANTED_1);
    Publish first = client.nextMessage("1");
    assertThat(first.topic()).isEqualTo("t");
    assertThat(first.qos()).isEqualTo(Qos.AT_LEAST_ONCE);
    assertThat(first.dup()).isFalse();
    client.nextMessage("2");
    publish("3");
    client.nextMessage("3");
    client.assertOpen();
  }

  @Test
  void aReplayBeginsAtATimeAgoAnInstantOrAPosition() {
    publish("1");
    node.seconds(10);
    publish("2");
    node.seconds(10);
    publish("3");
    for (String place : List.of("15s", "2001-09-09T01:46:45Z", "default/0/1/1")) {
      TestClient client = node.connect(ProtocolVersion.V5, "a");
      client.subscribe("$replay/" + place + "/#", Qos.AT_LEAST_ONCE);
      assertThat(payloads(client)).as(place).containsExactly("2", "3");
      client.disconnect();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "soon, not at 'soon'",
    "nowhere/0/1/7, no stream 'nowhere'",
    "default/1/1/0, a partition 1",
    "default/0/1/2, beyond the end of the log",
    "default/0/2/0, beyond the end of the log",
  })
  void aPlaceThatIsNotThereIsRefusedInWords(String place, String words) {
    publish("1");
    TestClient client = node.connect(ProtocolVersion.V5, "a");
    Subscribe.Entry named =
        new Subscribe.Entry("$replay/" + place + "/t", Qos.AT_LEAST_ONCE, false, false, 0);
    Subscribe.Entry plain = new Subscribe.Entry("t", Qos.AT_LEAST_ONCE, false, false, 0);
    Subscribe.Entry shared = new Subscribe.Entry("$share/g/t", Qos.AT_LEAST_ONCE, false, false, 0);
    client.send(new Subscribe(1, 0, List.of(), List.of(named, shared)));
    Suback suback = client.next(Suback.class);
    assertThat(suback.reasons())
        .containsExactly(ReasonCode.TOPIC_FILTER_INVALID, ReasonCode.GRANTED_QOS_1);
    assertThat(suback.reasonString()).contains(words);
    client.send(new Subscribe(1, 0, List.of(from(place)), List.of(plain, shared)));
    suback = client.next(Suback.class);
    assertThat(suback.reasons())
        .containsExactly(ReasonCode.TOPIC_FILTER_INVALID, ReasonCode.GRANTED_QOS_1);
    assertThat(suback.reasonString()).contains(words);
  }

  @Test
  void theClientsReceiveMaximumPacesAReplay() {
    publish("1", "2", "3");
    TestClient client = node.connect(ConnectDraft.of(ProtocolVersion.V5, "a").receiveMaximum(2));
    client.subscribe("$replay/earliest/t", Qos.AT_LEAST_ONCE);
    int id = client.nextMessage("1").packetId();
    client.nextMessage("2");
    client.assertNothing();
    client.puback(id);
    client.nextMessage("3");
  }

  @Test
  void atQos0TheSocketPacesAReplayAndNothingIsDropped() {
    publish("1", "2", "3");
    TestClient client = node.connect(ProtocolVersion.V3_1_1, "a");
    client.writable(false);
    client.subscribe("$replay/earliest/t", Qos.AT_MOST_ONCE);
    publish("4");
    client.assertNothing();
    client.writable(true);
    assertThat(payloads(client)).containsExactly("1", "2", "3", "4");
    client.writable(false);
    publish("5", "6");
    client.assertNothing();
    client.writable(true);
    assertThat(payloads(client)).containsExactly("5", "6");
  }

  @Test
  void retainedMessagesAreInTheLogAndDoNotComeBesideIt() {
    publisher.publishRetained("t", "kept");
    publish("1");
    TestClient client = node.connect(ProtocolVersion.V5, "a");
    client.subscribe("$replay/earliest/t", Qos.AT_LEAST_ONCE);
    assertThat(payloads(client)).containsExactly("1");
  }

  @Test
  void aReplayAndAPlainSubscriptionAreTwo() {
    TestClient client = node.connect(ProtocolVersion.V5, "a");
    client.subscribe("t", Qos.AT_LEAST_ONCE);
    client.subscribe("$replay/earliest/t", Qos.AT_LEAST_ONCE);
    publish("1");
    assertThat(payloads(client)).containsExactly("1", "1");
  }

  // ---------------------------------------------------------------- names

  @Test
  void unsubscribeWithTheSameTextEndsIt() {
    TestClient client = node.connect(ProtocolVersion.V5, "a");
    client.subscribe("$replay/1h/t", Qos.AT_LEAST_ONCE);
    client.unsubscribe("$replay/2h/t", "t", "$replay/1h/t", "$replay/1h/t");
    assertThat(client.next(Unsuback.class).reasons())
        .containsExactly(
            ReasonCode.NO_SUBSCRIPTION_EXISTED,
            ReasonCode.NO_SUBSCRIPTION_EXISTED,
            ReasonCode.SUCCESS,
            ReasonCode.NO_SUBSCRIPTION_EXISTED);
    publish("1");
    client.assertNothing();
  }

  @Test
  void theSameSubscribeAgainChangesOptionsAndBeginsNothingAnew() {
    publish("1");
    TestClient client = node.connect(ProtocolVersion.V5, "a");
    client.subscribe("$replay/earliest/t", Qos.AT_LEAST_ONCE);
    client.nextMessage("1");
    assertThat(client.subscribe("$replay/earliest/t", Qos.AT_MOST_ONCE))
        .containsExactly(ReasonCode.SUCCESS);
    publish("2");
    assertThat(client.nextMessage("2").qos()).isEqualTo(Qos.AT_MOST_ONCE);
    client.assertNothing();
  }

  @Test
  void aReplayAskedForByPropertyGoesByThePlainFilter() {
    publish("1", "2");
    TestClient client = node.connect(ProtocolVersion.V5, "a");
    client.subscribe("t", Qos.AT_LEAST_ONCE);
    assertThat(subscribe(client, "t", Qos.AT_LEAST_ONCE, from("default/0/1/1")))
        .isEqualTo(GRANTED_1);
    assertThat(payloads(client)).containsExactly("2");
    publish("3");
    assertThat(payloads(client)).containsExactly("3");
    subscribe(client, "t", Qos.AT_LEAST_ONCE);
    subscribe(client, "t", Qos.AT_LEAST_ONCE, from("default/0/1/1"));
    client.assertNothing();
    subscribe(client, "t", Qos.AT_LEAST_ONCE, from("earliest"));
    assertThat(payloads(client)).containsExactly("1", "2", "3");
    client.unsubscribe("t");
    assertThat(client.next(Unsuback.class).reasons()).containsExactly(ReasonCode.SUCCESS);
    publish("4");
    client.assertNothing();
  }

  // ---------------------------------------------------------------- persistent sessions

  @ParameterizedTest
  @CsvSource({"$replay/earliest/t, ", "t, earliest"})
  void afterAReconnectAReplayGoesOnWhereItWas(String filter, String replayFrom) {
    publish("1", "2", "3");
    ConnectDraft connect = ConnectDraft.of(ProtocolVersion.V5, "a").persistent().receiveMaximum(2);
    TestClient client = node.connect(connect);
    UserProperty[] properties =
        replayFrom == null ? new UserProperty[0] : new UserProperty[] {from(replayFrom)};
    subscribe(client, filter, Qos.AT_LEAST_ONCE, properties);
    client.puback(client.nextMessage("1").packetId());
    client.drop();
    publish("4");
    TestClient again = node.connect(connect);
    Publish second = again.nextMessage("2");
    Publish third = again.nextMessage("3");
    assertThat(second.dup()).isTrue();
    assertThat(third.dup()).isTrue();
    again.puback(second.packetId());
    assertThat(again.nextMessage("4").dup()).isFalse();
    subscribe(again, filter, Qos.AT_LEAST_ONCE, properties);
    again.puback(third.packetId());
    again.assertNothing();
    again.unsubscribe(filter);
    assertThat(again.next(Unsuback.class).reasons()).containsExactly(ReasonCode.SUCCESS);
    publish("5");
    again.assertNothing();
  }

  // ---------------------------------------------------------------- positions

  @Test
  void whoAsksIsToldThePositionOfEachMessageAndWhoeverElseIsNot() {
    publish("1");
    TestClient client = node.connect(ProtocolVersion.V5, "a");
    TestClient other = node.connect(ProtocolVersion.V5, "b");
    TestClient third = node.connect(ProtocolVersion.V5, "c");
    UserProperty position = new UserProperty("position", "true");
    subscribe(client, "$replay/earliest/t", Qos.AT_LEAST_ONCE, position);
    subscribe(other, "t", Qos.AT_LEAST_ONCE);
    subscribe(third, "#", Qos.AT_MOST_ONCE, position);
    publish("2");
    assertThat(extras(client.nextMessage("1")))
        .containsExactly(new UserProperty("position", "default/0/1/0"));
    assertThat(extras(client.nextMessage("2")))
        .containsExactly(new UserProperty("position", "default/0/1/1"));
    assertThat(extras(other.nextMessage("2"))).isEmpty();
    assertThat(extras(third.nextMessage("2")))
        .containsExactly(new UserProperty("position", "default/0/1/1"));
    publisher.publish("t", "not in the log");
    assertThat(extras(third.nextMessage("not in the log"))).isEmpty();
  }

  @Test
  void theRequestForPositionsIsKeptWithTheSession() {
    ConnectDraft connect = ConnectDraft.of(ProtocolVersion.V5, "a").persistent();
    TestClient client = node.connect(connect);
    subscribe(client, "t", Qos.AT_LEAST_ONCE, new UserProperty("position", "true"));
    publish("1");
    client.nextMessage("1");
    client.drop();
    TestClient again = node.connect(connect);
    assertThat(extras(again.nextMessage("1")))
        .containsExactly(new UserProperty("position", "default/0/1/0"));
  }

  @Test
  void aPositionCountsForTheLargestPacketThatTheClientTakes() {
    ConnectDraft connect = ConnectDraft.of(ProtocolVersion.V5, "a").maximumPacketSize(50);
    TestClient client = node.connect(connect);
    subscribe(client, "t", Qos.AT_LEAST_ONCE, new UserProperty("position", "true"));
    publish("x".repeat(30), "y");
    client.nextMessage("y");
    client.assertNothing();
    assertThat(client.largestBytes()).isLessThanOrEqualTo(50);
  }
}
