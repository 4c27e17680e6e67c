package io.forebay.server.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxyProtocolException;

/// Decodes the PROXY header that must be the first thing on a connection, and leaves the pipeline
/// after it. A client that sends something else is refused at its first byte; Netty's decoder alone
/// would wait for the end of a line.
final class ProxyHeaderDecoder extends HAProxyMessageDecoder {

  /// Additional fields (TLVs) of version 2: unread, but they come; cloud load balancers send few.
  private static final int MAX_TLV_BYTES = 4096;

  private boolean started;

  ProxyHeaderDecoder() {
    super(MAX_TLV_BYTES);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) throws Exception {
    if (!started && msg instanceof ByteBuf bytes && bytes.isReadable()) {
      started = true;
      byte first = bytes.getByte(bytes.readerIndex());
      if (first != 'P' && first != '\r') {
        bytes.release();
        throw new HAProxyProtocolException("no PROXY header, but byte " + (first & 0xff));
      }
    }
    super.channelRead(ctx, msg);
  }
}
