package io.forebay.it;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;

/// A WebSocket on which any frame can be said, right or wrong.
final class WebSocketWire implements AutoCloseable {
  static final int CONTINUATION = 0;
  static final int TEXT = 1;
  static final int BINARY = 2;
  static final int CLOSE = 8;
  static final int PING = 9;
  static final int FINAL = 0x80;

  private static final int MASKED = 0x80;
  private static final String KEY = "AAAAAAAAAAAAAAAAAAAAAA==";

  private final Socket socket;

  private WebSocketWire(Socket socket) {
    this.socket = socket;
  }

  /// A connection on which HTTP was not spoken yet.
  static WebSocketWire raw(NodeProcess node) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.port("ws"));
    socket.setSoTimeout((int) Await.LIMIT.toMillis());
    return new WebSocketWire(socket);
  }

  /// One that the node has accepted.
  static WebSocketWire open(NodeProcess node) throws IOException {
    WebSocketWire wire = raw(node);
    wire.send(request("GET", ""));
    assertThat(wire.head()).startsWith("HTTP/1.1 101 ");
    return wire;
  }

  /// A request that asks for a WebSocket.
  ///
  /// @param more header lines, each with its end
  static String request(String method, String more) {
    return method
        + " /mqtt HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: mqtt\r\nSec-WebSocket-Key: "
        + KEY
        + "\r\n"
        + more
        + "\r\n";
  }

  void send(String text) throws IOException {
    send(text.getBytes(US_ASCII));
  }

  void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  /// Like [#send], but the node may have closed meanwhile.
  void sendIfOpen(byte[] bytes) throws IOException {
    try {
      send(bytes);
    } catch (SocketException e) {
      assertThat(e).isNotNull();
    }
  }

  /// A whole frame, masked with zeros, which is a mask as good as any.
  void sendFrame(int opcode, byte[] payload) throws IOException {
    send(frame(FINAL | opcode, MASKED, payload));
  }

  /// @param first the frame's first byte
  /// @param masked what a server demands, or 0
  static byte[] frame(int first, int masked, byte[] payload) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(first);
    if (payload.length < 126) {
      out.write(masked | payload.length);
    } else {
      out.write(masked | 126);
      out.write(payload.length >>> 8);
      out.write(payload.length);
    }
    if (masked != 0) {
      out.writeBytes(new byte[4]);
    }
    out.writeBytes(payload);
    return out.toByteArray();
  }

  /// The head of the answer.
  String head() throws IOException {
    StringBuilder head = new StringBuilder();
    InputStream in = socket.getInputStream();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      assertThat(next).as("end after: %s", head).isNotNegative();
      head.append((char) next);
    }
    return head.toString();
  }

  /// The next frame's first byte and payload; the node sends short ones here.
  byte[] frame() throws IOException {
    InputStream in = socket.getInputStream();
    int first = in.read();
    int length = in.read();
    assertThat(length).isBetween(0, 125);
    byte[] frame = new byte[1 + length];
    frame[0] = (byte) first;
    assertThat(in.readNBytes(frame, 1, length)).isEqualTo(length);
    return frame;
  }

  /// Whether the node says nothing more but a close frame, and ends the connection.
  boolean endsWithClose() throws IOException {
    byte[] rest = rest();
    return rest.length == 0 || (rest[0] & 0xF) == CLOSE;
  }

  /// All that comes until the node ends the connection.
  byte[] rest() throws IOException {
    ByteArrayOutputStream rest = new ByteArrayOutputStream();
    try {
      InputStream in = socket.getInputStream();
      for (int next = in.read(); next >= 0; next = in.read()) {
        rest.write(next);
      }
    } catch (SocketException e) {
      // A reset is an end too.
    }
    return rest.toByteArray();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
