package io.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.forebay.core.message.Properties;
import io.forebay.core.message.Qos;
import io.forebay.core.session.Will;
import io.forebay.mqtt.Connack;
import io.forebay.mqtt.Connect;
import io.forebay.mqtt.Packet;
import io.forebay.mqtt.Pingreq;
import io.forebay.mqtt.Pingresp;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.Publish;
import io.forebay.mqtt.ReasonCode;
import io.forebay.mqtt.Suback;
import io.forebay.mqtt.Subscribe;
import io.forebay.mqtt.codec.Frames;
import io.forebay.mqtt.codec.PacketDecoder;
import io.forebay.mqtt.codec.PacketEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A socket that can say anything, and reads one packet after the other. Does nothing by itself: no
/// acknowledgement, no ping.
public final class RawClient implements AutoCloseable {
  private static final int LARGEST = 256 << 20;

  private final Socket socket;
  private final ByteBuf buffer = Unpooled.buffer();
  private final ProtocolVersion version;

  public RawClient(int port, ProtocolVersion version) throws IOException {
    this(port, version, 0);
  }

  /// @param receiveBufferBytes 0 for the usual
  public RawClient(int port, ProtocolVersion version, int receiveBufferBytes) throws IOException {
    this.version = version;
    socket = new Socket();
    if (receiveBufferBytes > 0) {
      socket.setReceiveBufferSize(receiveBufferBytes);
    }
    socket.connect(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
        (int) Await.LIMIT.toMillis());
    socket.setSoTimeout((int) Await.LIMIT.toMillis());
    socket.setTcpNoDelay(true);
  }

  /// Connected, MQTT 5, clean start.
  public static RawClient connected(NodeProcess node, String clientId) throws IOException {
    return connected(node, v5(clientId));
  }

  public static RawClient connected(NodeProcess node, Connect connect) throws IOException {
    RawClient client = new RawClient(node.mqtt(), connect.version());
    client.connect(connect);
    return client;
  }

  /// A CONNECT with nothing special about it.
  public static Connect v5(String clientId) {
    return connect(ProtocolVersion.V5, clientId, true, 0, 0);
  }

  public static Connect connect(
      ProtocolVersion version, String clientId, boolean clean, int keepAlive, long expirySeconds) {
    return connect(version, clientId, clean, keepAlive, expirySeconds, Connect.NO_LIMIT, 0, null);
  }

  public static Connect connect(
      ProtocolVersion version,
      String clientId,
      boolean clean,
      int keepAliveSeconds,
      long expirySeconds,
      long maximumPacketSize,
      int topicAliasMaximum,
      @Nullable Will will) {
    return new Connect(
        version,
        clientId,
        clean,
        keepAliveSeconds,
        version == ProtocolVersion.V5 || clean ? expirySeconds : Connect.NEVER_EXPIRES,
        65_535,
        maximumPacketSize,
        topicAliasMaximum,
        false,
        true,
        List.of(),
        null,
        null,
        will,
        null,
        null);
  }

  public Connack connect(Connect connect) throws IOException {
    send(connect);
    Connack connack = read(Connack.class);
    assertThat(connack.reason()).isEqualTo(ReasonCode.SUCCESS);
    return connack;
  }

  // ---------------------------------------------------------------- saying

  public void send(Packet packet) throws IOException {
    ByteBuf out = Unpooled.buffer();
    PacketEncoder.encode(packet, version, out);
    send(out.array(), out.readableBytes());
  }

  public void send(int... bytes) throws IOException {
    byte[] out = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      out[i] = (byte) bytes[i];
    }
    send(out, out.length);
  }

  public void send(byte[] bytes) throws IOException {
    send(bytes, bytes.length);
  }

  private void send(byte[] bytes, int length) throws IOException {
    socket.getOutputStream().write(bytes, 0, length);
  }

  /// Like [#send], but a connection that the node has closed meanwhile is no failure.
  public void sendIfOpen(Packet packet) {
    ByteBuf out = Unpooled.buffer();
    PacketEncoder.encode(packet, version, out);
    sendIfOpen(ByteBufUtil.getBytes(out));
  }

  /// As [#sendIfOpen(Packet)].
  public void sendIfOpen(byte[] bytes) {
    try {
      send(bytes);
    } catch (IOException e) {
      // Reset by the peer: what the node thinks of it is read afterwards.
      assertThat(e).isInstanceOf(SocketException.class);
    }
  }

  public static Publish publish(String topic, byte[] payload, Qos qos, int packetId) {
    return publish(topic, 0, payload, qos, packetId);
  }

  public static Publish publish(String topic, int alias, byte[] payload, Qos qos, int packetId) {
    return new Publish(
        packetId,
        false,
        qos,
        false,
        topic,
        alias,
        -1,
        Publish.NO_SUBSCRIPTION_IDS,
        Properties.NONE,
        payload);
  }

  public Suback subscribe(String filter, Qos qos) throws IOException {
    return subscribe(0, new Subscribe.Entry(filter, qos, false, false, 0));
  }

  public Suback subscribe(int subscriptionId, Subscribe.Entry... entries) throws IOException {
    send(new Subscribe(1, subscriptionId, List.of(), List.of(entries)));
    return read(Suback.class);
  }

  /// Asserts that the connection is alive and nothing else is under way.
  public void expectNothingElse() throws IOException {
    send(Pingreq.INSTANCE);
    assertThat(read()).isInstanceOf(Pingresp.class);
  }

  // ---------------------------------------------------------------- hearing

  /// The next packet.
  public Packet read() throws IOException {
    Packet packet = readOrEnd();
    return packet == null ? fail("the node closed the connection") : packet;
  }

  /// The next packet, which has to be of this type.
  public <T extends Packet> T read(Class<T> type) throws IOException {
    Packet packet = read();
    assertThat(packet).isInstanceOf(type);
    return type.cast(packet);
  }

  /// The next packet; null if the node closed the connection.
  public @Nullable Packet readOrEnd() throws IOException {
    InputStream in = socket.getInputStream();
    byte[] chunk = new byte[8192];
    while (true) {
      int length = Frames.length(buffer, LARGEST);
      if (length != Frames.INCOMPLETE && length <= buffer.readableBytes()) {
        Packet packet = PacketDecoder.decode(buffer, length, version);
        buffer.discardSomeReadBytes();
        return packet;
      }
      int read = readChunk(in, chunk);
      if (read < 0) {
        return null;
      }
      buffer.writeBytes(chunk, 0, read);
    }
  }

  private static int readChunk(InputStream in, byte[] chunk) throws IOException {
    try {
      return in.read(chunk);
    } catch (SocketException e) {
      // A reset, because the node closed with our bytes unread, is an end too.
      return -1;
    }
  }

  /// Asserts that the node closes the connection without a word.
  public void expectEnd() throws IOException {
    assertThat(readOrEnd()).isNull();
  }

  /// Says nothing more, but still listens.
  public void closeOutput() throws IOException {
    socket.shutdownOutput();
  }

  public int localPort() {
    return socket.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
