package io.forebay.mqtt.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.message.Qos;
import io.forebay.core.routing.Figure;
import io.forebay.mqtt.Connack;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.Puback;
import io.forebay.mqtt.Publish;
import io.forebay.mqtt.Pubrec;
import io.forebay.mqtt.Pubrel;
import io.forebay.mqtt.ReasonCode;
import io.forebay.mqtt.Subscribe;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Messages to the client: the sending side of the handshakes, what is sent again, and how much the
/// client takes (MQTT 5 §3.3.4, §4.3, §4.4, §4.6, §4.9).
class DeliveryTest {
  private final TestNode node = TestNode.withDefaults();
  private final TestClient publisher = node.connect(ProtocolVersion.V5, "publisher");
  private int lastId;

  private void publish(String payload, Qos qos) {
    publisher.publish("t", payload, qos, qos == Qos.AT_MOST_ONCE ? 0 : ++lastId);
    if (qos == Qos.AT_LEAST_ONCE) {
      publisher.next(Puback.class);
    } else if (qos == Qos.EXACTLY_ONCE) {
      publisher.next(Pubrec.class);
    }
  }

  private TestClient subscriber(ConnectDraft connect) {
    TestClient client = node.connect(connect);
    client.subscribe("t", Qos.EXACTLY_ONCE);
    return client;
  }

  // ---------------------------------------------------------------- the handshakes

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  @Clause({
    "MQTT-2.2.1-4",
    "MQTT-4.3.1-1",
    "MQTT-4.3.2-1",
    "MQTT-4.3.2-2",
    "MQTT-4.3.3-1",
    "MQTT-4.3.3-2",
    "MQTT-4.3.3-4",
    "MQTT-4.3.3-5"
  })
  void eachQosIsDeliveredInItsWay(ProtocolVersion version) {
    TestClient client = subscriber(ConnectDraft.of(version, "a"));
    publish("zero", Qos.AT_MOST_ONCE);
    Publish zero = client.nextMessage("zero");
    assertThat(zero.packetId()).isZero();

    publish("one", Qos.AT_LEAST_ONCE);
    Publish one = client.nextMessage("one");
    assertThat(one.qos()).isEqualTo(Qos.AT_LEAST_ONCE);
    assertThat(one.dup()).isFalse();
    assertThat(one.packetId()).isPositive();
    client.puback(one.packetId());
    client.assertOpen();

    publish("two", Qos.EXACTLY_ONCE);
    Publish two = client.nextMessage("two");
    assertThat(two.qos()).isEqualTo(Qos.EXACTLY_ONCE);
    client.pubrec(two.packetId());
    assertThat(client.next(Pubrel.class)).isEqualTo(Pubrel.of(two.packetId(), ReasonCode.SUCCESS));
    client.pubcomp(two.packetId());
    client.assertOpen();
  }

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  void pubrecOfAnUnknownIdIsAnsweredWithPubrel(ProtocolVersion version) {
    TestClient client = node.connect(version, "a");
    client.pubrec(5);
    assertThat(client.next(Pubrel.class).reason())
        .isEqualTo(
            version == ProtocolVersion.V5
                ? ReasonCode.PACKET_IDENTIFIER_NOT_FOUND
                : ReasonCode.SUCCESS);
    client.send(Pubrec.of(5, ReasonCode.SUCCESS));
    client.next(Pubrel.class);
    // For what is not in flight there is nothing to end.
    client.puback(6);
    client.pubcomp(7);
    client.assertOpen();
  }

  @Test
  @Clause("MQTT-4.3.3-3")
  void pubrecWithAnErrorEndsTheHandshakeAndFreesItsPlace() {
    TestClient client = subscriber(ConnectDraft.v5("a").receiveMaximum(1));
    publish("one", Qos.EXACTLY_ONCE);
    publish("two", Qos.EXACTLY_ONCE);
    Publish one = client.nextMessage("one");
    client.assertOpen();
    client.send(Pubrec.of(one.packetId(), ReasonCode.QUOTA_EXCEEDED));
    client.nextMessage("two");
    client.assertOpen();
    client.send(Pubrec.of(one.packetId(), ReasonCode.QUOTA_EXCEEDED));
    client.assertOpen();
  }

