package io.forebay.server.client;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.util.concurrent.TimeUnit;

/// The threads that clients share, with epoll where there and NIO elsewhere.
///
/// @param channel the kind of socket that runs on these loops
public record EventLoops(EventLoopGroup group, Class<? extends SocketChannel> channel)
    implements AutoCloseable {

  public static EventLoops create(int threads) {
    return Epoll.isAvailable()
        ? new EventLoops(
            new MultiThreadIoEventLoopGroup(threads, EpollIoHandler.newFactory()),
            EpollSocketChannel.class)
        : new EventLoops(
            new MultiThreadIoEventLoopGroup(threads, NioIoHandler.newFactory()),
            NioSocketChannel.class);
  }

  /// Ends the threads and with them every connection; waits for at most two seconds.
  @Override
  public void close() {
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
  }
}
