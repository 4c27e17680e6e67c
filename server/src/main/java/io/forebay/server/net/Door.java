package io.forebay.server.net;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// One bound listener. Its methods may be called from any thread but an event loop.
public final class Door implements AutoCloseable {

  /// Most MQTT packets are small: begin with a page's half, shrink for idle clients, grow for loud
  /// ones.
  private static final AdaptiveRecvByteBufAllocator RECEIVE_BUFFERS =
      new AdaptiveRecvByteBufAllocator(64, 2048, 65536);

  private final Channel channel;
  private final @Nullable TlsContext tls;

  private Door(Channel channel, @Nullable TlsContext tls) {
    this.channel = channel;
    this.tls = tls;
  }

  /// Loads the certificates, binds and begins to accept.
  ///
  /// @throws DoorException if the address cannot be had or a TLS file is not good
  public static Door open(DoorSpec spec, EventLoops loops, Protocol protocol, Admission admission)
      throws DoorException {
    TlsFiles files = spec.tls();
    TlsContext tls = files == null ? null : TlsContext.open(spec.name(), files);
    InetSocketAddress address = new InetSocketAddress(spec.bind(), spec.port());
    if (address.isUnresolved()) {
      throw cannotBind(spec, "unknown host; use an address of this machine", null);
    }
    ChannelFuture bound =
        bootstrap(spec, loops)
            .childHandler(new Entry(spec, tls, protocol, admission))
            .bind(address)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw cannotBind(spec, reason(bound.cause()), bound.cause());
    }
    bound.channel().pipeline().addLast(new AcceptTrouble(spec.name()));
    return new Door(bound.channel(), tls);
  }

  /// Where clients reach it: with port 0 the port that was picked.
  public InetSocketAddress address() {
    return (InetSocketAddress) channel.localAddress();
  }

  /// Takes up certificate files that have changed; see [TlsContext#reload]. Does nothing without
  /// TLS.
  ///
  /// @return whether new connections will see another certificate than before
  public boolean reloadCertificates() {
    return tls != null && tls.reload();
  }

  /// Stops accepting. Connections that came in through this door stay open.
  @Override
  public void close() {
    channel.close().awaitUninterruptibly();
  }

  /// The pooled allocator rather than Netty's adaptive one: a buffer returns to the cache of its
  /// event loop, idle arenas give their chunks back, and what it holds is exported per arena.
  private static ServerBootstrap bootstrap(DoorSpec spec, EventLoops loops) {
    DoorSpec.Limits limits = spec.limits();
    return new ServerBootstrap()
        .group(loops.group())
        .channel(loops.serverChannel())
        .option(ChannelOption.SO_BACKLOG, spec.backlog())
        .option(ChannelOption.SO_REUSEADDR, true)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childOption(ChannelOption.SO_KEEPALIVE, true)
        .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
        .childOption(ChannelOption.RECVBUF_ALLOCATOR, RECEIVE_BUFFERS)
        .childOption(
            ChannelOption.WRITE_BUFFER_WATER_MARK,
            new WriteBufferWaterMark(limits.writeLowBytes(), limits.writeHighBytes()));
  }

  private static DoorException cannotBind(DoorSpec spec, String reason, @Nullable Throwable cause) {
    String where = NetUtil.toSocketAddressString(spec.bind(), spec.port());
    String message = "cannot bind " + spec.name() + " listener to " + where + ": " + reason;
    return cause == null ? new DoorException(message) : new DoorException(message, cause);
  }

  /// The transports have no exceptions in common, only the words of the operating system.
  private static String reason(Throwable cause) {
    String text = String.valueOf(cause.getMessage());
    String words = text.toLowerCase(Locale.ROOT);
    if (words.contains("address already in use")) {
      return "address already in use; stop the program that listens there, or choose another port"
          + " (0 picks a free one)";
    }
    if (words.contains("assign requested address")) {
      return "this machine has no such address; bind to one it has, or to :: for all";
    }
    if (words.contains("permission denied")) {
      return "permission denied; ports below 1024 need a privilege, choose a higher one";
    }
    return text;
  }
}
