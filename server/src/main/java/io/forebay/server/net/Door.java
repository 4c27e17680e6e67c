package io.forebay.server.net;

import io.forebay.core.security.Throttle;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
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

  /// Buffers come out of chunks of 1 MiB, the page size shifted by this, of which every event loop
  /// holds one at least. Netty's 4 MiB pay where buffers are large; larger ones than a chunk are
  /// allocated for themselves.
  private static final int CHUNK_ORDER = 7;

  /// The pooled allocator rather than Netty's adaptive one: a buffer returns to the cache of its
  /// event loop, and idle arenas give their chunks back.
  private static final PooledByteBufAllocator BUFFERS =
      new PooledByteBufAllocator(
          true,
          PooledByteBufAllocator.defaultNumHeapArena(),
          PooledByteBufAllocator.defaultNumDirectArena(),
          PooledByteBufAllocator.defaultPageSize(),
          CHUNK_ORDER,
          PooledByteBufAllocator.defaultSmallCacheSize(),
          PooledByteBufAllocator.defaultNormalCacheSize(),
          PooledByteBufAllocator.defaultUseCacheForAllThreads());

  /// Those who come at once are let in evenly: each costs some work of the loop that serves others.
  private static final long ACCEPT_BURST_NANOS = 20_000_000;

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
    Throttle rate = new Throttle(spec.acceptsPerSecond(), ACCEPT_BURST_NANOS);
    if (!rate.unlimited()) {
      bound.channel().pipeline().addFirst(new AcceptPace(rate, System::nanoTime));
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

  private static ServerBootstrap bootstrap(DoorSpec spec, EventLoops loops) {
    DoorSpec.Limits limits = spec.limits();
    return new ServerBootstrap()
        .group(loops.group())
        .channel(loops.serverChannel())
        .handler(ClientChannel.Exchange.INSTANCE)
        .option(ChannelOption.SO_BACKLOG, spec.backlog())
        .option(ChannelOption.SO_REUSEADDR, true)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childOption(ChannelOption.SO_KEEPALIVE, true)
        .childOption(ChannelOption.ALLOCATOR, BUFFERS)
        .childOption(ChannelOption.RECVBUF_ALLOCATOR, ReceiveBuffers.INSTANCE)
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
