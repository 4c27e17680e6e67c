package io.forebay.it;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.message.Qos;
import io.forebay.mqtt.Disconnect;
import io.forebay.mqtt.Packet;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.Puback;
import io.forebay.mqtt.Pubcomp;
import io.forebay.mqtt.Publish;
import io.forebay.mqtt.Pubrec;
import io.forebay.mqtt.Pubrel;
import io.forebay.mqtt.ReasonCode;
import io.forebay.mqtt.Suback;
import io.forebay.mqtt.Subscribe;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What no well-behaved client does. After each of these the same node serves a well-behaved one.
@ExtendWith(SharedNode.class)
class BadInputIT {
  private static final byte[] CONNECT_3 = {
    0x10, 0x0E, 0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 0, 0, 2, 'b', 'i'
  };

  @AfterEach
  void aWellBehavedClientIsServed(NodeProcess node) throws Exception {
    try (Spawned sub = MosquittoClient.sub(node, "-t", "behaves/+", "-F", "message %p")) {
      MosquittoClient.pub(node, "-t", "behaves/well", "-m", "fine", "-q", "2");
      assertThat(sub.line(line -> line.startsWith("message "))).isEqualTo("message fine");
    }
    assertThat(node.log()).doesNotContain("Exception").doesNotContain("ERROR");
  }

  private static byte[] noise(int seed) {
    byte[] noise = new byte[100_000];
    new Random(seed).nextBytes(noise);
    return noise;
  }

