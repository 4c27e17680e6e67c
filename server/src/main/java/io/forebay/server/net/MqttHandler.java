package io.forebay.server.net;

import io.forebay.core.routing.Figure;
import io.forebay.mqtt.Packet;
import io.forebay.mqtt.ReasonCode;
import io.forebay.mqtt.codec.Frames;
import io.forebay.mqtt.codec.MalformedPacket;
import io.forebay.mqtt.codec.PacketDecoder;
import io.forebay.mqtt.connection.Connection;
import io.forebay.mqtt.connection.Loop;
import io.forebay.mqtt.connection.Transport;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.security.cert.X509Certificate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Between a channel of plain MQTT bytes and a [Connection]: frames on the way in, one buffer per
/// turn on the way out. The one place where a bad packet is caught, and the last where Netty is
/// known.
///
/// All on the channel's event loop.
final class MqttHandler extends ChannelInboundHandlerAdapter implements Transport {
  private static final Logger LOG = LoggerFactory.getLogger(MqttHandler.class);

  /// What a connection sends in a turn is mostly less; the buffer comes from the loop's own cache.
  private static final int FIRST_OUT_BYTES = 512;

  /// More than this does not wait for the end of the turn.
  private static final int FLUSH_BYTES = 64 << 10;

  private final Loop loop;
  private final Flusher flusher;
  private final int writeBufferBytes;

  private @Nullable ChannelHandlerContext context;
  private @Nullable Connection connection;

  /// Bytes that arrived and are not a whole packet yet, or wait until the connection reads on.
  private @Nullable ByteBuf pending;

  private @Nullable ByteBuf out;
  private boolean closed;

  MqttHandler(Loop loop, Flusher flusher, int writeBufferBytes) {
    this.loop = loop;
    this.flusher = flusher;
    this.writeBufferBytes = writeBufferBytes;
  }

  // ---------------------------------------------------------------- in

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
    connection = new Connection(loop, this);
  }

  @Override
  public void channelRead(ChannelHandlerContext from, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    try {
      loop.counters().add(Figure.BYTES_RECEIVED, bytes.readableBytes());
      ByteBuf before = pending;
      if (before == null) {
        read(bytes);
        if (bytes.isReadable() && !closed) {
          pending = from.alloc().buffer(bytes.readableBytes()).writeBytes(bytes);
        }
      } else {
        before.writeBytes(bytes);
        readPending();
      }
    } finally {
      bytes.release();
    }
  }

  private void readPending() {
    ByteBuf bytes = pending;
    if (bytes == null) {
      return;
    }
    read(bytes);
    if (closed || !bytes.isReadable()) {
      releasePending();
    } else {
      bytes.discardSomeReadBytes();
    }
  }

  private void releasePending() {
    if (pending != null) {
      pending.release();
      pending = null;
    }
  }

  private void read(ByteBuf bytes) {
    Connection to = connection();
    try {
      while (to.reads()) {
        int length = Frames.length(bytes, to.maximumPacketBytes());
        if (length == Frames.INCOMPLETE || length > bytes.readableBytes()) {
          return;
        }
        Packet packet = PacketDecoder.decode(bytes, length, to.version());
        to.on(packet);
      }
      if (!closed) {
        // What comes meanwhile stays in the socket: the client feels that it is too fast.
        context().channel().config().setAutoRead(false);
      }
    } catch (MalformedPacket malformed) {
      to.refuse(malformed);
    } catch (RuntimeException ours) {
      LOG.error("a packet from {} met a fault of ours; its connection is closed", peer(), ours);
      to.refuse(new MalformedPacket(ReasonCode.UNSPECIFIED_ERROR, "internal error"));
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext from) {
    connection().closed();
    closed = true;
    releasePending();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext from) {
    if (from.channel().isWritable()) {
      // Not here: we may be in the middle of a send, and `out` is not what it will be.
      from.executor().execute(this::writableAgain);
    }
  }

  private void writableAgain() {
    if (writable()) {
      connection().writableAgain();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
    if (!(cause instanceof IOException)) {
      LOG.debug("connection of {} failed", peer(), cause);
    }
    from.close();
  }

  // ---------------------------------------------------------------- out

  @Override
  public ByteBuf out() {
    ByteBuf buffer = out;
    if (buffer == null) {
      buffer = context().alloc().directBuffer(FIRST_OUT_BYTES);
      out = buffer;
      flusher.add(this);
    } else if (buffer.readableBytes() >= FLUSH_BYTES) {
      send(buffer);
      buffer = context().alloc().directBuffer(FIRST_OUT_BYTES);
      out = buffer;
    }
    return buffer;
  }

  /// The end of the turn.
  void flush() {
    ByteBuf buffer = out;
    out = null;
    if (buffer != null) {
      send(buffer);
    }
  }

  private void send(ByteBuf buffer) {
    loop.counters().add(Figure.BYTES_SENT, buffer.readableBytes());
    context().writeAndFlush(buffer, context().voidPromise());
  }

  @Override
  public boolean writable() {
    return !closed
        && context().channel().isWritable()
        && (out == null || out.readableBytes() < writeBufferBytes);
  }

  @Override
  public void reading(boolean on) {
    if (on) {
      context().executor().execute(this::readOn);
    } else {
      context().channel().config().setAutoRead(false);
    }
  }

  private void readOn() {
    if (!closed && connection().reads()) {
      context().channel().config().setAutoRead(true);
      readPending();
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      flush();
      context().close();
    }
  }

  @Override
  public String peer() {
    return PeerAddress.of(context().channel());
  }

  @Override
  public @Nullable String refusal() {
    return DoorLimits.refusal(context().channel());
  }

  @Override
  public @Nullable X509Certificate certificate() {
    return ClientCertificate.of(context().channel());
  }

  private ChannelHandlerContext context() {
    return added(context);
  }

  private Connection connection() {
    return added(connection);
  }

  private static <T> T added(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("used before it was added to a channel");
    }
    return part;
  }
}
