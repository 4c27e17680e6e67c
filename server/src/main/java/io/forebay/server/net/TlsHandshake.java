package io.forebay.server.net;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lets the next stage in when the TLS handshake has succeeded.
final class TlsHandshake extends ChannelInboundHandlerAdapter {

  private static final Logger LOG = LoggerFactory.getLogger(TlsHandshake.class);

  private final Consumer<ChannelPipeline> next;

  TlsHandshake(Consumer<ChannelPipeline> next) {
    this.next = next;
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (!(event instanceof SslHandshakeCompletionEvent handshake)) {
      ctx.fireUserEventTriggered(event);
    } else if (handshake.isSuccess()) {
      next.accept(ctx.pipeline());
      ctx.pipeline().remove(this);
    } else {
      ctx.close();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    LOG.debug("{}: closed, {}", ctx.channel(), cause.toString());
    ctx.close();
  }
}