  @Test
  void pubackForAQos2MessageAcknowledgesNothing() {
    TestClient client = subscriber(ConnectDraft.v5("a").receiveMaximum(1));
    publish("one", Qos.EXACTLY_ONCE);
    publish("two", Qos.EXACTLY_ONCE);
    int id = client.nextMessage("one").packetId();
    client.puback(id);
    client.pubcomp(id);
    client.assertOpen();
    client.pubrec(id);
    client.next(Pubrel.class);
    client.assertOpen();
    client.pubcomp(id);
    client.nextMessage("two");
  }

  // ---------------------------------------------------------------- how many at once

  @Test
  @Clause({"MQTT-3.3.4-9", "MQTT-3.3.4-10", "MQTT-4.9.0-1", "MQTT-4.9.0-2", "MQTT-4.9.0-3"})
  void noMoreThanTheClientsReceiveMaximumIsOnTheWay() {
    TestClient client = subscriber(ConnectDraft.v5("a").receiveMaximum(2));
    for (int i = 1; i <= 5; i++) {
      publish("m" + i, i % 2 == 0 ? Qos.EXACTLY_ONCE : Qos.AT_LEAST_ONCE);
    }
    int first = client.nextMessage("m1").packetId();
    int second = client.nextMessage("m2").packetId();
    client.assertOpen();
    publish("zero", Qos.AT_MOST_ONCE);
    client.nextMessage("zero");
    client.pubrec(second);
    client.next(Pubrel.class);
    client.assertOpen();
    client.puback(first);
    client.nextMessage("m3");
    client.assertOpen();
    client.pubcomp(second);
    client.nextMessage("m4");
    client.assertOpen();
  }

  @Test
  void aReceiveMaximumBeyondTheNodesOwnLimitIsNotUsedUp() {
    TestNode small = TestNode.with(limits -> limits.inflight(1));
    TestClient client = small.connect(ProtocolVersion.V3_1_1, "a");
    client.subscribe("t", Qos.AT_LEAST_ONCE);
    client.publish("t", "one", Qos.AT_LEAST_ONCE, 1);
    client.publish("t", "two", Qos.AT_LEAST_ONCE, 2);
    client.next(Puback.class);
    int id = client.nextMessage("one").packetId();
    client.next(Puback.class);
    client.assertOpen();
    client.puback(id);
    client.nextMessage("two");
  }

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  void aFullSocketDropsQos0AndLetsTheRestWait(ProtocolVersion version) {
    TestClient client = subscriber(ConnectDraft.of(version, "a"));
    client.writable(false);
    publish("one", Qos.AT_LEAST_ONCE);
    publish("zero", Qos.AT_MOST_ONCE);
    publish("two", Qos.EXACTLY_ONCE);
    client.assertOpen();
    client.writable(true);
    client.nextMessage("one");
    client.nextMessage("two");
    client.assertOpen();
    assertThat(node.count(Figure.PUBLISH_DROPPED)).isEqualTo(1);
  }

  // ---------------------------------------------------------------- again, after a reconnect

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  @Clause({"MQTT-4.4.0-1", "MQTT-3.3.1-1", "MQTT-4.6.0-1", "MQTT-4.3.3-6"})
  void whatWasNotAcknowledgedComesAgainInOrderWithItsIds(ProtocolVersion version) {
    ConnectDraft persistent = ConnectDraft.of(version, "a").persistent();
    TestClient client = subscriber(persistent);
    List<Integer> ids = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      publish("m" + i, i % 2 == 0 ? Qos.AT_LEAST_ONCE : Qos.EXACTLY_ONCE);
      ids.add(client.nextMessage("m" + i).packetId());
    }
    client.puback(ids.get(0));
    client.pubrec(ids.get(1));
    client.next(Pubrel.class);
    client.drop();
    publish("later", Qos.AT_LEAST_ONCE);

