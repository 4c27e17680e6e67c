package io.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.message.Qos;
import io.forebay.mqtt.Connack;
import io.forebay.mqtt.Packet;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.Puback;
import io.forebay.mqtt.ReasonCode;
import io.forebay.mqtt.Suback;
import io.forebay.mqtt.Subscribe;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A node that runs out of file descriptors, or has little heap.
class ScarceNodeIT {
  private static final int MIB = 1 << 20;

  @Test
  void withoutFileDescriptorsItServesThoseItHasAndTakesOthersLater() throws Exception {
    List<Socket> hoarded = new ArrayList<>();
    try (NodeProcess node = NodeProcess.startWith("-Xmx128m");
        BehavedPair pair = BehavedPair.on(node)) {
      node.openFiles(node.openFiles() + 50);
      for (int i = 0; i < 200; i++) {
        // The kernel takes all of them; the node accepts fifty.
        hoarded.add(new Socket(InetAddress.getLoopbackAddress(), node.mqtt()));
      }
      Await.until(
          "the node says what is missing",
          () -> node.log().contains("could not accept a connection"));
      pair.goesOn();
      for (Socket socket : hoarded) {
        socket.close();
      }
      try (RawClient late = new RawClient(node.mqtt(), ProtocolVersion.V5)) {
        late.connect(RawClient.v5("late"));
      }
      pair.goesOn();
      assertThat(node.log()).doesNotContain("ERROR");
    } finally {
      for (Socket socket : hoarded) {
        socket.close();
      }
    }
  }

  /// The largest packets, the longest filters, as many subscriptions as 64 MiB of heap hold, a full
  /// window that is never acknowledged, and a mass of messages that it does not read.
  @Test
  void oneClientWithTheBiggestOfEverythingDoesNotTakeASmallHeapDown() throws Exception {
    try (NodeProcess node = NodeProcess.startWith("-Xmx64m", "limits.subscriptions=5000");
        BehavedPair pair = BehavedPair.on(node);
        RawClient biggest = new RawClient(node.mqtt(), ProtocolVersion.V5, 8 << 10);
        RawClient publisher = RawClient.connected(node, "publisher")) {
      biggest.connect(RawClient.v5("biggest"));
      for (int from = 0; from < 5_000; from += 100) {
        biggest.send(longFilters(from, 100));
        assertThat(biggest.read(Suback.class).reasons()).hasSize(100);
      }
      assertThat(biggest.subscribe("big/#", Qos.AT_LEAST_ONCE).reasons())
          .isEqualTo(List.of(ReasonCode.QUOTA_EXCEEDED));
      biggest.send(RawClient.publish("big/own", new byte[MIB - 100], Qos.AT_MOST_ONCE, 0));
      biggest.expectNothingElse();
      publishToIt(publisher);
      pair.goesOn();
      assertThat(node.alive()).isTrue();
    }
  }

  private static void publishToIt(RawClient publisher) throws Exception {
    byte[] payload = new byte[MIB - 8_192];
    for (int i = 0; i < 200; i++) {
      publisher.send(RawClient.publish(longTopic(i), payload, Qos.AT_LEAST_ONCE, 1));
      assertThat(publisher.read(Puback.class).reason()).isEqualTo(ReasonCode.SUCCESS);
    }
  }

  private static String longTopic(int number) {
    return "f" + number + "/" + "x".repeat(4_000);
  }

  private static Subscribe longFilters(int from, int count) {
    List<Subscribe.Entry> entries = new ArrayList<>();
    for (int i = from; i < from + count; i++) {
      entries.add(new Subscribe.Entry(longTopic(i), Qos.AT_LEAST_ONCE, false, false, 0));
    }
    return new Subscribe(1, 0, List.of(), entries);
  }

  /// Streams in memory fill a good part of the heap; retention gives it back.
  @Test
  void anOverloadedNodeRefusesNewClientsWithServerBusyAndRecovers() throws Exception {
    try (NodeProcess node =
            NodeProcess.startWith(
                "-Xmx96m",
                "overload.memory-high=60",
                "overload.memory-low=50",
                "streams.default.durability=memory",
                "streams.a.durability=memory",
                "streams.b.durability=memory",
                "streams.default.retain-for=5s",
                "streams.a.retain-for=5s",
                "streams.b.retain-for=5s");
        RawClient publisher = RawClient.connected(node, "publisher")) {
      byte[] payload = new byte[100_000];
      Thread filling =
          Thread.ofVirtual()
              .start(
                  () -> {
                    for (int i = 0; i < 2_000; i++) {
                      String topic = List.of("a/x", "b/x", "c/x").get(i % 3);
                      publisher.sendIfOpen(
                          RawClient.publish(topic, payload, Qos.AT_LEAST_ONCE, i + 1));
                    }
                  });
      Await.until("a client is refused", () -> answer(node) == ReasonCode.SERVER_BUSY);
      assertThat(node.log()).contains("overloaded: heap in use ");
      Await.until("a client is let in", () -> answer(node) == ReasonCode.SUCCESS);
      assertThat(node.log()).contains("no longer overloaded after ");
      publisher.close();
      filling.join();
    }
  }

  private static ReasonCode answer(NodeProcess node) throws Exception {
    try (RawClient client = new RawClient(node.mqtt(), ProtocolVersion.V5)) {
      client.send(RawClient.v5("asking"));
      Packet answer = client.read();
      assertThat(answer).isInstanceOf(Connack.class);
      return ((Connack) answer).reason();
    }
  }
}
