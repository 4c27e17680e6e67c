package io.forebay.server.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;
import org.jspecify.annotations.Nullable;

/// How large the next buffer for a socket's bytes is: it grows for loud clients and shrinks for
/// quiet ones, by the rules of Netty's adaptive allocator. What differs is that a connection costs
/// 32 bytes for it instead of 112.
public final class ReceiveBuffers implements RecvByteBufAllocator {
  public static final ReceiveBuffers INSTANCE = new ReceiveBuffers();

  private static final int READS_PER_TURN = 16;

  // Sizes are powers of two; these are the exponents. Most MQTT packets are small.
  private static final int LEAST = 6;
  private static final int FIRST = 11;
  private static final int MOST = 16;
  private static final int GROWTH = 4;

  private ReceiveBuffers() {}

  @Override
  public ExtendedHandle newHandle() {
    return new Sizes();
  }

  /// Of one connection, on its event loop.
  private static final class Sizes implements ExtendedHandle {
    private @Nullable ChannelConfig config;
    private int attemptedBytes;
    private int lastBytes;
    private int turnBytes;
    private byte turnReads;
    private byte exponent = FIRST;

    /// Half of the size would have done the last time.
    private boolean shrinking;

    @Override
    public ByteBuf allocate(ByteBufAllocator allocator) {
      return allocator.ioBuffer(guess());
    }

    @Override
    public int guess() {
      return 1 << exponent;
    }

    @Override
    public void reset(ChannelConfig of) {
      config = of;
      turnBytes = 0;
      turnReads = 0;
    }

    @Override
    public void incMessagesRead(int count) {
      turnReads += (byte) count;
    }

    @Override
    public void lastBytesRead(int bytes) {
      lastBytes = bytes;
      if (bytes > 0) {
        turnBytes += bytes;
        if (bytes == attemptedBytes) {
          adapt(bytes);
        }
      }
    }

    @Override
    public int lastBytesRead() {
      return lastBytes;
    }

    @Override
    public void attemptedBytesRead(int bytes) {
      attemptedBytes = bytes;
    }

    @Override
    public int attemptedBytesRead() {
      return attemptedBytes;
    }

    @Override
    public boolean continueReading() {
      return continueReading(() -> attemptedBytes == lastBytes);
    }

    @Override
    public boolean continueReading(UncheckedBooleanSupplier maybeMore) {
      return config != null
          && config.isAutoRead()
          && turnReads < READS_PER_TURN
          && turnBytes > 0
          && maybeMore.get();
    }

    @Override
    public void readComplete() {
      adapt(turnBytes);
    }

    private void adapt(int bytes) {
      if (bytes <= guess() >> 1) {
        if (shrinking) {
          exponent = (byte) Math.max(LEAST, exponent - 1);
        }
        shrinking = !shrinking;
      } else if (bytes >= guess()) {
        exponent = (byte) Math.min(MOST, exponent + GROWTH);
        shrinking = false;
      }
    }
  }
}
