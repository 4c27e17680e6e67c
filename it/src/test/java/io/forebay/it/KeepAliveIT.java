package io.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.mqtt.Disconnect;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.ReasonCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

class KeepAliveIT {

  @Test
  @ExtendWith(SharedNode.class)
  void aClientThatFallsSilentIsDisconnected(NodeProcess node) throws Exception {
    try (RawClient silent =
            RawClient.connected(
                node, RawClient.connect(ProtocolVersion.V5, "silent-5", true, 1, 0));
        RawClient silent3 =
            RawClient.connected(
                node, RawClient.connect(ProtocolVersion.V3_1_1, "silent-3", true, 1, 0));
        RawClient without =
            RawClient.connected(
                node, RawClient.connect(ProtocolVersion.V5, "without", true, 0, 0))) {
      assertThat(silent.read(Disconnect.class).reason()).isEqualTo(ReasonCode.KEEP_ALIVE_TIMEOUT);
      silent.expectEnd();
      silent3.expectEnd();
      without.expectNothingElse();
    }
  }

  @Test
  void theServersOwnKeepAliveIsToldAndInForce() throws Exception {
    try (NodeProcess node = NodeProcess.start("limits.keep-alive=1s");
        RawClient client = new RawClient(node.mqtt(), ProtocolVersion.V5)) {
      assertThat(
              client
                  .connect(RawClient.connect(ProtocolVersion.V5, "patient", true, 600, 0))
                  .serverKeepAliveSeconds())
          .isEqualTo(1);
      assertThat(client.read(Disconnect.class).reason()).isEqualTo(ReasonCode.KEEP_ALIVE_TIMEOUT);
    }
  }
}
