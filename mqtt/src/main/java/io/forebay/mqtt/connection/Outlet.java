package io.forebay.mqtt.connection;

import io.forebay.core.message.Message;
import io.forebay.core.message.Qos;
import io.forebay.core.message.UserProperty;
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
  private final boolean problemInformation;
  private @Nullable Map<String, Integer> aliases;

  Outlet(Transport transport, Loop loop, Connect connect, int ownAliasLimit) {
    this.transport = transport;
    this.loop = loop;
    this.version = connect.version();
    this.maximumPacketSize = connect.maximumPacketSize();
    this.aliasMaximum = Math.min(connect.topicAliasMaximum(), ownAliasLimit);
    this.problemInformation = connect.requestProblemInformation();
  }

  ProtocolVersion version() {
    return version;
  }

  boolean writable() {
    return transport.writable();
  }

  /// Sends a packet of a few bytes.
  void send(Packet packet) {
    PacketEncoder.encode(packet, version, transport.out());
    loop.counters().increment(Figure.PACKETS_SENT);
  }

  /// Sends a packet with words for people, or, where the client has no room for these, without
  /// (MQTT 5 §3.1.2.11.4).
  ///
  /// @return false if it has no room for either, and nothing was sent
  boolean send(Packet explained, Packet plain) {
    boolean taken = takes(explained);
    if (!taken && !takes(plain)) {
      return false;
    }
    send(taken ? explained : plain);
    return true;
  }

  /// Whether the client takes a packet of this size.
  boolean takes(Packet packet) {
    return maximumPacketSize == Connect.NO_LIMIT
        || PacketEncoder.size(packet, version) <= maximumPacketSize;
  }

  /// The words, if the client wants any: in all packets but CONNACK and DISCONNECT that is its
  /// choice (MQTT 5 §3.1.2.11.7).
  @Nullable String words(@Nullable String detail) {
    return problemInformation ? detail : null;
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
  /// @param extras user properties beside the message's own; left out where the version has none
  /// @return false if it is larger than the client takes
  boolean publish(
      Message message,
      Qos qos,
      boolean dup,
      boolean retain,
      int packetId,
      int[] subscriptionIds,
      List<UserProperty> extras) {
    long expirySeconds =
        message.expiresAtMillis() == Message.NEVER || version != ProtocolVersion.V5
            ? -1
            : message.remainingSeconds(loop.broker().nowMillis());
    int alias = alias(message.topic());
    if (maximumPacketSize != Connect.NO_LIMIT) {
      if (alias > 0 && !fits(message, qos, alias, expirySeconds, subscriptionIds, extras)) {
        // Without the alias it may just fit.
        alias = 0;
      }
      if (!fits(message, qos, alias, expirySeconds, subscriptionIds, extras)) {
        loop.counters().increment(Figure.PUBLISH_OVERSIZE);
        return false;
      }
    }
    if (alias > 0 && aliases != null) {
      aliases.put(message.topic(), alias);
    }
    ByteBuf out = transport.out();
    boolean shareable =
        !dup
            && alias == 0
            && expirySeconds < 0
            && (extras.isEmpty() || version != ProtocolVersion.V5);
    if (!shareable
        || !loop.frames().append(out, message, version, qos, retain, packetId, subscriptionIds)) {
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
          extras);
    }
    count(message);
    return true;
  }

  private void count(Message message) {
    Counters counters = loop.counters();
    counters.increment(Figure.PACKETS_SENT);
    counters.increment(Figure.PUBLISH_SENT);
    counters.add(Figure.PUBLISH_BYTES_SENT, message.payload().length);
  }

  private boolean fits(
      Message message,
      Qos qos,
      int alias,
      long expirySeconds,
      int[] subscriptionIds,
      List<UserProperty> extras) {
    return PublishCodec.size(
            version,
            message,
            qos,
            Math.abs(alias),
            alias < 0,
            expirySeconds,
            subscriptionIds,
            extras)
        <= maximumPacketSize;
  }

  /// The alias of a topic: positive if the client is to learn it, negative if it knows it, 0 if all
  /// are taken. First come, first served: topics that matter come early and often.
  private int alias(String topic) {
    if (aliasMaximum == 0) {
      return 0;
    }
    if (aliases == null) {
      aliases = new HashMap<>();
    }
    Integer known = aliases.get(topic);
    if (known != null) {
      return -known;
    }
    return aliases.size() == aliasMaximum ? 0 : aliases.size() + 1;
  }
}
