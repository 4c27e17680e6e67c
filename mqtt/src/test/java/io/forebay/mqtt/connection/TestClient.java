package io.forebay.mqtt.connection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.message.Properties;
import io.forebay.core.message.Qos;
import io.forebay.mqtt.Disconnect;
import io.forebay.mqtt.Packet;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.Puback;
import io.forebay.mqtt.Pubcomp;
import io.forebay.mqtt.Publish;
import io.forebay.mqtt.Pubrec;
import io.forebay.mqtt.Pubrel;
import io.forebay.mqtt.ReasonCode;
import io.forebay.mqtt.Suback;
import io.forebay.mqtt.Subscribe;
import io.forebay.mqtt.Unsubscribe;
import io.forebay.mqtt.codec.Frames;
import io.forebay.mqtt.codec.MalformedPacket;
import io.forebay.mqtt.codec.PacketDecoder;
import io.forebay.mqtt.codec.PacketEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.security.cert.X509Certificate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A client on a wire of bytes: what it sends is encoded and given to a [Connection] as the door
/// does it, what it gets is decoded. The test says one thing at a time, and the node works it off
/// before the next.
final class TestClient implements Transport {
  private final TestNode node;
  private final ProtocolVersion version;
  private final Connection connection;
  private final ByteBuf toServer = Unpooled.buffer();
  private final ByteBuf fromServer = Unpooled.buffer();
  private final ArrayDeque<Packet> inbox = new ArrayDeque<>();
  private boolean writable = true;
  private boolean closed;
  private int largestBytes;
  private Runnable whenClosed = () -> {};
  @Nullable String refusal;

  TestClient(TestNode node, ProtocolVersion version) {
    this.node = node;
    this.version = version;
    connection = new Connection(node.loop, this);
  }

  // ---------------------------------------------------------------- sends

  /// Sends packets in one piece, and lets the node work.
  void send(Packet... packets) {
    push(packets);
    node.run();
  }

  /// Sends packets; the node has read what it may, and done nothing else yet.
  void push(Packet... packets) {
    for (Packet packet : packets) {
      PacketEncoder.encode(packet, version, toServer);
    }
    readByServer();
  }

  void sendBytes(int... bytes) {
    for (int each : bytes) {
      toServer.writeByte(each);
    }
    readByServer();
    node.run();
  }

  /// As the door reads.
  private void readByServer() {
    try {
      while (connection.reads()) {
        int length = Frames.length(toServer, connection.maximumPacketBytes());
        if (length == Frames.INCOMPLETE || length > toServer.readableBytes()) {
          return;
        }
        connection.on(PacketDecoder.decode(toServer, length, connection.version()));
      }
    } catch (MalformedPacket malformed) {
      connection.refuse(malformed);
    }
  }

  void publish(String topic, String payload) {
    send(message(topic, payload, Qos.AT_MOST_ONCE, 0));
  }

  void publish(String topic, String payload, Qos qos, int packetId) {
    send(message(topic, payload, qos, packetId));
  }

  void publishRetained(String topic, String payload) {
    send(
        new Publish(
            0,
            false,
            Qos.AT_MOST_ONCE,
            true,
            topic,
            0,
            -1,
            Publish.NO_SUBSCRIPTION_IDS,
            Properties.NONE,
            payload.getBytes(UTF_8)));
  }

  static Publish message(String topic, String payload, Qos qos, int packetId) {
    return message(topic, payload.getBytes(UTF_8), qos, packetId, false, 0, -1, Properties.NONE);
  }

  static Publish message(
      String topic,
      byte[] payload,
      Qos qos,
      int packetId,
      boolean dup,
      int alias,
      long expirySeconds,
      Properties properties) {
    return new Publish(
        packetId,
        dup,
        qos,
        false,
        topic,
        alias,
        expirySeconds,
        Publish.NO_SUBSCRIPTION_IDS,
        properties,
        payload);
  }

  static Publish aliased(String topic, int alias) {
    return message(topic, new byte[] {'x'}, Qos.AT_MOST_ONCE, 0, false, alias, -1, Properties.NONE);
  }

  static Publish repeated(String topic, String payload, Qos qos, int packetId) {
    return message(topic, payload.getBytes(UTF_8), qos, packetId, true, 0, -1, Properties.NONE);
  }

