package io.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.message.Qos;
import io.forebay.mqtt.Disconnect;
import io.forebay.mqtt.Packet;
import io.forebay.mqtt.Puback;
import io.forebay.mqtt.Pubcomp;
import io.forebay.mqtt.Publish;
import io.forebay.mqtt.Pubrec;
import io.forebay.mqtt.Pubrel;
import io.forebay.mqtt.ReasonCode;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Packet ids and topic aliases as the standard forbids them. One node, and a pair that is served
/// all the while.
class PacketAbuseIT {
  private static final int MEMORY_MIB = 64;

  private static NodeProcess node;
  private static BehavedPair pair;
  private static Memory memory;

  @BeforeAll
  static void start() throws Exception {
    node =
        NodeProcess.startWith("-Xmx128m", "limits.topic-aliases=10", "limits.receive-maximum=20");
    pair = BehavedPair.on(node);
    memory = new Memory(node);
  }

  @AfterAll
  static void othersWereServedAndTheNodeDidNotGrow() throws Exception {
    pair.goesOn();
    pair.close();
    memory.hasGrownByLessThan(MEMORY_MIB);
    assertThat(node.log()).doesNotContain("Exception").doesNotContain("ERROR");
    node.close();
  }

  static Stream<Arguments> badPackets() {
    return Stream.of(
        Arguments.of("PUBLISH with packet id 0", bytes(0x32, 6, 0, 1, 't', 0, 0, 0)),
        Arguments.of("SUBSCRIBE with packet id 0", bytes(0x82, 7, 0, 0, 0, 0, 1, 't', 0)),
        Arguments.of("UNSUBSCRIBE with packet id 0", bytes(0xA2, 6, 0, 0, 0, 0, 1, 't')),
        Arguments.of("PUBACK with packet id 0", bytes(0x40, 2, 0, 0)),
        Arguments.of("PUBREL with packet id 0", bytes(0x62, 2, 0, 0)),
        Arguments.of("topic alias 0", bytes(0x30, 7, 0, 1, 't', 3, 0x23, 0, 0)),
        Arguments.of("topic alias above the maximum", bytes(0x30, 7, 0, 1, 't', 3, 0x23, 0, 11)),
        Arguments.of("topic alias that was never set", bytes(0x30, 6, 0, 0, 3, 0x23, 0, 10)),
        Arguments.of("topic alias twice", bytes(0x30, 10, 0, 1, 't', 6, 0x23, 0, 1, 0x23, 0, 1)),
        Arguments.of("neither topic nor alias", bytes(0x30, 3, 0, 0, 0)),
        Arguments.of("a subscription id of a client", bytes(0x30, 6, 0, 1, 't', 2, 0x0B, 1)),
        Arguments.of("QoS 3", bytes(0x36, 6, 0, 1, 't', 0, 1, 0)));
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badPackets")
  void aPacketThatIsForbiddenEndsItsConnectionWithAReason(String name, byte[] packet)
      throws Exception {
    try (RawClient client = RawClient.connected(node, "abuser")) {
      client.send(packet);
      assertThat(client.read(Disconnect.class).reason())
          .isIn(
              ReasonCode.MALFORMED_PACKET,
              ReasonCode.PROTOCOL_ERROR,
              ReasonCode.TOPIC_ALIAS_INVALID);
      client.expectEnd();
      pair.goesOn();
    }
  }

  @Test
  void aliasesThatAreSetAgainAndAgainTakeNoMoreThanTheirMaximum() throws Exception {
    try (RawClient client = RawClient.connected(node, "aliases")) {
      byte[] nothing = {};
      for (int i = 0; i < 20_000; i++) {
        String topic = "alias/" + i + "/" + "x".repeat(200);
        client.send(RawClient.publish(topic, i % 10 + 1, nothing, Qos.AT_MOST_ONCE, 0));
      }
      client.expectNothingElse();
    }
  }

  @Test
  void aPacketIdInFlightThatComesAgainIsOneMessage() throws Exception {
    try (RawClient client = RawClient.connected(node, "reuse")) {
      client.subscribe("reuse", Qos.AT_MOST_ONCE);
      for (int i = 0; i < 100; i++) {
        client.send(RawClient.publish("reuse", new byte[1], Qos.EXACTLY_ONCE, 7));
      }
      int delivered = 0;
      for (Packet next = client.read(); !(next instanceof Pubcomp); next = client.read()) {
        delivered += next instanceof Publish ? 1 : 0;
        if (next instanceof Pubrec) {
          client.send(Pubrel.of(7, ReasonCode.SUCCESS));
        }
      }
      assertThat(delivered).isOne();
    }
  }

  @Test
  void moreThanTheReceiveMaximumUnderWayEndsTheConnection() throws Exception {
    try (RawClient client = RawClient.connected(node, "greedy")) {
      for (int id = 1; id <= 21; id++) {
        client.send(RawClient.publish("greedy", new byte[1], Qos.EXACTLY_ONCE, id));
      }
      Packet last = client.read();
      while (last instanceof Pubrec) {
        last = client.read();
      }
      assertThat(last).isInstanceOf(Disconnect.class);
      assertThat(((Disconnect) last).reason()).isEqualTo(ReasonCode.RECEIVE_MAXIMUM_EXCEEDED);
    }
  }

  @Test
  void acknowledgementsOfWhatWasNeverSentChangeNothing() throws Exception {
    try (RawClient client = RawClient.connected(node, "confused")) {
      for (int id = 1; id <= 20_000; id++) {
        client.send(Puback.of(id, ReasonCode.SUCCESS));
      }
      client.expectNothingElse();
    }
  }
}
