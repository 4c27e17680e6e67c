package io.forebay.server.net;

import io.netty.channel.DefaultSelectStrategyFactory;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.RejectedExecutionHandlers;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/// The threads of all doors: epoll on Linux, NIO elsewhere.
///
/// One group accepts and serves. Netty accepts at most 16 connections per turn of a loop, so a
/// storm of connects cannot starve the clients of that loop, and a thread of its own would idle for
/// most of its life.
public final class EventLoops implements AutoCloseable {

  private static final int SHUTDOWN_SECONDS = 5;

  /// Ready sockets that a loop serves before it runs what they have set off. With all of them at
  /// once a turn takes tens of milliseconds under load, and everything that needs a round trip
  /// through the loop (acknowledgements, catching up) slows down to that; docs/decisions/0006.
  private static final int READY_PER_TURN = 64;

  /// How long a loop runs tasks before it looks at its sockets. Netty's own limit is a second,
  /// which one replay of a great log would use up again and again.
  private static final long TASKS_MILLIS = 5;

  private final EventLoopGroup group;
  private final Class<? extends ServerChannel> serverChannel;

  private EventLoops(int loops, IoHandlerFactory io, Class<? extends ServerChannel> serverChannel) {
    this.group = new Group(loops, io);
    this.serverChannel = serverChannel;
  }

  /// @param loops number of threads
  public static EventLoops open(int loops) {
    return Epoll.isAvailable()
        ? new EventLoops(
            loops,
            EpollIoHandler.newFactory(READY_PER_TURN, DefaultSelectStrategyFactory.INSTANCE),
            EpollServerSocketChannel.class)
        : openNio(loops);
  }

  /// NIO even where epoll is available.
  public static EventLoops openNio(int loops) {
    return new EventLoops(loops, NioIoHandler.newFactory(), NioServerSocketChannel.class);
  }

  /// The loops themselves, for whoever hands work to a connection's thread.
  public EventLoopGroup group() {
    return group;
  }

  /// `epoll` or `nio`, for the start-up line.
  public String transport() {
    return serverChannel == EpollServerSocketChannel.class ? "epoll" : "nio";
  }

  Class<? extends ServerChannel> serverChannel() {
    return serverChannel;
  }

  /// Closes what is still open and ends the threads; not to be called on one of them.
  @Override
  public void close() {
    group.shutdownGracefully(0, SHUTDOWN_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private static final class Group extends MultiThreadIoEventLoopGroup {
    Group(int loops, IoHandlerFactory io) {
      super(loops, new DefaultThreadFactory("forebay-loop"), io);
    }

    @Override
    protected IoEventLoop newChild(Executor executor, IoHandlerFactory io, Object... arguments) {
      return new SingleThreadIoEventLoop(
          this, executor, io, Integer.MAX_VALUE, RejectedExecutionHandlers.reject(), TASKS_MILLIS);
    }
  }
}
