package io.forebay.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.message.Qos;
import io.forebay.mqtt.Connect;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.Puback;
import io.forebay.mqtt.Publish;
import io.forebay.mqtt.ReasonCode;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/// A client that subscribes and never reads: its trouble, and nobody else's.
class SlowReaderIT {
  private static final int PAYLOAD_BYTES = 64 << 10;
  private static final int MESSAGES = 4_000;

  /// All that is published is 250 MiB; the node may grow by less than a half of that.
  private static final long GROWTH_BYTES = 120 << 20;

  private static byte[] payload(int number) {
    return ByteBuffer.allocate(PAYLOAD_BYTES).putInt(number).array();
  }

  private static int number(Publish message) {
    return ByteBuffer.wrap(message.payload()).getInt();
  }

  private static long dropped(RawClient sys) throws Exception {
    Publish figure = sys.read(Publish.class);
    return Long.parseLong(new String(figure.payload(), UTF_8));
  }

  @Test
  void qos0ForAClientThatNeverReadsIsDroppedAndCountedAndOthersGetEverything() throws Exception {
    try (NodeProcess node = node();
        RawClient sys = RawClient.connected(node, "watching");
        RawClient deaf = new RawClient(node.mqtt(), ProtocolVersion.V5, 8 << 10);
        RawClient other = RawClient.connected(node, "listening");
        RawClient publisher = RawClient.connected(node, "hose")) {
      deaf.connect(RawClient.v5("deaf"));
      deaf.subscribe("hose", Qos.AT_MOST_ONCE);
      other.subscribe("hose", Qos.AT_MOST_ONCE);
      sys.subscribe("$SYS/broker/publish/messages/dropped", Qos.AT_MOST_ONCE);
      assertThat(dropped(sys)).isZero();
      long before = node.residentBytes();
      for (int i = 0; i < MESSAGES; i++) {
        publisher.send(RawClient.publish("hose", payload(i), Qos.AT_MOST_ONCE, 0));
        // In step with the one that reads, so that nothing is dropped for it.
        assertThat(number(other.read(Publish.class))).isEqualTo(i);
      }
      Await.until("drops are counted", () -> dropped(sys) > MESSAGES / 2);
      assertThat(node.residentBytes() - before).isLessThan(GROWTH_BYTES);
    }
  }

  @Test
  void qos1ForAClientThatDoesNotReadWaitsInTheLogAndComesInOrder() throws Exception {
    int messages = 1_000;
    Connect keep = RawClient.connect(ProtocolVersion.V5, "late", false, 0, 300);
    try (NodeProcess node = node();
        RawClient late = new RawClient(node.mqtt(), ProtocolVersion.V5, 8 << 10);
        RawClient other = RawClient.connected(node, "prompt");
        RawClient publisher = RawClient.connected(node, "steady")) {
      late.connect(keep);
      late.subscribe("steady", Qos.AT_LEAST_ONCE);
      other.subscribe("steady", Qos.AT_LEAST_ONCE);
      for (int i = 0; i < messages; i++) {
        publisher.send(RawClient.publish("steady", payload(i), Qos.AT_LEAST_ONCE, 1));
        assertThat(number(receive(other))).isEqualTo(i);
        publisher.read(Puback.class);
      }
      for (int i = 0; i < messages; i++) {
        assertThat(number(receive(late))).isEqualTo(i);
      }
      late.expectNothingElse();
    }
  }

  private static Publish receive(RawClient client) throws Exception {
    Publish message = client.read(Publish.class);
    client.send(Puback.of(message.packetId(), ReasonCode.SUCCESS));
    return message;
  }

  private static NodeProcess node() throws Exception {
    return NodeProcess.startWith("-Xmx192m -XX:+UseSerialGC", "node.sys-interval=200ms");
  }
}
