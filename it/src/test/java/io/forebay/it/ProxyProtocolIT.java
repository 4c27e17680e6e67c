package io.forebay.it;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.forebay.mqtt.ProtocolVersion;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// A listener behind a load balancer.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProxyProtocolIT {
  private NodeProcess node;

  @BeforeAll
  void start() throws Exception {
    node = NodeProcess.start("listeners.mqtt.proxy-protocol=true");
  }

  @AfterAll
  void stop() {
    node.close();
  }

  @Test
  void version1ComesBeforeConnect() throws Exception {
    try (RawClient client = new RawClient(node.mqtt(), ProtocolVersion.V5)) {
      client.send("PROXY TCP4 192.0.2.1 192.0.2.2 5000 1883\r\n".getBytes(US_ASCII));
      client.connect(RawClient.v5("proxied-1"));
      client.expectNothingElse();
    }
  }

  @Test
  void version2ComesBeforeConnect() throws Exception {
    try (RawClient client = new RawClient(node.mqtt(), ProtocolVersion.V5)) {
      client.send(
          HexFormat.of()
              .parseHex(
                  "0d0a0d0a000d0a515549540a" + "2111000c" + "c0000201" + "c0000202" + "1388075b"));
      client.connect(RawClient.v5("proxied-2"));
      client.expectNothingElse();
    }
  }

  @Test
  void aClientThatCameAroundTheBalancerIsClosed() throws Exception {
    try (RawClient client = new RawClient(node.mqtt(), ProtocolVersion.V5)) {
      client.send(RawClient.v5("direct"));
      client.expectEnd();
    }
  }
}
