package io.forebay.it;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Many clients that begin to say something and take for ever: each is cut when its time is over,
/// whatever it has begun with.
class SlowLorisIT {
  private static final int CLIENTS = 200;
  private static final int MEMORY_MIB = 64;
  private static final String PATIENCE = "limits.connect-timeout=1s";

  /// A CONNECT of 16 KiB.
  private static final byte[] MQTT = {
    0x10, (byte) 0xFF, 0x7F, 0, 4, 'M', 'Q', 'T', 'T', 5, 2, 0, 0, 0, 0x40, 0, 'a'
  };

  /// A ClientHello of 512 bytes.
  private static final byte[] TLS = {0x16, 3, 1, 2, 0, 1, 0, 1, (byte) 0xFC, 3, 3, 'r'};

  private static final byte[] HTTP =
      "GET /mqtt HTTP/1.1\r\nHost: a\r\nX-Slow: a".getBytes(US_ASCII);

  @TempDir private Path dir;

  private static void areCutAtTheirTime(NodeProcess node, int port, byte[] head) throws Exception {
    Memory memory = new Memory(node);
    try (BehavedPair pair = BehavedPair.on(node);
        Drip drip = new Drip(port, CLIENTS, head)) {
      pair.goesOn();
      drip.areCut();
      pair.goesOn();
      memory.hasGrownByLessThan(MEMORY_MIB);
    }
    assertThat(node.log()).doesNotContain("Exception").doesNotContain("ERROR");
  }

  @Test
  void overTcpTheyAreCut() throws Exception {
    try (NodeProcess node = NodeProcess.startWith("-Xmx128m", PATIENCE)) {
      areCutAtTheirTime(node, node.mqtt(), MQTT);
    }
  }

  @Test
  void overTlsTheyAreCutWithinTheirHandshake() throws Exception {
    String[] listener = new TestAuthority(dir).listener("mqtts", PATIENCE);
    try (NodeProcess node = NodeProcess.startWith("-Xmx128m", listener)) {
      areCutAtTheirTime(node, node.port("mqtts"), TLS);
    }
  }

  @Test
  void overWebSocketTheyAreCutWithinTheirRequest() throws Exception {
    try (NodeProcess node = NodeProcess.startWith("-Xmx128m", PATIENCE)) {
      areCutAtTheirTime(node, node.port("ws"), HTTP);
    }
  }

  @Test
  void whoHasOpenedItsWebSocketIsCutWithinItsConnect() throws Exception {
    try (NodeProcess node = NodeProcess.startWith("-Xmx128m", PATIENCE);
        BehavedPair pair = BehavedPair.on(node);
        WebSocketWire wire = WebSocketWire.open(node)) {
      for (byte each : MQTT) {
        wire.sendFrame(WebSocketWire.BINARY, new byte[] {each});
      }
      assertThat(wire.endsWithClose()).isTrue();
      pair.goesOn();
    }
  }
}
