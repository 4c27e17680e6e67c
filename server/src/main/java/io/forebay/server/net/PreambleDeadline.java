package io.forebay.server.net;

import io.netty.channel.ChannelHandlerAdapter;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Closes a connection that dawdles over its PROXY header, TLS handshake or HTTP upgrade. It stands
/// first in the pipeline, so that its close waits for no other handler's farewell, and is taken out
/// when the connection is ready.
final class PreambleDeadline extends ChannelHandlerAdapter {

  private static final Logger LOG = LoggerFactory.getLogger(PreambleDeadline.class);

  private final int millis;
  private @Nullable Future<?> timer;

  PreambleDeadline(int millis) {
    this.millis = millis;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    timer = ctx.executor().schedule(() -> expire(ctx), millis, TimeUnit.MILLISECONDS);
  }

  /// Also called when the channel closes.
  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    if (timer != null) {
      timer.cancel(false);
    }
  }

  private void expire(ChannelHandlerContext ctx) {
    LOG.debug("{}: closed, not ready after {} ms", ctx.channel(), millis);
    ctx.close();
  }
}
