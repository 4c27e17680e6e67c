package io.forebay.mqtt.codec;

import io.netty.buffer.ByteBuf;

/// PINGREQ and PINGRESP (§3.12, §3.13): a fixed header and nothing else. To decode them there is
/// nothing to do; that nothing follows is checked for every packet.
final class PingCodec {
  static final int SIZE = 2;

  private PingCodec() {}

  static void encode(int type, ByteBuf out) {
    Fields.writeHeader(out, PacketType.header(type), 0);
  }
}
