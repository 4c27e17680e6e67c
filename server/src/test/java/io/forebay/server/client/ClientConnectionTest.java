package io.forebay.server.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.core.message.Properties;
import io.forebay.core.message.Qos;
import io.forebay.mqtt.Connack;
import io.forebay.mqtt.Connect;
import io.forebay.mqtt.Disconnect;
import io.forebay.mqtt.Packet;
import io.forebay.mqtt.Pingreq;
import io.forebay.mqtt.Pingresp;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.Puback;
import io.forebay.mqtt.Pubcomp;
import io.forebay.mqtt.Publish;
import io.forebay.mqtt.Pubrec;
import io.forebay.mqtt.Pubrel;
import io.forebay.mqtt.ReasonCode;
import io.forebay.mqtt.codec.Frames;
import io.forebay.mqtt.codec.PacketDecoder;
import io.forebay.mqtt.codec.PacketEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The client's state machine against bytes, without a network and on a clock that the test moves.
class ClientConnectionTest {
  private static final ProtocolVersion V5 = ProtocolVersion.V5;

  private final List<String> events = new ArrayList<>();
  private final ClientConnection connection =
      new ClientConnection(ClientOptions.of("broker", 1883, V5, "me"), new Recording());
  private final EmbeddedChannel channel = new EmbeddedChannel(new PacketReader(V5), connection);

  @Test
  void connectIsTheFirstPacket() {
    assertThat(sent()).singleElement().isInstanceOf(Connect.class);
  }

  @Test
  void aQos1PublishIsDoneWithItsPuback() {
    open(10);
    publish(Qos.AT_LEAST_ONCE, "a");
    int id = ((Publish) sent().getFirst()).packetId();
    assertThat(events).isEmpty();
    receive(Puback.of(id, ReasonCode.SUCCESS));
    assertThat(events).containsExactly("a SUCCESS");
  }

  @Test
  void aQos2PublishIsDoneWithItsPubcomp() {
    open(10);
    publish(Qos.EXACTLY_ONCE, "a");
    int id = ((Publish) sent().getFirst()).packetId();
    receive(Pubrec.of(id, ReasonCode.SUCCESS));
    assertThat(sent()).containsExactly(Pubrel.of(id, ReasonCode.SUCCESS));
    assertThat(events).isEmpty();
    receive(Pubcomp.of(id, ReasonCode.SUCCESS));
    assertThat(events).containsExactly("a SUCCESS");
  }

  @Test
  void aRefusingPubrecEndsTheHandshake() {
    open(10);
    publish(Qos.EXACTLY_ONCE, "a");
    int id = ((Publish) sent().getFirst()).packetId();
    receive(Pubrec.of(id, ReasonCode.QUOTA_EXCEEDED));
    assertThat(sent()).isEmpty();
    assertThat(events).containsExactly("a QUOTA_EXCEEDED");
  }

  @Test
  void acknowledgementsMayComeInAnyOrder() {
    open(10);
    publish(Qos.AT_LEAST_ONCE, "a");
    publish(Qos.AT_LEAST_ONCE, "b");
    List<Packet> sent = sent();
    receive(Puback.of(((Publish) sent.get(1)).packetId(), ReasonCode.SUCCESS));
    receive(Puback.of(((Publish) sent.get(0)).packetId(), ReasonCode.NOT_AUTHORIZED));
    assertThat(events).containsExactly("b SUCCESS", "a NOT_AUTHORIZED");
  }

  @Test
  void whatTheReceiveMaximumHoldsBackLeavesInOrder() {
    open(1);
    publish(Qos.AT_LEAST_ONCE, "a");
    publish(Qos.EXACTLY_ONCE, "b");
    publish(Qos.AT_MOST_ONCE, "c");
    List<Packet> sent = sent();
    assertThat(topics(sent)).containsExactly("a");
    receive(Puback.of(((Publish) sent.getFirst()).packetId(), ReasonCode.SUCCESS));
    assertThat(topics(sent())).containsExactly("b", "c");
  }

  @Test
  void aQos0PublishIsAcknowledgedOnceWhenItIsWritten() {
    open(10);
    publish(Qos.AT_MOST_ONCE, "a");
    sent();
    assertThat(events).containsExactly("a SUCCESS");
  }