    TestClient again = node.open(persistent);
    assertThat(again.next(Connack.class).sessionPresent())
        .isEqualTo(version != ProtocolVersion.V3_1);
    assertThat(again.next(Pubrel.class).packetId()).isEqualTo(ids.get(1));
    for (int i = 2; i < 4; i++) {
      Publish repeated = again.nextMessage("m" + i);
      assertThat(repeated.dup()).isTrue();
      assertThat(repeated.packetId()).isEqualTo(ids.get(i));
    }
    Publish later = again.nextMessage("later");
    assertThat(later.dup()).isFalse();
    assertThat(ids.subList(1, 4)).doesNotContain(later.packetId());
    again.assertOpen();

    again.pubcomp(ids.get(1));
    again.puback(ids.get(2));
    again.pubrec(ids.get(3));
    again.next(Pubrel.class);
    again.pubcomp(ids.get(3));
    again.puback(later.packetId());
    again.drop();
    TestClient third = node.connect(persistent);
    third.assertOpen();
  }

  @Test
  @Clause("MQTT-3.3.4-9")
  void whatComesAgainKeepsToTheNewConnectionsReceiveMaximum() {
    TestClient client = subscriber(ConnectDraft.v5("a").persistent());
    for (int i = 0; i < 4; i++) {
      publish("m" + i, Qos.AT_LEAST_ONCE);
      client.nextMessage("m" + i);
    }
    client.drop();
    publish("later", Qos.AT_LEAST_ONCE);

    TestClient again = node.connect(ConnectDraft.v5("a").persistent().receiveMaximum(2));
    int first = again.nextMessage("m0").packetId();
    int second = again.nextMessage("m1").packetId();
    again.assertOpen();
    again.puback(first);
    int third = again.nextMessage("m2").packetId();
    again.assertOpen();
    again.puback(second);
    int fourth = again.nextMessage("m3").packetId();
    again.puback(third);
    again.puback(fourth);
    Publish later = again.nextMessage("later");
    assertThat(later.dup()).isFalse();
    again.assertOpen();
  }

  @Test
  void whatComesAgainWaitsForTheSocket() {
    TestClient client = subscriber(ConnectDraft.v5("a").persistent());
    publish("one", Qos.AT_LEAST_ONCE);
    client.nextMessage("one");
    client.drop();
    TestClient again = node.socket(ProtocolVersion.V5);
    again.writable(false);
    again.send(ConnectDraft.v5("a").persistent().packet());
    again.next(Connack.class);
    again.assertOpen();
    again.writable(true);
    assertThat(again.nextMessage("one").dup()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  void whoWasAwayGetsWhatItMissedInOrder(ProtocolVersion version) {
    ConnectDraft persistent = ConnectDraft.of(version, "a").persistent();
    subscriber(persistent).drop();
    for (int i = 0; i < 10; i++) {
      publish("m" + i, Qos.AT_LEAST_ONCE);
    }
    publish("zero", Qos.AT_MOST_ONCE);
    TestClient again = node.connect(persistent);
    for (int i = 0; i < 10; i++) {
      assertThat(again.nextMessage("m" + i).dup()).isFalse();
    }
    again.assertOpen();
  }

  // ---------------------------------------------------------------- how large

  @Test
  @Clause({"MQTT-3.1.2-24", "MQTT-3.1.2-25"})
  void whatIsTooLargeForTheClientIsLeftOutAndItsPlaceFreed() {
    TestClient client = subscriber(ConnectDraft.v5("a").maximumPacketSize(60).receiveMaximum(1));
    publish("x".repeat(100), Qos.EXACTLY_ONCE);
    publish("y".repeat(100), Qos.AT_MOST_ONCE);
    publish("small", Qos.AT_LEAST_ONCE);
    client.nextMessage("small");
    client.assertOpen();
    assertThat(node.count(Figure.PUBLISH_OVERSIZE)).isEqualTo(2);
  }

  @Test
  @Clause("MQTT-3.1.2-24")
  void anAliasDoesNotMakeAPacketTooLarge() {
    ConnectDraft tight = ConnectDraft.v5("a").maximumPacketSize(60).topicAliasMaximum(5);
    TestClient client = subscriber(tight);
    // 2 + 2 + 1 + 2 + 1 bytes around the payload; an alias takes three more.
    publish("x".repeat(52), Qos.AT_LEAST_ONCE);
    assertThat(client.next(Publish.class).topicAlias()).isZero();
    assertThat(client.largestBytes()).isEqualTo(60);
    publish("x".repeat(49), Qos.AT_LEAST_ONCE);
    assertThat(client.next(Publish.class).topicAlias()).isEqualTo(1);
    // The alias is known now; two bytes longer than with the topic in its place.
    publish("x".repeat(51), Qos.AT_LEAST_ONCE);
    client.assertOpen();
    publish("x".repeat(50), Qos.AT_LEAST_ONCE);
    assertThat(client.next(Publish.class).topic()).isEmpty();
    assertThat(client.largestBytes()).isEqualTo(60);
  }

  @Test
  @Clause("MQTT-3.1.2-24")
  void anAnswerThatIsTooLargeForTheClientEndsTheConnection() {
    List<Subscribe.Entry> many = new ArrayList<>();
    String[] filters = new String[100];
    for (int i = 0; i < 100; i++) {
      filters[i] = "t" + i;
      many.add(new Subscribe.Entry("t" + i, Qos.AT_MOST_ONCE, false, false, 0));
    }
    ConnectDraft tight = ConnectDraft.v5("a").maximumPacketSize(60);
    TestClient client = node.connect(tight);
    client.send(new Subscribe(1, 0, List.of(), many));
    client.assertDisconnected(ReasonCode.PACKET_TOO_LARGE);
    TestClient other = node.connect(tight);
    other.unsubscribe(filters);
    other.assertDisconnected(ReasonCode.PACKET_TOO_LARGE);
  }

  // ---------------------------------------------------------------- aliases of the server

  @Test
  @Clause({"MQTT-3.1.2-26", "MQTT-3.1.2-27", "MQTT-3.3.2-10", "MQTT-3.3.2-11", "MQTT-3.2.2-17"})
  void aliasesAreUsedAsFarAsTheClientAllows() {
    TestClient client = node.connect(ConnectDraft.v5("a").topicAliasMaximum(2));
    client.subscribe("#", Qos.AT_MOST_ONCE);
    assertDelivered(client, "one", "one", 1);
    assertDelivered(client, "two", "two", 2);
    assertDelivered(client, "three", "three", 0);
    assertDelivered(client, "one", "", 1);
    assertDelivered(client, "two", "", 2);
    assertDelivered(client, "three", "three", 0);

    client.drop();
    TestClient again = node.connect(ConnectDraft.v5("a").topicAliasMaximum(2));
    again.subscribe("#", Qos.AT_MOST_ONCE);
    assertDelivered(again, "two", "two", 1);
  }

  private void assertDelivered(TestClient client, String topic, String sentTopic, int alias) {
    publisher.publish(topic, "x");
    Publish got = client.nextMessage("x");
    assertThat(got.topic()).isEqualTo(sentTopic);
    assertThat(got.topicAlias()).isEqualTo(alias);
  }

  // ---------------------------------------------------------------- one message, many shapes

  @Test
  void subscribersOfEveryShapeGetTheirOwnFrameOfOneMessage() {
    List<TestClient> clients = new ArrayList<>();
    List<Qos> granted = new ArrayList<>();
    for (int round = 0; round < 3; round++) {
      for (ProtocolVersion version : ProtocolVersion.values()) {
        for (Qos qos : Qos.values()) {
          TestClient client = node.connect(version, "c" + clients.size());
          int id = version == ProtocolVersion.V5 && round > 0 ? 1 + clients.size() : 0;
          client.subscribe(id, new Subscribe.Entry("t", qos, false, false, 0));
          clients.add(client);
          granted.add(qos);
        }
      }
    }
    for (String payload : List.of("first", "x".repeat(20_000), "last")) {
      publish(payload, Qos.EXACTLY_ONCE);
      for (int i = 0; i < clients.size(); i++) {
        Publish got = clients.get(i).nextMessage(payload);
        assertThat(got.qos()).isEqualTo(granted.get(i));
        assertThat(got.packetId() > 0).isEqualTo(got.qos() != Qos.AT_MOST_ONCE);
        boolean identified = i >= 9 && i % 9 >= 6;
        assertThat(got.subscriptionIds())
            .containsExactly(identified ? new int[] {1 + i} : new int[0]);
        clients.get(i).assertOpen();
      }
    }
  }
}
