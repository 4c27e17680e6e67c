package io.forebay.mqtt.codec;

import io.forebay.mqtt.ProtocolVersion;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// Damages frames, the same way for the same seed.
final class Mutations {
  record Frame(byte[] bytes, @Nullable ProtocolVersion version) {}

  /// Bytes at which readers tend to trip: ends of ranges, and the first letters of UTF-8 sequences.
  private static final int[] TREACHEROUS = {
    0x00, 0x01, 0x7F, 0x80, 0xBF, 0xC0, 0xC2, 0xE0, 0xED, 0xF0, 0xF4, 0xFF, 0x0B, 0x23, 0x26
  };

  private final List<Frame> corpus;

  Mutations(List<Frame> corpus) {
    this.corpus = corpus;
  }

  Frame next(Random random) {
    Frame frame = corpus.get(random.nextInt(corpus.size()));
    byte[] bytes = frame.bytes();
    for (int i = random.nextInt(4); i >= 0; i--) {
      bytes = mutate(bytes, random);
    }
    if (random.nextBoolean()) {
      bytes = withTrueLength(bytes);
    }
    boolean otherVersion = random.nextInt(8) == 0;
    return new Frame(bytes, otherVersion ? version(random) : frame.version());
  }

  private static @Nullable ProtocolVersion version(Random random) {
    int version = random.nextInt(4);
    return version == 3 ? null : ProtocolVersion.values()[version];
  }

  private byte[] mutate(byte[] bytes, Random random) {
    int length = bytes.length;
    if (length == 0) {
      return new byte[] {(byte) random.nextInt()};
    }
    int at = random.nextInt(length);
    return switch (random.nextInt(8)) {
      case 0 -> with(bytes, at, bytes[at] ^ 1 << random.nextInt(8));
      case 1 -> with(bytes, at, random.nextInt());
      case 2 -> with(bytes, at, TREACHEROUS[random.nextInt(TREACHEROUS.length)]);
      case 3 -> with(bytes, at, bytes[at] + (random.nextBoolean() ? 1 : -1)); // often a length
      case 4 -> Arrays.copyOf(bytes, at);
      case 5 -> splice(bytes, at, bytes, random.nextInt(at + 1)); // a part twice
      case 6 -> splice(bytes, at, bytes, Math.min(length, at + 1 + random.nextInt(4))); // cut out
      default -> {
        byte[] other = corpus.get(random.nextInt(corpus.size())).bytes();
        yield splice(bytes, at, other, random.nextInt(other.length));
      }
    };
  }

  private static byte[] with(byte[] bytes, int at, int value) {
    byte[] changed = bytes.clone();
    changed[at] = (byte) value;
    return changed;
  }

  /// The head of one up to `to`, then the tail of the other from `from`.
  private static byte[] splice(byte[] head, int to, byte[] tail, int from) {
    byte[] spliced = Arrays.copyOf(head, to + tail.length - from);
    System.arraycopy(tail, from, spliced, to, tail.length - from);
    return spliced;
  }

  /// The remaining length corrected, so that the damage is seen by the codec of the packet.
  private static byte[] withTrueLength(byte[] bytes) {
    int header = 1;
    while (header < Math.min(bytes.length, 4) && bytes[header] < 0) {
      header++;
    }
    if (header + 1 > bytes.length) {
      return bytes;
    }
    int body = bytes.length - header - 1;
    ByteBuf out = Unpooled.buffer();
    out.writeByte(bytes[0]);
    VariableByteInteger.write(out, body);
    out.writeBytes(bytes, header + 1, body);
    return ByteBufUtil.getBytes(out);
  }
}