  static Stream<Arguments> notMqtt() {
    return Stream.of(
        Arguments.of("noise 1", noise(1)),
        Arguments.of("noise 2", noise(2)),
        Arguments.of("noise 3", noise(3)),
        Arguments.of("zeros", new byte[10_000]),
        Arguments.of("HTTP", "GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(US_ASCII)),
        Arguments.of("TLS", new byte[] {0x16, 3, 1, 2, 0, 1, 0, 1, (byte) 0xFC, 3, 3}),
        Arguments.of("an endless length", new byte[] {0x10, -1, -1, -1, -1, -1, -1}),
        Arguments.of("PUBLISH before CONNECT", new byte[] {0x30, 4, 0, 1, 'x', 'y'}),
        Arguments.of("PINGREQ before CONNECT", new byte[] {(byte) 0xC0, 0}));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("notMqtt")
  void whatDoesNotBeginWithConnectIsClosedWithoutAWord(String name, byte[] bytes, NodeProcess node)
      throws Exception {
    try (RawClient client = new RawClient(node.mqtt(), ProtocolVersion.V5)) {
      client.sendIfOpen(bytes);
      client.expectEnd();
    }
  }

  @Test
  void aConnectThatComesByteByByteIsCutByTheConnectTimeout(NodeProcess node) throws Exception {
    try (RawClient client = new RawClient(node.mqtt(), ProtocolVersion.V5)) {
      Thread drip = Thread.ofVirtual().start(() -> drip(client));
      client.expectEnd();
      drip.interrupt();
      drip.join();
    }
  }

  /// Says a CONNECT that claims to be very long, a byte every now and then, for as long as it may.
  private static void drip(RawClient client) {
    byte[] head = {0x10, (byte) 0xFF, 0x7F, 0, 4, 'M', 'Q', 'T', 'T', 5, 2, 0, 0, 0, 0x40, 0};
    try {
      for (int i = 0; true; i++) {
        client.send(i < head.length ? head[i] : 'a');
        Thread.sleep(50); // the slowness that is tested
      }
    } catch (IOException | InterruptedException e) {
      // It was cut, or that was heard.
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aSocketThatSaysNothingIsClosedAfterTheConnectTimeout(NodeProcess node) throws Exception {
    try (RawClient silent = new RawClient(node.mqtt(), ProtocolVersion.V5)) {
      silent.expectEnd();
    }
  }

  @Test
  void aClientThatClosesItsHalfIsClosed(NodeProcess node) throws Exception {
    try (RawClient client = RawClient.connected(node, "half-open")) {
      client.closeOutput();
      client.expectEnd();
    }
  }

  @Test
  void aTopicOf65535LevelsIsServedWhereTheLimitsAllowIt(NodeProcess node) throws Exception {
    try (RawClient client = RawClient.connected(node, "deep")) {
      String deep = "/".repeat(65_534);
      assertThat(client.subscribe(deep, Qos.AT_LEAST_ONCE).reasons())
          .isEqualTo(List.of(ReasonCode.GRANTED_QOS_1));
      assertThat(client.subscribe("+" + "/+".repeat(32_767), Qos.AT_LEAST_ONCE).reasons())
          .isEqualTo(List.of(ReasonCode.GRANTED_QOS_1));
      client.send(RawClient.publish(deep, new byte[1], Qos.AT_MOST_ONCE, 0));
      assertThat(client.read(Publish.class).topic()).isEqualTo(deep);
      String wide = "/".repeat(32_767);
      client.send(RawClient.publish(wide, new byte[1], Qos.AT_MOST_ONCE, 0));
      assertThat(client.read(Publish.class).topic()).isEqualTo(wide);
      client.expectNothingElse();
    }
  }

  static Stream<Arguments> badTopics() {
    return Stream.of(
        Arguments.of("invalid UTF-8", bytes('a', 0xFF)),
        Arguments.of("an overlong slash", bytes(0xC0, 0xAF)),
        Arguments.of("a lone surrogate", bytes(0xED, 0xA0, 0x80)),
        Arguments.of("a cut sequence", bytes('a', 0xE2, 0x82)),
        Arguments.of("U+0000", bytes('a', 0, 'b')),
        Arguments.of("+", bytes('a', '/', '+')),
        Arguments.of("#", bytes('#')),
        Arguments.of("nothing", bytes()));
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  private static byte[] publishOf(byte[] topic, boolean five) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(0x30);
    out.write(2 + topic.length + (five ? 1 : 0) + 1);
    out.write(0);
    out.write(topic.length);
    out.writeBytes(topic);
    if (five) {
      out.write(0);
    }
    out.write('x');
    return out.toByteArray();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badTopics")
  void aBadTopicNameEndsTheConnection(String name, byte[] topic, NodeProcess node)
      throws Exception {
    try (RawClient five = RawClient.connected(node, "bad-topic-5");
        RawClient three =
            RawClient.connected(
                node, RawClient.connect(ProtocolVersion.V3_1_1, "bad-topic-3", true, 0, 0))) {
      five.send(publishOf(topic, true));
      assertThat(five.read(Disconnect.class).reason())
          .isIn(
              ReasonCode.MALFORMED_PACKET,
              ReasonCode.TOPIC_NAME_INVALID,
              ReasonCode.PROTOCOL_ERROR);
      five.expectEnd();
      three.send(publishOf(topic, false));
      three.expectEnd();
    }
  }

  @Test
  void aSecondConnectEndsTheConnection(NodeProcess node) throws Exception {
    try (RawClient five = RawClient.connected(node, "again-5");
        RawClient three = new RawClient(node.mqtt(), ProtocolVersion.V3_1_1)) {
      five.send(RawClient.v5("again-5"));
      assertThat(five.read(Disconnect.class).reason()).isEqualTo(ReasonCode.PROTOCOL_ERROR);
      five.expectEnd();
      three.send(CONNECT_3);
      three.read();
      three.sendIfOpen(CONNECT_3);
      three.expectEnd();
    }
  }

  @Test
  void aPacketIdThatIsUsedTwiceDeliversOnce(NodeProcess node) throws Exception {
    try (RawClient client = RawClient.connected(node, "same-id")) {
      Publish twice = RawClient.publish("same/id", new byte[1], Qos.EXACTLY_ONCE, 5);
      client.subscribe("same/id", Qos.AT_MOST_ONCE);
      client.send(twice);
      client.send(twice);
      int delivered = 0;
      Packet next = client.read();
      while (!(next instanceof Pubcomp)) {
        delivered += next instanceof Publish ? 1 : 0;
        if (next instanceof Pubrec) {
          client.send(Pubrel.of(5, ReasonCode.SUCCESS));
        }
        next = client.read();
      }
      assertThat(delivered).isEqualTo(1);
    }
  }

  @Test
  void aPacketLargerThanAllowedIsRefusedBeforeItHasCome(NodeProcess node) throws Exception {
    try (RawClient three = new RawClient(node.mqtt(), ProtocolVersion.V3_1_1)) {
      three.connect(RawClient.connect(ProtocolVersion.V3_1_1, "oversized", true, 0, 0));
      three.send(0x30, 0xFF, 0xFF, 0xFF, 0x7F);
      three.expectEnd();
    }
  }

  @Test
  void oneClientMayHoldAHundredThousandSubscriptionsAndNoMore(NodeProcess node) throws Exception {
    int batch = 1_000;
    try (RawClient greedy = RawClient.connected(node, "greedy")) {
      for (int from = 0; from < 100_000; from += batch) {
        assertThat(subscribeMany(greedy, from, batch).reasons())
            .allMatch(reason -> reason == ReasonCode.GRANTED_QOS_1);
      }
      assertThat(subscribeMany(greedy, 100_000, 1).reasons())
          .isEqualTo(List.of(ReasonCode.QUOTA_EXCEEDED));
      greedy.send(
          RawClient.publish("greedy/99999/x", "mine".getBytes(UTF_8), Qos.AT_LEAST_ONCE, 1));
      Object first = greedy.read();
      Object second = greedy.read();
      assertThat(Arrays.asList(first, second))
          .hasAtLeastOneElementOfType(Publish.class)
          .hasAtLeastOneElementOfType(Puback.class);
    }
  }

  private static Suback subscribeMany(RawClient client, int from, int count) throws Exception {
    List<Subscribe.Entry> entries = new ArrayList<>();
    for (int i = from; i < from + count; i++) {
      String filter = "greedy/" + i + (i % 2 == 0 ? "/+" : "/x");
      entries.add(new Subscribe.Entry(filter, Qos.AT_LEAST_ONCE, false, false, 0));
    }
    return client.subscribe(0, entries.toArray(Subscribe.Entry[]::new));
  }
}
