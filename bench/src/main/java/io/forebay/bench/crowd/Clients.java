package io.forebay.bench.crowd;

import io.forebay.core.message.Properties;
import io.forebay.core.message.Qos;
import io.forebay.mqtt.Connect;
import io.forebay.mqtt.Packet;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.Puback;
import io.forebay.mqtt.Publish;
import io.forebay.mqtt.ReasonCode;
import io.forebay.mqtt.Subscribe;
import io.forebay.mqtt.codec.PacketEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.List;

/// What clients say, in the bytes of MQTT 3.1.1. Subscribers have the numbers from 0, publishers
/// those below.
final class Clients {
  static final int PAYLOAD_BYTES = 512;

  /// A phone's: longer than the run, so that there are no pings, and watched all the same.
  private static final int KEEP_ALIVE_SECONDS = 7_200;

  private Clients() {}

  static boolean subscribes(int number) {
    return number >= 0;
  }

  static String topic(int number) {
    return "notifications/c" + number;
  }

  static ByteBuf connect(int number) {
    return bytes(
        new Connect(
            ProtocolVersion.V3_1_1,
            subscribes(number) ? "device-" + number : "backend" + number,
            true,
            KEEP_ALIVE_SECONDS,
            0,
            65_535,
            Connect.NO_LIMIT,
            0,
            false,
            true,
            List.of(),
            null,
            null,
            null,
            null,
            null));
  }

  static ByteBuf subscribe(int number) {
    Subscribe.Entry entry = new Subscribe.Entry(topic(number), Qos.AT_LEAST_ONCE, false, false, 0);
    return bytes(new Subscribe(1, 0, List.of(), List.of(entry)));
  }

  static ByteBuf puback(int packetId) {
    return bytes(Puback.of(packetId, ReasonCode.SUCCESS));
  }

  /// @param sendNanos when it was to be sent, for the first eight bytes of the payload
  static void publish(int number, Qos qos, int packetId, long sendNanos, ByteBuf out) {
    byte[] payload = new byte[PAYLOAD_BYTES];
    for (int i = 0; i < Long.BYTES; i++) {
      payload[i] = (byte) (sendNanos >> 56 - 8 * i);
    }
    Publish publish =
        new Publish(
            packetId,
            false,
            qos,
            false,
            topic(number),
            0,
            -1,
            Publish.NO_SUBSCRIPTION_IDS,
            Properties.NONE,
            payload);
    PacketEncoder.encode(publish, ProtocolVersion.V3_1_1, out);
  }

  private static ByteBuf bytes(Packet packet) {
    ByteBuf bytes = PooledByteBufAllocator.DEFAULT.heapBuffer(128);
    PacketEncoder.encode(packet, ProtocolVersion.V3_1_1, bytes);
    return bytes;
  }
}