  @Test
  void anAcknowledgementThatNobodyWaitsForEndsTheConnection() {
    open(10);
    receive(Puback.of(7, ReasonCode.SUCCESS));
    assertThat(events)
        .containsExactly(
            "lost: connection to broker:1883 lost: the broker sent PUBACK for packet id 7, which is"
                + " not in use");
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void pubackForAQos2PublishEndsTheConnection() {
    open(10);
    publish(Qos.EXACTLY_ONCE, "a");
    int id = ((Publish) sent().getFirst()).packetId();
    receive(Puback.of(id, ReasonCode.SUCCESS));
    assertThat(events).anyMatch(event -> event.contains("which waits for PUBREC"));
  }

  @Test
  void aQos1MessageIsAcknowledgedAfterItWasHandedOn() {
    open(10);
    receive(message(3, Qos.AT_LEAST_ONCE, "in"));
    assertThat(events).containsExactly("message in");
    assertThat(sent()).containsExactly(Puback.of(3, ReasonCode.SUCCESS));
  }

  @Test
  void aQos2MessageThatIsSentTwiceIsHandedOnOnce() {
    open(10);
    receive(message(3, Qos.EXACTLY_ONCE, "in"));
    receive(message(3, Qos.EXACTLY_ONCE, "in"));
    assertThat(events).containsExactly("message in");
    assertThat(sent())
        .containsExactly(Pubrec.of(3, ReasonCode.SUCCESS), Pubrec.of(3, ReasonCode.SUCCESS));
    receive(Pubrel.of(3, ReasonCode.SUCCESS));
    assertThat(sent()).containsExactly(Pubcomp.of(3, ReasonCode.SUCCESS));
    receive(message(3, Qos.EXACTLY_ONCE, "next"));
    assertThat(events).containsExactly("message in", "message next");
  }

  @Test
  void pubrelOfAnOlderProcessIsAnswered() {
    open(10);
    receive(Pubrel.of(9, ReasonCode.SUCCESS));
    assertThat(sent()).containsExactly(Pubcomp.of(9, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND));
  }

  @Test
  void afterGoodbyeNothingIsHandedOnOrAcknowledged() {
    open(10);
    connection.close();
    receive(message(3, Qos.AT_LEAST_ONCE, "late"));
    assertThat(events).isEmpty();
    assertThat(sent()).containsExactly(Disconnect.of(ReasonCode.SUCCESS, null));
  }

  @Test
  void aBrokerThatDoesNotCloseAfterGoodbyeIsLeft() {
    open(10);
    connection.close();
    sent();
    assertThat(channel.isOpen()).isTrue();
    pass(1_000);
    assertThat(channel.isOpen()).isFalse();
    assertThat(events).isEmpty();
  }

  @Test
  void aRefusalSaysReasonAndReasonString() {
    receive(Connack.refused(ReasonCode.BANNED, "go away"));
    assertThatThrownBy(connection.opened()::join)
        .isInstanceOf(CompletionException.class)
        .cause()
        .hasMessage("broker:1883 refused the connection: BANNED (0x8A): go away");
    assertThat(events).isEmpty();
  }

  @Test
  void aConnectionThatClosesBeforeConnackIsNoSuccess() {
    channel.close();
    assertThatThrownBy(connection.opened()::join)
        .cause()
        .hasMessageStartingWith(
            "cannot connect to broker:1883: closed by the broker before CONNACK");
  }

  @Test
  void theBrokersDisconnectIsWhyTheConnectionIsLost() {
    open(10);
    publish(Qos.AT_LEAST_ONCE, "a");
    receive(Disconnect.of(ReasonCode.SESSION_TAKEN_OVER, "another one"));
    String why =
        "connection to broker:1883 lost: the broker sent DISCONNECT SESSION_TAKEN_OVER (0x8E):"
            + " another one";
    assertThat(events).containsExactly("a failed: " + why, "lost: " + why);
  }

  @Test
  void malformedBytesEndTheConnection() {
    open(10);
    channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {0x00, 0x00}));
    assertThat(events)
        .singleElement()
        .asString()
        .startsWith("lost: connection to broker:1883 lost: the broker sent a malformed packet");
  }

  @Test
  void silenceIsPingedAndAnAnswerKeepsTheConnection() {
    open(10);
    pass(30_000); // CONNECT and CONNACK belong to this half
    assertThat(sent()).isEmpty();
    pass(30_000);
    assertThat(sent()).containsExactly(Pingreq.INSTANCE);
    receive(Pingresp.INSTANCE);
    pass(30_000);
    pass(30_000);
    assertThat(sent()).containsExactly(Pingreq.INSTANCE);
    assertThat(events).isEmpty();
  }

  @Test
  void aPingWithoutAnswerEndsTheConnection() {
    open(10);
    pass(30_000);
    pass(30_000);
    assertThat(sent()).containsExactly(Pingreq.INSTANCE);
    pass(30_000);
    assertThat(events).isEmpty();
    pass(30_000);
    assertThat(events)
        .containsExactly("lost: connection to broker:1883 lost: no answer to PINGREQ within 60 s");
  }

  private void open(int receiveMaximum) {
    channel.freezeTime();
    receive(ScriptedBroker.connack(receiveMaximum, 0));
    assertThat(connection.opened()).isCompleted();
    sent();
  }

  private void publish(Qos qos, String topic) {
    connection.publish(message(0, qos, topic), new Noting(topic));
  }

  private static Publish message(int id, Qos qos, String topic) {
    return new Publish(
        id,
        false,
        qos,
        false,
        topic,
        0,
        -1,
        Publish.NO_SUBSCRIPTION_IDS,
        Properties.NONE,
        "x".getBytes(StandardCharsets.UTF_8));
  }

  private void receive(Packet packet) {
    ByteBuf bytes = Unpooled.buffer();
    PacketEncoder.encode(packet, V5, bytes);
    channel.writeInbound(bytes);
  }

  private void pass(long millis) {
    channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
    channel.runPendingTasks();
  }

  /// What the client sent since this was last asked.
  private List<Packet> sent() {
    channel.runPendingTasks();
    List<Packet> packets = new ArrayList<>();
    ByteBuf bytes = channel.readOutbound();
    while (bytes != null) {
      while (bytes.isReadable()) {
        packets.add(PacketDecoder.decode(bytes, Frames.length(bytes, Integer.MAX_VALUE), V5));
      }
      bytes.release();
      bytes = channel.readOutbound();
    }
    return packets;
  }

  private static List<String> topics(List<Packet> packets) {
    return packets.stream().map(packet -> ((Publish) packet).topic()).toList();
  }

  private final class Recording implements ClientListener {
    @Override
    public void message(Publish message) {
      events.add("message " + message.topic());
    }

    @Override
    public void lost(ClientException reason) {
      events.add("lost: " + reason.getMessage());
    }
  }

  private final class Noting implements Acknowledgement {
    private final String topic;

    Noting(String topic) {
      this.topic = topic;
    }

    @Override
    public void acknowledged(ReasonCode reason, @Nullable String reasonString) {
      events.add(topic + " " + reason);
    }

    @Override
    public void failed(ClientException reason) {
      events.add(topic + " failed: " + reason.getMessage());
    }
  }
}
