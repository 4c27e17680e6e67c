package io.forebay.server.client;

import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.codec.Frames;
import io.forebay.mqtt.codec.PacketDecoder;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;

/// Cuts the byte stream into frames and hands on packets.
final class PacketReader extends ByteToMessageDecoder {
  private final ProtocolVersion version;

  PacketReader(ProtocolVersion version) {
    this.version = version;
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    int length = Frames.length(in, Integer.MAX_VALUE);
    if (length >= 0 && in.readableBytes() >= length) {
      out.add(PacketDecoder.decode(in, length, version));
    }
  }
}
