package io.forebay.server.net;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelId;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.AbstractEpollStreamChannel;
import io.netty.channel.epoll.EpollChannelConfig;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/// A client's socket on epoll, without what Netty's own channel holds for each connection and an
/// idle one does not need: 250 bytes of addresses (asked of the socket when somebody wants them),
/// of an id that is unique in the world, and of TCP options.
final class ClientChannel extends AbstractEpollStreamChannel {
  private final Config config;

  /// Takes the place of the accepted channel, which has not been registered and is dropped.
  private ClientChannel(LinuxSocket socket) {
    // "Not active" keeps Netty from asking for the addresses, and holding them.
    super(socket, false);
    active = true;
    config = new Config(this);
  }

  /// Between a listening channel and Netty's acceptor.
  @Sharable
  static final class Exchange extends ChannelInboundHandlerAdapter {
    static final Exchange INSTANCE = new Exchange();

    private Exchange() {}

    @Override
    public void channelRead(ChannelHandlerContext from, Object accepted) {
      FileDescriptor socket = accepted instanceof EpollSocketChannel channel ? channel.fd() : null;
      from.fireChannelRead(
          socket instanceof LinuxSocket linux ? new ClientChannel(linux) : accepted);
    }
  }

  @Override
  public EpollChannelConfig config() {
    return config;
  }

  @Override
  protected ChannelId newId() {
    return new ConnectionNumber();
  }

  @Override
  public @Nullable InetSocketAddress localAddress() {
    return isOpen() ? socket.localAddress() : null;
  }

  @Override
  public @Nullable InetSocketAddress remoteAddress() {
    return isOpen() ? socket.remoteAddress() : null;
  }

  private static final class Config extends EpollChannelConfig {
    Config(ClientChannel channel) {
      super(channel, ReceiveBuffers.INSTANCE);
    }

    @Override
    public <T> boolean setOption(ChannelOption<T> option, T value) {
      try {
        if (option.equals(ChannelOption.TCP_NODELAY)) {
          socket().setTcpNoDelay((Boolean) value);
        } else if (option.equals(ChannelOption.SO_KEEPALIVE)) {
          socket().setKeepAlive((Boolean) value);
        } else {
          return super.setOption(option, value);
        }
        return true;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
