package io.forebay.bench.crowd;

import io.forebay.core.message.Qos;
import io.forebay.mqtt.Packet;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.Publish;
import io.forebay.mqtt.Suback;
import io.forebay.mqtt.codec.Frames;
import io.forebay.mqtt.codec.PacketDecoder;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/// The clients at the other ends of the connections of one event loop: they subscribe when they are
/// let in, acknowledge, and count. Every frame is taken apart as far as its payload; one in 1,000
/// is decoded and compared with what this client is to get.
///
/// On that loop; what others read is atomic.
final class Peers {
  private static final int SAMPLE = 1_000;
  private static final int CONNACK = 2;
  private static final int PUBLISH = 3;
  private static final int PUBACK = 4;
  private static final int SUBACK = 9;

  /// Nanoseconds from when a message was to be sent to when its frame was written.
  final Recorder latency = new Recorder(3_600_000_000_000L, 3);

  /// Given back when a client is in.
  private final Semaphore joining;

  private final AtomicReference<@Nullable String> trouble;
  private final AtomicLong received = new AtomicLong();
  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();

  /// @param trouble becomes the first thing that was not as it should be
  Peers(Semaphore joining, AtomicReference<@Nullable String> trouble) {
    this.joining = joining;
    this.trouble = trouble;
  }

  /// Messages that arrived.
  long received() {
    return received.get();
  }

  /// Messages of publishers that the broker acknowledged.
  long acknowledged() {
    return acknowledged.get();
  }

  long bytes() {
    return bytes.get();
  }

  void closed(MemoryChannel channel) {
    wrong("connection " + channel.number() + " was closed by the broker");
  }

  void received(MemoryChannel channel, ByteBuf frames) {
    add(bytes, frames.readableBytes());
    while (frames.isReadable()) {
      int length = Frames.length(frames, Integer.MAX_VALUE);
      take(channel, frames, length);
    }
  }

  private void take(MemoryChannel channel, ByteBuf frames, int length) {
    int start = frames.readerIndex();
    int first = frames.getUnsignedByte(start);
    switch (first >> 4) {
      case CONNACK -> connected(channel, frames.getUnsignedByte(start + 3));
      case SUBACK -> subscribed(frames, length);
      case PUBACK -> add(acknowledged, 1);
      case PUBLISH -> message(channel, frames, length, first >> 1 & 3);
      default -> wrong("connection " + channel.number() + " got packet type " + (first >> 4));
    }
    frames.readerIndex(start + length);
  }

  private void connected(MemoryChannel channel, int code) {
    if (code != 0) {
      wrong("connection " + channel.number() + " was refused with " + code);
    } else if (Clients.subscribes(channel.number())) {
      answer(channel, Clients.subscribe(channel.number()));
    } else {
      joining.release();
    }
  }

  private void subscribed(ByteBuf frames, int length) {
    Packet packet = PacketDecoder.decode(frames, length, ProtocolVersion.V3_1_1);
    if (packet instanceof Suback suback && !suback.reasons().getFirst().failure()) {
      joining.release();
    } else {
      wrong("a subscription was refused: " + packet);
    }
  }

  private void message(MemoryChannel channel, ByteBuf frames, int length, int qos) {
    int payload = frames.readerIndex() + length - Clients.PAYLOAD_BYTES;
    latency.recordValue(Math.max(0, System.nanoTime() - frames.getLong(payload)));
    add(received, 1);
    if (received.get() % SAMPLE == 0) {
      int start = frames.readerIndex();
      compare(channel, PacketDecoder.decode(frames, length, ProtocolVersion.V3_1_1));
      frames.readerIndex(start);
    }
    if (qos > 0) {
      answer(channel, Clients.puback(frames.getUnsignedShort(payload - 2)));
    }
  }

  private void compare(MemoryChannel channel, Packet packet) {
    boolean right =
        packet instanceof Publish publish
            && publish.topic().equals(Clients.topic(channel.number()))
            && publish.payload().length == Clients.PAYLOAD_BYTES
            && publish.qos() != Qos.EXACTLY_ONCE;
    if (!right) {
      wrong("client " + channel.number() + " got what is not for it: " + packet);
    }
  }

  /// In a turn of its own, as from a socket.
  private static void answer(MemoryChannel channel, ByteBuf bytes) {
    channel.eventLoop().execute(() -> channel.receive(bytes));
  }

  private void wrong(String what) {
    trouble.compareAndSet(null, what);
  }

  /// One thread writes.
  private static void add(AtomicLong count, long more) {
    count.lazySet(count.get() + more);
  }
}
