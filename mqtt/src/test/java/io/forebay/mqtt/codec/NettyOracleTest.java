package io.forebay.mqtt.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.message.Qos;
import io.forebay.mqtt.Connect;
import io.forebay.mqtt.Packet;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.Publish;
import io.forebay.mqtt.Subscribe;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Netty's MQTT codec as a second opinion: it must read what we write, and we what it writes.
class NettyOracleTest {
  private static final int PACKETS_PER_TYPE = 40;
  private static final int MAX_BYTES = 1 << 20;

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  void whatWeWriteAndNettyReadsAndWritesAgainIsWhatItWas(ProtocolVersion version) {
    int types = version == ProtocolVersion.V5 ? RandomPackets.TYPES : RandomPackets.TYPES - 1;
    for (int type = 1; type <= types; type++) {
      for (int seed = 0; seed < PACKETS_PER_TYPE; seed++) {
        Packet packet = new RandomPackets(new Random(seed), version).next(type);
        if (!refusedByNetty(packet)) {
          Packet back = ours(netty(nettys(packet, version), version), version);
          assertThat(Rendered.of(back)).as("seed %d", seed).isEqualTo(Rendered.of(packet));
        }
      }
    }
  }

  /// Netty keeps to the 1 to 23 characters that MQTT 3.1 allows a client identifier.
  private static boolean refusedByNetty(Packet packet) {
    return packet instanceof Connect connect
        && connect.version() == ProtocolVersion.V3_1
        && (connect.clientId().isEmpty() || connect.clientId().length() > 23);
  }

  @Test
  void aConnectOfNettyMeansTheSameToUs() {
    MqttConnectMessage connect =
        MqttMessageBuilders.connect()
            .protocolVersion(MqttVersion.MQTT_3_1_1)
            .clientId("car66")
            .cleanSession(false)
            .keepAlive(60)
            .username("u")
            .password("p".getBytes(UTF_8))
            .willFlag(true)
            .willTopic("w/t")
            .willMessage("gone".getBytes(UTF_8))
            .willQoS(MqttQoS.EXACTLY_ONCE)
            .willRetain(true)
            .build();
    Packet packet = ours(netty(connect, ProtocolVersion.V3_1_1), ProtocolVersion.V3_1_1);
    assertThat(Rendered.at(packet, "clientId")).isEqualTo("car66");
    assertThat(Rendered.at(packet, "cleanStart")).isEqualTo("false");
    assertThat(Rendered.at(packet, "keepAliveSeconds")).isEqualTo("60");
    assertThat(Rendered.at(packet, "username")).isEqualTo("u");
    assertThat(Rendered.at(packet, "password")).isEqualTo("70");
    assertThat(Rendered.at(packet, "will.topic")).isEqualTo("w/t");
    assertThat(Rendered.at(packet, "will.payload")).isEqualTo("676f6e65");
    assertThat(Rendered.at(packet, "will.qos")).isEqualTo("EXACTLY_ONCE");
    assertThat(Rendered.at(packet, "will.retain")).isEqualTo("true");
  }

  @Test
  void aPublishOfNettyMeansTheSameToUs() {
    MqttProperties properties = new MqttProperties();
    properties.add(new MqttProperties.IntegerProperty(PropertyId.TOPIC_ALIAS, 7));
    properties.add(new MqttProperties.StringProperty(PropertyId.CONTENT_TYPE, "json"));
    properties.add(new MqttProperties.UserProperty("k", "v"));
    MqttPublishMessage publish =
        MqttMessageBuilders.publish()
            .topicName("a/é")
            .qos(MqttQoS.AT_LEAST_ONCE)
            .messageId(10)
            .retained(true)
            .properties(properties)
            .payload(Unpooled.copiedBuffer("{}", UTF_8))
            .build();
    Packet packet = ours(netty(publish, ProtocolVersion.V5), ProtocolVersion.V5);
    assertThat(packet).isInstanceOf(Publish.class);
    assertThat(Rendered.at(packet, "topic")).isEqualTo("a/é");
    assertThat(Rendered.at(packet, "packetId")).isEqualTo("10");
    assertThat(Rendered.at(packet, "topicAlias")).isEqualTo("7");
    assertThat(Rendered.at(packet, "retain")).isEqualTo("true");
    assertThat(Rendered.at(packet, "payload")).isEqualTo("7b7d");
    assertThat(Rendered.at(packet, "properties.contentType")).isEqualTo("json");
    assertThat(Rendered.at(packet, "properties.userProperties.0.value")).isEqualTo("v");
  }

  @Test
  void aSubscribeOfNettyMeansTheSameToUs() {
    MqttSubscribeMessage subscribe =
        MqttMessageBuilders.subscribe()
            .messageId(3)
            .addSubscription(MqttQoS.EXACTLY_ONCE, "a/+")
            .addSubscription(MqttQoS.AT_MOST_ONCE, "#")
            .build();
    Packet packet = ours(netty(subscribe, ProtocolVersion.V3_1_1), ProtocolVersion.V3_1_1);
    assertThat(packet)
        .isInstanceOfSatisfying(
            Subscribe.class,
            s ->
                assertThat(s.entries())
                    .containsExactly(
                        new Subscribe.Entry("a/+", Qos.EXACTLY_ONCE, false, false, 0),
                        new Subscribe.Entry("#", Qos.AT_MOST_ONCE, false, false, 0)));
  }

  /// What Netty reads from what we write.
  private static MqttMessage nettys(Packet packet, ProtocolVersion version) {
    EmbeddedChannel channel =
        new EmbeddedChannel(new MqttDecoder(MAX_BYTES, MAX_BYTES));
    if (!(packet instanceof Connect)) {
      channel.writeInbound(frame(hello(version), version)); // from it Netty learns the version
      assertThat(channel.<MqttMessage>readInbound().decoderResult().isSuccess()).isTrue();
    }
    channel.writeInbound(frame(packet, version));
    MqttMessage message = channel.readInbound();
    assertThat(message.decoderResult().cause()).as(packet.toString()).isNull();
    return message;
  }

  /// What Netty writes.
  private static ByteBuf netty(MqttMessage message, ProtocolVersion version) {
    EmbeddedChannel channel = new EmbeddedChannel(MqttEncoder.INSTANCE);
    if (!(message instanceof MqttConnectMessage)) {
      channel.writeOutbound(nettys(hello(version), version));
      channel.<ByteBuf>readOutbound().release();
    }
    channel.writeOutbound(message);
    ByteBuf frame = channel.readOutbound();
    try {
      return Unpooled.copiedBuffer(frame);
    } finally {
      frame.release();
    }
  }

  private static Packet ours(ByteBuf frame, ProtocolVersion version) {
    return PacketDecoder.decode(frame, frame.readableBytes(), version);
  }

  private static ByteBuf frame(Packet packet, ProtocolVersion version) {
    ByteBuf out = Unpooled.buffer();
    PacketEncoder.encode(packet, version, out);
    return out;
  }

  private static Connect hello(ProtocolVersion version) {
    long expiry = version == ProtocolVersion.V5 ? 0 : Connect.NEVER_EXPIRES;
    return new Connect(
        version, "c", false, 0, expiry, 65_535, Connect.NO_LIMIT, 0, false, true,
        List.of(), null, null, null, null, null);
  }
}
