package io.forebay.bench.crowd;

import io.forebay.server.net.ConnectionNumber;
import io.forebay.server.net.ReceiveBuffers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AbstractChannel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelId;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// A connection whose other end is in this process: what a client sends is copied into a receive
/// buffer as from a socket, what the broker flushes goes to the [Peers] of the same event loop.
/// Stops reading when it is told to, as a socket does.
///
/// All on its event loop.
final class MemoryChannel extends AbstractChannel {
  private static final ChannelMetadata METADATA = new ChannelMetadata(false, 16);

  private final ChannelConfig config = new Config(this);
  private final Peers peers;
  private final int number;
  private boolean open = true;
  private @Nullable ArrayDeque<ByteBuf> sent;

  MemoryChannel(Peers peers, int number) {
    super(null);
    this.peers = peers;
    this.number = number;
  }

  /// Which client it is.
  int number() {
    return number;
  }

  /// The client sends; the bytes are this channel's from here on.
  void receive(ByteBuf bytes) {
    if (!open) {
      bytes.release();
    } else if (config.isAutoRead() && sent == null) {
      read(bytes);
    } else {
      if (sent == null) {
        sent = new ArrayDeque<>();
      }
      sent.add(bytes);
    }
  }

  private void read(ByteBuf bytes) {
    var sizes = unsafe().recvBufAllocHandle();
    sizes.reset(config);
    while (bytes.isReadable()) {
      ByteBuf buffer = sizes.allocate(alloc());
      int length = Math.min(buffer.writableBytes(), bytes.readableBytes());
      sizes.attemptedBytesRead(buffer.writableBytes());
      buffer.writeBytes(bytes, length);
      sizes.lastBytesRead(length);
      sizes.incMessagesRead(1);
      pipeline().fireChannelRead(buffer);
    }
    bytes.release();
    sizes.readComplete();
    pipeline().fireChannelReadComplete();
  }

  @Override
  protected void doBeginRead() {
    if (sent != null) {
      eventLoop().execute(this::readOn);
    }
  }

  private void readOn() {
    while (sent != null && config.isAutoRead()) {
      ByteBuf bytes = sent.poll();
      if (bytes == null) {
        sent = null;
      } else {
        read(bytes);
      }
    }
  }

  @Override
  protected void doWrite(ChannelOutboundBuffer out) {
    for (Object frames = out.current(); frames != null; frames = out.current()) {
      peers.received(this, (ByteBuf) frames);
      out.remove();
    }
  }

  @Override
  protected void doClose() {
    open = false;
    peers.closed(this);
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public boolean isActive() {
    return open;
  }

  @Override
  public ChannelConfig config() {
    return config;
  }

  @Override
  public ChannelMetadata metadata() {
    return METADATA;
  }

  @Override
  protected ChannelId newId() {
    return new ConnectionNumber();
  }

  @Override
  protected boolean isCompatible(EventLoop loop) {
    return true;
  }

  @Override
  protected @Nullable SocketAddress localAddress0() {
    return null;
  }

  @Override
  protected @Nullable SocketAddress remoteAddress0() {
    return null;
  }

  @Override
  protected void doBind(SocketAddress address) {
    throw new UnsupportedOperationException("a connection is accepted, not bound");
  }

  @Override
  protected void doDisconnect() {
    doClose();
  }

  @Override
  protected AbstractUnsafe newUnsafe() {
    return new MemoryUnsafe();
  }

  private static final class Config extends DefaultChannelConfig {
    Config(MemoryChannel channel) {
      super(channel, ReceiveBuffers.INSTANCE);
      setAllocator(PooledByteBufAllocator.DEFAULT);
    }
  }

  private final class MemoryUnsafe extends AbstractUnsafe {
    @Override
    public void connect(SocketAddress to, SocketAddress from, ChannelPromise promise) {
      promise.setFailure(new UnsupportedOperationException("a connection is accepted, not made"));
    }
  }
}
