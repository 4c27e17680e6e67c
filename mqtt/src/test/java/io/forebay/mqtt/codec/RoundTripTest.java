package io.forebay.mqtt.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.mqtt.Packet;
import io.forebay.mqtt.ProtocolVersion;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RoundTripTest {
  private static final int PACKETS_PER_TYPE = 200;

  // Made once: to free a direct buffer is slow.
  private final ByteBuf heap = Unpooled.buffer();
  private final ByteBuf direct = Unpooled.directBuffer();

  @AfterEach
  void release() {
    direct.release();
  }

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  void everyPacketComesBackAsItWas(ProtocolVersion version) {
    int types = version == ProtocolVersion.V5 ? RandomPackets.TYPES : RandomPackets.TYPES - 1;
    for (int type = 1; type <= types; type++) {
      for (int seed = 0; seed < PACKETS_PER_TYPE; seed++) {
        Packet packet = new RandomPackets(new Random(seed), version).next(type);
        checkRoundTrip(packet, version, seed, seed % 2 == 0 ? heap : direct);
      }
    }
  }

  private static void checkRoundTrip(
      Packet packet, ProtocolVersion version, int seed, ByteBuf buffer) {
    buffer.clear();
    PacketEncoder.encode(packet, version, buffer);
    int length = buffer.readableBytes();
    assertThat(PacketEncoder.size(packet, version)).as("seed %d", seed).isEqualTo(length);
    assertThat(Frames.length(buffer, length)).as("seed %d", seed).isEqualTo(length);
    buffer.writeLong(-1); // the next frame, to be left alone
    Packet decoded = PacketDecoder.decode(buffer, length, version);
    assertThat(Rendered.of(decoded)).as("seed %d", seed).isEqualTo(Rendered.of(packet));
    assertThat(buffer.readableBytes()).isEqualTo(Long.BYTES);
  }
}
