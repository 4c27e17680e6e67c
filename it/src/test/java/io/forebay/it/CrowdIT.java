package io.forebay.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.message.Qos;
import io.forebay.mqtt.Connack;
import io.forebay.mqtt.Packet;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.Puback;
import io.forebay.mqtt.Publish;
import io.forebay.mqtt.ReasonCode;
import io.forebay.mqtt.Suback;
import io.forebay.mqtt.Subscribe;
import io.forebay.mqtt.codec.Frames;
import io.forebay.mqtt.codec.PacketDecoder;
import io.forebay.mqtt.codec.PacketEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Many clients at once, on one thread of the test.
@ExtendWith(SharedNode.class)
class CrowdIT {
  private static final int CLIENTS = 5_000;

  /// One of the crowd: each answer makes it say the next thing.
  private static final class Guest {
    private final int number;
    private final SocketChannel channel;
    private final ByteBuf in = Unpooled.buffer(64);
    private boolean subscribed;
    private int received;
    private boolean acknowledged;

    Guest(int number, SocketChannel channel) {
      this.number = number;
      this.channel = channel;
    }

    String topic(int of) {
      return "crowd/" + of;
    }

    void say(Packet packet) throws IOException {
      ByteBuf out = Unpooled.buffer(128);
      PacketEncoder.encode(packet, ProtocolVersion.V5, out);
      ByteBuffer bytes = out.nioBuffer();
      channel.write(bytes);
      // Far less than a socket's buffer takes.
      assertThat(bytes.hasRemaining()).isFalse();
    }

    void hear(ByteBuffer shared) throws IOException {
      shared.clear();
      assertThat(channel.read(shared)).as("guest %s was thrown out", number).isNotNegative();
      in.writeBytes(shared.flip());
      int length = Frames.length(in, 1 << 20);
      while (length != Frames.INCOMPLETE && length <= in.readableBytes()) {
        hear(PacketDecoder.decode(in, length, ProtocolVersion.V5));
        length = Frames.length(in, 1 << 20);
      }
      in.discardReadBytes();
    }

    private void hear(Packet packet) throws IOException {
      switch (packet) {
        case Connack connack -> {
          assertThat(connack.reason()).isEqualTo(ReasonCode.SUCCESS);
          say(
              new Subscribe(
                  1,
                  0,
                  List.of(),
                  List.of(new Subscribe.Entry(topic(number), Qos.AT_LEAST_ONCE, false, false, 0))));
        }
        case Suback suback -> subscribed = true;
        case Publish publish -> {
          assertThat(publish.topic()).isEqualTo(topic(number));
          received++;
          say(Puback.of(publish.packetId(), ReasonCode.SUCCESS));
        }
        case Puback puback -> acknowledged = true;
        default -> throw new AssertionError("guest " + number + " got " + packet);
      }
    }

    /// Each writes to its neighbour.
    void greet() throws IOException {
      int neighbour = (number + 1) % CLIENTS;
      say(RawClient.publish(topic(neighbour), "hello".getBytes(UTF_8), Qos.AT_LEAST_ONCE, 1));
    }

    boolean content() {
      return received == 1 && acknowledged;
    }
  }

  private final ByteBuffer shared = ByteBuffer.allocate(64 << 10);

  @Test
  void fiveThousandClientsAtOnceAllReceiveTheirMessage(NodeProcess node) throws Exception {
    List<Guest> guests = new ArrayList<>();
    try (Selector selector = Selector.open()) {
      InetSocketAddress door = new InetSocketAddress(InetAddress.getLoopbackAddress(), node.mqtt());
      for (int i = 0; i < CLIENTS; i++) {
        SocketChannel channel = SocketChannel.open(door);
        channel.configureBlocking(false);
        Guest guest = new Guest(i, channel);
        guests.add(guest);
        channel.register(selector, SelectionKey.OP_READ, guest);
        guest.say(RawClient.v5("crowd-" + i));
        serve(selector);
      }
      Await.until("all are subscribed", () -> serve(selector) && all(guests, g -> g.subscribed));
      for (Guest guest : guests) {
        guest.greet();
        serve(selector);
      }
      Await.until(
          "all have one message and one acknowledgement",
          () -> serve(selector) && all(guests, Guest::content));
    } finally {
      for (Guest guest : guests) {
        guest.channel.close();
      }
    }
  }

  private static boolean all(List<Guest> guests, Predicate<Guest> wanted) {
    return guests.stream().allMatch(wanted);
  }

  /// Lets everybody hear what has come. Always true.
  private boolean serve(Selector selector) throws IOException {
    while (selector.selectNow() > 0) {
      for (SelectionKey key : selector.selectedKeys()) {
        ((Guest) key.attachment()).hear(shared);
      }
      selector.selectedKeys().clear();
    }
    return true;
  }
}