  /// Subscribes and takes the SUBACK.
  List<ReasonCode> subscribe(String filter, Qos qos) {
    return subscribe(0, new Subscribe.Entry(filter, qos, false, false, 0));
  }

  List<ReasonCode> subscribe(int subscriptionId, Subscribe.Entry... entries) {
    send(new Subscribe(9_999, subscriptionId, List.of(), List.of(entries)));
    Suback suback = next(Suback.class);
    assertThat(suback.packetId()).isEqualTo(9_999);
    return suback.reasons();
  }

  void unsubscribe(String... filters) {
    send(new Unsubscribe(9_998, List.of(), List.of(filters)));
  }

  void puback(int packetId) {
    send(Puback.of(packetId, ReasonCode.SUCCESS));
  }

  void pubrec(int packetId) {
    send(Pubrec.of(packetId, ReasonCode.SUCCESS));
  }

  void pubrel(int packetId) {
    send(Pubrel.of(packetId, ReasonCode.SUCCESS));
  }

  void pubcomp(int packetId) {
    send(Pubcomp.of(packetId, ReasonCode.SUCCESS));
  }

  /// Says goodbye.
  void disconnect() {
    send(Disconnect.of(ReasonCode.SUCCESS, null));
    assertClosed();
  }

  /// The network breaks.
  void drop() {
    pushDrop();
    node.run();
  }

  /// The network breaks, and the node has not done anything about it yet.
  void pushDrop() {
    closed = true;
    connection.closed();
  }

  // ---------------------------------------------------------------- gets

  private void decode() {
    while (fromServer.isReadable()) {
      int length = Frames.length(fromServer, Integer.MAX_VALUE);
      largestBytes = Math.max(largestBytes, length);
      inbox.add(PacketDecoder.decode(fromServer, length, version));
    }
  }

  /// The next packet, which has to be of this type.
  <P extends Packet> P next(Class<P> type) {
    decode();
    assertThat(inbox.peek()).isInstanceOf(type);
    return type.cast(inbox.remove());
  }

  /// The next packet, a message with this payload.
  Publish nextMessage(String payload) {
    Publish publish = next(Publish.class);
    assertThat(new String(publish.payload(), UTF_8)).isEqualTo(payload);
    return publish;
  }

  /// Forgets what came.
  void skip() {
    decode();
    inbox.clear();
  }

  /// All that came, which are messages.
  List<Publish> messages() {
    List<Publish> all = new ArrayList<>();
    decode();
    while (!inbox.isEmpty()) {
      all.add(next(Publish.class));
    }
    return all;
  }

  void assertNothing() {
    decode();
    assertThat(inbox).isEmpty();
  }

  void assertClosed() {
    assertNothing();
    assertThat(closed).isTrue();
  }

  /// The server said this, as far as the version can, and closed.
  void assertDisconnected(ReasonCode reason) {
    if (version == ProtocolVersion.V5) {
      assertThat(next(Disconnect.class).reason()).isEqualTo(reason);
    }
    assertClosed();
  }

  void assertOpen() {
    assertNothing();
    assertThat(closed).isFalse();
  }

  /// Of the packets that were looked at.
  int largestBytes() {
    return largestBytes;
  }

  // ---------------------------------------------------------------- the socket

  /// The socket is full, or is not any more.
  void writable(boolean value) {
    writable = value;
    if (value) {
      connection.writableAgain();
      node.run();
    }
  }

  /// Runs when the server closes the socket.
  void whenClosed(Runnable action) {
    whenClosed = action;
  }

  boolean reads() {
    return connection.reads();
  }

  @Override
  public ByteBuf out() {
    return closed ? Unpooled.buffer() : fromServer;
  }

  @Override
  public boolean writable() {
    return writable;
  }

  @Override
  public void reading(boolean on) {
    if (on) {
      node.execute(this::readByServer);
    }
  }

  @Override
  public void close() {
    closed = true;
    whenClosed.run();
  }

  @Override
  public String peer() {
    return "127.0.0.1:1";
  }

  @Override
  public @Nullable String refusal() {
    return refusal;
  }

  @Override
  public @Nullable X509Certificate certificate() {
    return null;
  }
}
