package io.forebay.server.net;

import io.forebay.core.security.Throttle;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// Accepts no faster than a door may: what comes beyond that waits with the operating system, where
/// it costs us nothing, and when its backlog is full is not answered. On the door's event loop.
final class AcceptPace extends ChannelInboundHandlerAdapter {
  private final Throttle rate;
  private final LongSupplier nanoClock;

  /// @param nanoClock one that does not jump
  AcceptPace(Throttle rate, LongSupplier nanoClock) {
    this.rate = rate;
    this.nanoClock = nanoClock;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object accepted) {
    ctx.fireChannelRead(accepted);
    long waitNanos = rate.take(1, nanoClock.getAsLong());
    ChannelConfig config = ctx.channel().config();
    if (waitNanos > 0 && config.isAutoRead()) {
      config.setAutoRead(false);
      ctx.executor().schedule(() -> config.setAutoRead(true), waitNanos, TimeUnit.NANOSECONDS);
    }
  }
}
