package io.forebay.server.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// Stands in for MQTT: sends back what comes, and keeps the channels for the tests to look at.
final class Echo implements Protocol {

  private final BlockingQueue<Channel> ready = new LinkedBlockingQueue<>();

  @Override
  public ChannelHandler newHandler(Channel channel) {
    ready.add(channel);
    return new Handler();
  }

  /// The next connection that reached the protocol.
  Channel nextChannel() throws InterruptedException {
    Channel channel = ready.poll(20, TimeUnit.SECONDS);
    if (channel == null) {
      throw new AssertionError("no connection reached the protocol");
    }
    return channel;
  }

  boolean reached() {
    return !ready.isEmpty();
  }

  static final class Handler extends ChannelInboundHandlerAdapter {

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
      ctx.write(msg);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
      ctx.flush();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }
}
