package io.forebay.mqtt.codec;

import io.forebay.mqtt.Auth;
import io.forebay.mqtt.Connack;
import io.forebay.mqtt.Connect;
import io.forebay.mqtt.Disconnect;
import io.forebay.mqtt.Packet;
import io.forebay.mqtt.Pingreq;
import io.forebay.mqtt.Pingresp;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.Puback;
import io.forebay.mqtt.Pubcomp;
import io.forebay.mqtt.Publish;
import io.forebay.mqtt.Pubrec;
import io.forebay.mqtt.Pubrel;
import io.forebay.mqtt.Suback;
import io.forebay.mqtt.Subscribe;
import io.forebay.mqtt.Unsuback;
import io.forebay.mqtt.Unsubscribe;
import io.netty.buffer.ByteBuf;

/// A packet of any type to one whole frame. What a version cannot say is left out, and reasons
/// become the nearest the version has. Thread-safe: there is no state.
///
/// The packet is believed to be valid; what the wire cannot hold at all (a string over 65,535
/// bytes, a frame over 256 MiB, AUTH in MQTT 3) throws `IllegalArgumentException`, and `out` may
/// then hold a part of the frame.
public final class PacketEncoder {
  private PacketEncoder() {}

  /// Appends the frame of `packet`.
  ///
  /// @param version of the connection; a CONNECT is written in its own version
  public static void encode(Packet packet, ProtocolVersion version, ByteBuf out) {
    switch (packet) {
      case Connect p -> ConnectCodec.encode(p, out);
      case Connack p -> ConnackCodec.encode(p, version, out);
      case Publish p -> PublishCodec.encode(p, version, out);
      case Puback(var id, var reason, var text, var properties) ->
          AckCodec.encode(PacketType.PUBACK, id, reason, text, properties, version, out);
      case Pubrec(var id, var reason, var text, var properties) ->
          AckCodec.encode(PacketType.PUBREC, id, reason, text, properties, version, out);
      case Pubrel(var id, var reason, var text, var properties) ->
          AckCodec.encode(PacketType.PUBREL, id, reason, text, properties, version, out);
      case Pubcomp(var id, var reason, var text, var properties) ->
          AckCodec.encode(PacketType.PUBCOMP, id, reason, text, properties, version, out);
      case Subscribe p -> SubscribeCodec.encode(p, version, out);
      case Suback p -> SubackCodec.encode(p, version, out);
      case Unsubscribe p -> UnsubscribeCodec.encode(p, version, out);
      case Unsuback p -> UnsubackCodec.encode(p, version, out);
      case Pingreq _ -> PingCodec.encode(PacketType.PINGREQ, out);
      case Pingresp _ -> PingCodec.encode(PacketType.PINGRESP, out);
      case Disconnect p -> DisconnectCodec.encode(p, version, out);
      case Auth p -> AuthCodec.encode(p, version, out);
    }
  }

  /// The bytes that [#encode] appends, to be compared with the receiver's Maximum Packet Size.
  public static int size(Packet packet, ProtocolVersion version) {
    return switch (packet) {
      case Connect p -> ConnectCodec.size(p);
      case Connack p -> ConnackCodec.size(p, version);
      case Publish p -> PublishCodec.size(p, version);
      case Puback p -> AckCodec.size(p.reason(), p.reasonString(), p.userProperties(), version);
      case Pubrec p -> AckCodec.size(p.reason(), p.reasonString(), p.userProperties(), version);
      case Pubrel p -> AckCodec.size(p.reason(), p.reasonString(), p.userProperties(), version);
      case Pubcomp p -> AckCodec.size(p.reason(), p.reasonString(), p.userProperties(), version);
      case Subscribe p -> SubscribeCodec.size(p, version);
      case Suback p -> SubackCodec.size(p, version);
      case Unsubscribe p -> UnsubscribeCodec.size(p, version);
      case Unsuback p -> UnsubackCodec.size(p, version);
      case Pingreq _, Pingresp _ -> PingCodec.SIZE;
      case Disconnect p -> DisconnectCodec.size(p, version);
      case Auth p -> AuthCodec.size(p);
    };
  }
}
