package io.forebay.mqtt.connection;

import io.forebay.core.message.Message;
import io.forebay.core.message.Qos;
import io.forebay.core.routing.Counters;
import io.forebay.core.routing.Figure;
import io.forebay.mqtt.Connect;
import io.forebay.mqtt.Packet;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.codec.PacketEncoder;
import io.forebay.mqtt.codec.PublishCodec;
import io.netty.buffer.ByteBuf;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What goes out to one client: in its version, within its Maximum Packet Size, with the topic
/// aliases it allows. On the connection's event loop.
final class Outlet {
  private final Transport transport;
  private final Loop loop;
  private final ProtocolVersion version;
  private final long maximumPacketSize;
  private final int aliasMaximum;
  private @Nullable Map<String, Integer> aliases;

  Outlet(Transport transport, Loop loop, Connect connect, int ownAliasLimit) {
    this.transport = transport;
    this.loop = loop;
    this.version = connect.version();
    this.maximumPacketSize = connect.maximumPacketSize();
    this.aliasMaximum = Math.min(connect.topicAliasMaximum(), ownAliasLimit);
  }

  ProtocolVersion version() {
    return version;
  }

  boolean writable() {
    return transport.writable();
  }

  /// Sends a packet that is small and obligatory.
  void send(Packet packet) {
    PacketEncoder.encode(packet, version, transport.out());
    loop.counters().increment(Figure.PACKETS_SENT);
  }

  /// Whether the client takes a packet of this size.
  boolean takes(Packet packet) {
    return maximumPacketSize == Connect.NO_LIMIT
        || PacketEncoder.size(packet, version) <= maximumPacketSize;
  }

  /// Sends an acknowledgement that says nothing but success: four bytes in every version.
  ///
  /// @param firstByte packet type and flags
  void acknowledge(int firstByte, int packetId) {
    transport.out().writeInt(firstByte << 24 | 2 << 16 | packetId);
    loop.counters().increment(Figure.PACKETS_SENT);
  }

  /// Sends a message.
  ///
  /// @return false if it is larger than the client takes
  boolean publish(
      Message message, Qos qos, boolean dup, boolean retain, int packetId, int[] subscriptionIds) {
    long expirySeconds =
        message.expiresAtMillis() == Message.NEVER
            ? -1
            : message.remainingSeconds(loop.broker().nowMillis());
    boolean plain =
        !dup && aliasMaximum == 0 && (expirySeconds < 0 || version != ProtocolVersion.V5);
    if (maximumPacketSize != Connect.NO_LIMIT
        && PublishCodec.size(
                version, message, qos, 0, false, expirySeconds, subscriptionIds, List.of())
            > maximumPacketSize) {
      loop.counters().increment(Figure.PUBLISH_OVERSIZE);
      return false;
    }
    ByteBuf out = transport.out();
    if (!plain
        || !loop.frames().append(out, message, version, qos, retain, packetId, subscriptionIds)) {
      encode(out, message, qos, dup, retain, packetId, expirySeconds, subscriptionIds);
    }
    Counters counters = loop.counters();
    counters.increment(Figure.PACKETS_SENT);
    counters.increment(Figure.PUBLISH_SENT);
    counters.add(Figure.PUBLISH_BYTES_SENT, message.payload().length);
    return true;
  }

  private void encode(
      ByteBuf out,
      Message message,
      Qos qos,
      boolean dup,
      boolean retain,
      int packetId,
      long expirySeconds,
      int[] subscriptionIds) {
    int alias = aliasMaximum == 0 ? 0 : alias(message.topic());
    PublishCodec.encode(
        out,
        version,
        message,
        qos,
        dup,
        retain,
        packetId,
        Math.abs(alias),
        alias < 0,
        expirySeconds,
        subscriptionIds,
        List.of());
  }

  /// The alias of a topic: positive if the client is to learn it, negative if it knows it, 0 if all
  /// are taken. First come, first served: topics that matter come early and often.
  private int alias(String topic) {
    if (aliases == null) {
      aliases = new HashMap<>();
    }
    Integer known = aliases.get(topic);
    if (known != null) {
      return -known;
    }
    if (aliases.size() == aliasMaximum) {
      return 0;
    }
    int alias = aliases.size() + 1;
    aliases.put(topic, alias);
    return alias;
  }
}
