package io.forebay.bench.crowd;

import io.forebay.core.message.Qos;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Sends every client one message per round, in an order that jumps about, at an even rate: each
/// message carries the moment at which it was due, so a broker that lags cannot hide it.
final class Traffic {
  private static final long TICK_NANOS = 1_000_000;

  /// Messages that one publisher sends at once, as if they had come in one read.
  private static final int BATCH = 64;

  private static final int FRAME_BYTES = 64 + Clients.PAYLOAD_BYTES;

  private final List<MemoryChannel> publishers;
  private final int clients;
  private final Qos qos;
  private final double nanosPerMessage;
  private final long step;
  private long sent;
  private long behindNanos;

  /// @param perSecond messages a second, to all together
  Traffic(List<MemoryChannel> publishers, int clients, Qos qos, double perSecond) {
    this.publishers = publishers;
    this.clients = clients;
    this.qos = qos;
    nanosPerMessage = 1e9 / perSecond;
    step = coprime(clients);
  }

  long sent() {
    return sent;
  }

  /// How late the generator itself was, at the worst; it is in the latency.
  long behindNanos() {
    return behindNanos;
  }

  /// Sends for so long, if nothing speaks against it.
  void run(int seconds, BooleanSupplier mayGoOn) {
    long start = System.nanoTime();
    long before = sent;
    long messages = (long) (seconds * 1e9 / nanosPerMessage);
    while (sent - before < messages && mayGoOn.getAsBoolean()) {
      long now = System.nanoTime() - start;
      long due = Math.min(messages, (long) (now / nanosPerMessage)) - (sent - before);
      while (due > 0) {
        int count = (int) Math.min(due, BATCH);
        behindNanos = Math.max(behindNanos, now - dueNanos(sent - before));
        send(count, start, before);
        due -= count;
      }
      LockSupport.parkNanos(TICK_NANOS);
    }
  }

  private long dueNanos(long index) {
    return (long) (index * nanosPerMessage);
  }

  private void send(int count, long start, long before) {
    MemoryChannel publisher = publishers.get((int) (sent / BATCH % publishers.size()));
    ByteBuf frames = PooledByteBufAllocator.DEFAULT.directBuffer(count * FRAME_BYTES);
    for (int i = 0; i < count; i++) {
      int client = (int) (sent * step % clients);
      int packetId = (int) (sent % 65_535) + 1;
      Clients.publish(client, qos, packetId, start + dueNanos(sent - before), frames);
      sent++;
    }
    publisher.eventLoop().execute(() -> publisher.receive(frames));
  }

  /// About the golden section of the clients, and without a divisor in common with their number:
  /// multiples of it meet everyone once per round.
  private static long coprime(int clients) {
    long step = Math.max(1, (long) (clients * 0.618));
    while (gcd(step, clients) != 1) {
      step++;
    }
    return step;
  }

  private static long gcd(long a, long b) {
    return b == 0 ? a : gcd(b, a % b);
  }
}
