package io.forebay.mqtt.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.forebay.mqtt.Connect;
import io.forebay.mqtt.Packet;
import io.forebay.mqtt.ProtocolVersion;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A byte that says which version the connection speaks (0: CONNECT has not come yet), then what
/// comes from the socket. [FuzzTest][io.forebay.mqtt.codec.FuzzTest] damages good frames; here the
/// coverage of the code leads.
class DecoderFuzzTest {
  private static final int MAX_PACKET_BYTES = 1 << 16;

  @FuzzTest
  void whatDecodesEncodesToTheSameEverAfterAndAllElseIsMalformed(byte[] input) {
    if (input.length == 0) {
      return;
    }
    ProtocolVersion version = version(input[0]);
    ByteBuf in = Unpooled.wrappedBuffer(input, 1, input.length - 1);
    Packet packet;
    try {
      int length = Frames.length(in, MAX_PACKET_BYTES);
      if (length == Frames.INCOMPLETE || length > in.readableBytes()) {
        return;
      }
      packet = PacketDecoder.decode(in, length, version);
    } catch (MalformedPacket e) {
      assertThat(e.getMessage()).isNotBlank();
      return;
    }
    ProtocolVersion spoken =
        Objects.requireNonNull(packet instanceof Connect connect ? connect.version() : version);
    byte[] once = encode(packet, spoken);
    Packet again = PacketDecoder.decode(Unpooled.wrappedBuffer(once), once.length, version);
    assertThat(encode(again, spoken)).isEqualTo(once);
  }

  private static @Nullable ProtocolVersion version(byte number) {
    ProtocolVersion[] all = ProtocolVersion.values();
    int chosen = (number & 0xFF) % (all.length + 1);
    return chosen == 0 ? null : all[chosen - 1];
  }

  private static byte[] encode(Packet packet, ProtocolVersion version) {
    ByteBuf out = Unpooled.buffer();
    PacketEncoder.encode(packet, version, out);
    return ByteBufUtil.getBytes(out);
  }
}
