package io.forebay.mqtt.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import io.forebay.mqtt.Connect;
import io.forebay.mqtt.Packet;
import io.forebay.mqtt.ProtocolVersion;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Throws damaged frames at the decoder. `-Dfuzz.iterations=…` makes it run longer, `-Dfuzz.seed=…`
/// start elsewhere; the seed in a failure with `-Dfuzz.iterations=1` repeats it.
class FuzzTest {
  private static final long ITERATIONS = Long.getLong("fuzz.iterations", 200_000);
  private static final long FIRST_SEED = Long.getLong("fuzz.seed", 1);

  /// A user property of five bytes becomes an object, and a list holds it twice while it is copied.
  /// The rest is what a small frame needs anyway, among it the words of an exception.
  private static final int MAX_ALLOCATED_PER_BYTE = 64;

  private static final int MAX_ALLOCATED_PER_FRAME = 16_384;
  private static final int MAX_PACKET_BYTES = 1 << 20;

  private static final ThreadMXBean THREADS =
      (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final List<Mutations.Frame> corpus = corpus();

  @Test
  void damagedFramesAreMalformedPacketsAndNothingElse() {
    Mutations mutations = new Mutations(corpus);
    int decoded = 0;
    int refused = 0;
    for (long seed = FIRST_SEED; seed < FIRST_SEED + ITERATIONS; seed++) {
      Mutations.Frame frame = mutations.next(new Random(seed));
      if (survives(frame, seed)) {
        decoded++;
      } else {
        refused++;
      }
    }
    if (ITERATIONS >= 10_000) {
      // Both must happen often, or the mutations are too weak or too strong to find anything.
      assertThat(decoded).isGreaterThan((int) (ITERATIONS / 50));
      assertThat(refused).isGreaterThan((int) (ITERATIONS / 50));
    }
  }

  /// Whether it decodes, in which case it must encode too, and to the same bytes ever after.
  private static boolean survives(Mutations.Frame frame, long seed) {
    try {
      Packet packet = decodeWithinBounds(frame.bytes(), frame.version(), seed);
      if (packet == null) {
        return false;
      }
      ProtocolVersion version =
          packet instanceof Connect connect ? connect.version() : frame.version();
      if (version == null) {
        throw new IllegalStateException("decoded without a version: " + packet);
      }
      byte[] once = encode(packet, version);
      Packet again = PacketDecoder.decode(Unpooled.wrappedBuffer(once), once.length, version);
      assertThat(encode(again, version)).isEqualTo(once);
      return true;
    } catch (RuntimeException | Error e) {
      return fail("seed " + seed + ": " + frame.version() + " " + hex(frame.bytes()), e);
    }
  }

  private static @Nullable Packet decodeWithinBounds(
      byte[] bytes, @Nullable ProtocolVersion version, long seed) {
    ByteBuf in = Unpooled.wrappedBuffer(bytes);
    long before = THREADS.getCurrentThreadAllocatedBytes();
    Packet packet;
    try {
      int length = Frames.length(in, MAX_PACKET_BYTES);
      packet = PacketDecoder.decode(in, Math.clamp(length, 0, bytes.length), version);
    } catch (MalformedPacket e) {
      packet = null;
    }
    long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
    // The first frames load classes.
    if (seed > FIRST_SEED + 5_000) {
      assertThat(allocated)
          .isLessThan(MAX_ALLOCATED_PER_FRAME + (long) MAX_ALLOCATED_PER_BYTE * bytes.length);
    }
    return packet;
  }

  private static byte[] encode(Packet packet, ProtocolVersion version) {
    ByteBuf out = Unpooled.buffer();
    PacketEncoder.encode(packet, version, out);
    return ByteBufUtil.getBytes(out);
  }

  private static String hex(byte[] bytes) {
    return ByteBufUtil.hexDump(bytes);
  }

  private static List<Mutations.Frame> corpus() {
    List<Mutations.Frame> frames = new ArrayList<>();
    for (ByteRow row : ByteRow.all()) {
      frames.add(new Mutations.Frame(row.bytes(), row.version()));
    }
    for (ProtocolVersion version : ProtocolVersion.values()) {
      int types = version == ProtocolVersion.V5 ? RandomPackets.TYPES : RandomPackets.TYPES - 1;
      for (int type = 1; type <= types; type++) {
        for (int seed = 0; seed < 4; seed++) {
          Packet packet = new RandomPackets(new Random(seed), version).next(type);
          frames.add(new Mutations.Frame(encode(packet, version), version));
        }
      }
    }
    return frames;
  }
}
