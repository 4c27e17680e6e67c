package io.forebay.server.client;

import io.forebay.mqtt.Packet;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.codec.PacketEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Collects what is written in one turn of the event loop, so that it leaves in one write. Used on
/// the event loop only.
final class Outbox {
  /// Beyond this a turn is split, so that the buffer stays of one of the allocator's cheap sizes.
  private static final int FLUSH_BYTES = 64 * 1024;

  private final ChannelHandlerContext context;
  private final ProtocolVersion version;
  private @Nullable ByteBuf buffer;
  private List<Written> whenWritten = new ArrayList<>(0);
  private boolean flushScheduled;
  private boolean wrote;

  Outbox(ChannelHandlerContext context, ProtocolVersion version) {
    this.context = context;
    this.version = version;
  }

  /// @throws IllegalArgumentException if the packet cannot be put into bytes; nothing is sent of it
  void add(Packet packet) {
    encode(packet);
    flushLater();
  }

  /// Like [#add(Packet)], and tells what became of the bytes.
  void add(Packet packet, Written written) {
    encode(packet);
    whenWritten.add(written);
    flushLater();
  }

  /// Sends what is there now.
  void flush() {
    ByteBuf bytes = buffer;
    if (bytes == null) {
      return;
    }
    // Both are new before the write: it may complete earlier writes, whose listeners add packets.
    List<Written> waiting = whenWritten;
    buffer = null;
    whenWritten = waiting.isEmpty() ? waiting : new ArrayList<>(waiting.size());
    ChannelFuture write = context.writeAndFlush(bytes);
    if (!waiting.isEmpty()) {
      write.addListener(done -> tell(waiting, done.isSuccess()));
    }
  }

  /// Whether anything was written since the last time this was asked.
  boolean wroteSinceAsked() {
    boolean answer = wrote;
    wrote = false;
    return answer;
  }

  /// Drops what has not left.
  void discard() {
    if (buffer != null) {
      buffer.release();
      buffer = null;
    }
    List<Written> waiting = whenWritten;
    whenWritten = new ArrayList<>(0);
    tell(waiting, false);
  }

  private void encode(Packet packet) {
    if (buffer == null) {
      buffer = context.alloc().buffer();
    }
    int start = buffer.writerIndex();
    try {
      PacketEncoder.encode(packet, version, buffer);
    } catch (RuntimeException e) {
      buffer.writerIndex(start);
      throw e;
    }
    wrote = true;
  }

  private void flushLater() {
    if (buffer != null && buffer.readableBytes() >= FLUSH_BYTES) {
      flush();
    } else if (!flushScheduled) {
      flushScheduled = true;
      context.executor().execute(this::endOfTurn);
    }
  }

  private void endOfTurn() {
    flushScheduled = false;
    flush();
  }

  private static void tell(List<Written> waiting, boolean success) {
    for (Written written : waiting) {
      written.written(success);
    }
  }

  /// Told once whether the socket took the bytes.
  interface Written {
    void written(boolean success);
  }
}
