package io.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Handshakes that never end, and those that begin again.
class TlsAbuseIT {
  private static final int HALF_HANDSHAKES = 500;
  private static final int MEMORY_MIB = 96;

  @TempDir private Path dir;

  @Test
  void handshakesThatAreLeftHalfwayAreCutAtTheirTime() throws Exception {
    TestAuthority authority = new TestAuthority(dir);
    byte[] hello = clientHello(authority.client("TLS"));
    List<Socket> half = new ArrayList<>();
    try (NodeProcess node =
            NodeProcess.startWith(
                "-Xmx128m", authority.listener("mqtts", "limits.connect-timeout=2s"));
        BehavedPair pair = BehavedPair.on(node)) {
      Memory memory = new Memory(node);
      for (int i = 0; i < HALF_HANDSHAKES; i++) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.port("mqtts"));
        socket.setSoTimeout((int) Await.LIMIT.toMillis());
        half.add(socket);
        socket.getOutputStream().write(hello);
      }
      pair.goesOn();
      for (Socket socket : half) {
        // The server's part of the handshake, then the end.
        assertThat(socket.getInputStream().readAllBytes()).isNotEmpty();
      }
      pair.goesOn();
      memory.hasGrownByLessThan(MEMORY_MIB);
      assertThat(node.log()).doesNotContain("Exception").doesNotContain("ERROR");
    } finally {
      for (Socket socket : half) {
        socket.close();
      }
    }
  }

  private static byte[] clientHello(SSLContext context) throws IOException {
    SSLEngine engine = context.createSSLEngine();
    engine.setUseClientMode(true);
    ByteBuffer out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    engine.wrap(ByteBuffer.allocate(0), out);
    byte[] hello = new byte[out.flip().remaining()];
    out.get(hello);
    return hello;
  }

  @Test
  void aClientThatBeginsAnotherHandshakeIsCut() throws Exception {
    TestAuthority authority = new TestAuthority(dir);
    try (NodeProcess node = NodeProcess.start(authority.listener("mqtts"));
        BehavedPair pair = BehavedPair.on(node);
        SSLSocket socket =
            (SSLSocket)
                authority
                    .client("TLSv1.2")
                    .getSocketFactory()
                    .createSocket("127.0.0.1", node.port("mqtts"))) {
      socket.setSoTimeout((int) Await.LIMIT.toMillis());
      socket.setEnabledProtocols(new String[] {"TLSv1.2"});
      socket.startHandshake();
      assertThatThrownBy(
              () -> {
                socket.startHandshake();
                // The refusal may come with the next bytes.
                while (socket.getInputStream().read() >= 0) {}
                throw new IOException("closed");
              })
          .isInstanceOf(IOException.class);
      pair.goesOn();
    }
  }
}
