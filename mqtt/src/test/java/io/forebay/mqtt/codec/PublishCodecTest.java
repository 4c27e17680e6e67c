package io.forebay.mqtt.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.forebay.core.message.Message;
import io.forebay.core.message.Properties;
import io.forebay.core.message.Qos;
import io.forebay.core.message.UserProperty;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.Publish;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PublishCodecTest {
  private static final Message MESSAGE =
      new Message(
          "vehicles/car66/speed",
          "88.5".getBytes(UTF_8),
          Qos.AT_LEAST_ONCE,
          false,
          Properties.NONE,
          "car66",
          0,
          Message.NEVER);
  private static final int[] NO_IDS = Publish.NO_SUBSCRIPTION_IDS;

  private static final int ROUNDS = 20_000;
  private static final ThreadMXBean THREADS =
      (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  void aDeliveryIsWrittenAsThePublishWithTheSameParts(ProtocolVersion version) {
    for (int seed = 0; seed < 200; seed++) {
      Publish p = new RandomPackets(new Random(seed), version).publish();
      boolean known = p.topic().isEmpty();
      Message message = message(known ? "known" : p.topic(), p.properties(), p.payload());
      byte[] delivery = delivery(p, version, message, known, List.of());
      ByteBuf expected = Unpooled.buffer();
      PublishCodec.encode(p, version, expected);
      assertThat(delivery).as("seed %d", seed).isEqualTo(ByteBufUtil.getBytes(expected));
    }
  }

  @Test
  void extraUserPropertiesFollowTheMessagesOwn() {
    Properties own =
        new Properties(
            false, false, "json", "r", new byte[1], List.of(new UserProperty("own", "1")));
    Publish p = new RandomPackets(new Random(1), ProtocolVersion.V5).publish();
    byte[] frame =
        delivery(
            p,
            ProtocolVersion.V5,
            message("t", own, p.payload()),
            false,
            List.of(new UserProperty("gap", "2")));
    Publish decoded =
        (Publish)
            PacketDecoder.decode(
                Unpooled.wrappedBuffer(frame), frame.length, ProtocolVersion.V5);
    assertThat(decoded.properties().userProperties())
        .containsExactly(new UserProperty("own", "1"), new UserProperty("gap", "2"));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 120, 20_000, 3_000_000})
  void thePacketIdCanBePatchedInASharedFrame(int payloadBytes) {
    for (String topic : List.of("a", "é".repeat(200), "x".repeat(65_535))) {
      Message message = message(topic, Properties.NONE, new byte[payloadBytes]);
      for (ProtocolVersion version : ProtocolVersion.values()) {
        ByteBuf out = Unpooled.buffer();
        PublishCodec.encode(
            out, version, message, Qos.AT_LEAST_ONCE, false, false, 0x1234, 0, false, -1, NO_IDS,
            List.of());
        byte[] frame = ByteBufUtil.getBytes(out);
        int offset = PublishCodec.packetIdOffset(frame);
        assertThat(frame[offset]).isEqualTo((byte) 0x12);
        assertThat(frame[offset + 1]).isEqualTo((byte) 0x34);
        frame[offset] = (byte) 0xAB;
        Publish decoded =
            (Publish)
                PacketDecoder.decode(Unpooled.wrappedBuffer(frame), frame.length, version);
        assertThat(decoded.packetId()).isEqualTo(0xAB34);
        assertThat(decoded.topic()).isEqualTo(topic);
      }
    }
  }

  @Test
  void aFrameFullOfSubscriptionIdentifiersCostsNoMoreThanItsLength() {
    ByteBuf body = Unpooled.buffer();
    int count = 500_000;
    Utf8Strings.write(body, "t");
    VariableByteInteger.write(body, 2 * count);
    for (int i = 0; i < count; i++) {
      body.writeByte(PropertyId.SUBSCRIPTION_IDENTIFIER).writeByte(1);
    }
    ByteBuf frame = Unpooled.buffer();
    Fields.writeHeader(frame, PacketType.PUBLISH << 4, body.readableBytes());
    frame.writeBytes(body);
    int length = frame.readableBytes();
    long before = THREADS.getCurrentThreadAllocatedBytes();
    Publish decoded = (Publish) PacketDecoder.decode(frame, length, ProtocolVersion.V5);
    long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
    assertThat(decoded.subscriptionIds()).hasSize(count);
    assertThat(allocated).isLessThan(16L * length);
  }

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  void writingAPlainDeliveryAllocatesNothing(ProtocolVersion version) {
    ByteBuf out = Unpooled.buffer(256);
    List<UserProperty> none = List.of();
    long allocated =
        allocatedPerRound(
            () -> {
              out.clear();
              PublishCodec.encode(
                  out, version, MESSAGE, Qos.AT_LEAST_ONCE, false, false, 1, 0, false, -1, NO_IDS,
                  none);
            });
    assertThat(allocated).isZero();
  }

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  void readingAPlainPublishAllocatesItsPartsAndNoMore(ProtocolVersion version) {
    ByteBuf in = Unpooled.buffer(256);
    PublishCodec.encode(
        in, version, MESSAGE, Qos.AT_LEAST_ONCE, false, false, 1, 0, false, -1, NO_IDS, List.of());
    int length = in.readableBytes();
    AtomicReference<Publish> kept = new AtomicReference<>();
    long allocated =
        allocatedPerRound(
            () -> {
              in.readerIndex(0);
              kept.setPlain((Publish) PacketDecoder.decode(in, length, version));
            });
    assertThat(kept.getPlain()).extracting(Publish::topic).isEqualTo(MESSAGE.topic());
    // Publish 64, String 24, its bytes 16 + 20 rounded up to 40, payload 16 + 4 rounded up to 24.
    assertThat(allocated).isBetween(100L, 160L);
  }

  private static long allocatedPerRound(Runnable round) {
    for (int i = 0; i < ROUNDS; i++) {
      round.run(); // loads classes and lets the compiler see it
    }
    long before = THREADS.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < ROUNDS; i++) {
      round.run();
    }
    return (THREADS.getCurrentThreadAllocatedBytes() - before) / ROUNDS;
  }

  private static Message message(String topic, Properties properties, byte[] payload) {
    return new Message(
        topic, payload, Qos.EXACTLY_ONCE, true, properties, "publisher", 0, Message.NEVER);
  }

  private static byte[] delivery(
      Publish p,
      ProtocolVersion version,
      Message message,
      boolean topicKnown,
      List<UserProperty> extra) {
    ByteBuf out = Unpooled.buffer();
    PublishCodec.encode(
        out,
        version,
        message,
        p.qos(),
        p.dup(),
        p.retain(),
        p.packetId(),
        p.topicAlias(),
        topicKnown,
        p.expirySeconds(),
        p.subscriptionIds(),
        extra);
    assertThat(
            PublishCodec.size(
                version,
                message,
                p.qos(),
                p.topicAlias(),
                topicKnown,
                p.expirySeconds(),
                p.subscriptionIds(),
                extra))
        .isEqualTo(out.readableBytes());
    return ByteBufUtil.getBytes(out);
  }
}
