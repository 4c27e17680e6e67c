package io.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.mqtt.Disconnect;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.ReasonCode;
import org.junit.jupiter.api.Test;

class ShutdownIT {

  @Test
  void sigtermTellsMqtt5ClientsAndExitsWithZero() throws Exception {
    try (NodeProcess node = NodeProcess.start();
        RawClient five = RawClient.connected(node, "five");
        RawClient three =
            RawClient.connected(
                node, RawClient.connect(ProtocolVersion.V3_1_1, "three", true, 0, 0));
        MqttJsClient js = new MqttJsClient(node.webSocket(), MqttJsClient.options(5, "js"))) {
      node.signalStop();
      assertThat(five.read(Disconnect.class).reason()).isEqualTo(ReasonCode.SERVER_SHUTTING_DOWN);
      five.expectEnd();
      three.expectEnd();
      assertThat(js.answer()).isEqualTo("disconnected\t139");
      node.awaitStopped();
    }
  }

  @Test
  void aConnectionThatNeverReadsDoesNotKeepTheNodeFromStopping() throws Exception {
    try (NodeProcess node = NodeProcess.start("node.drain-timeout=500ms");
        RawClient halfOpen = new RawClient(node.mqtt(), ProtocolVersion.V5)) {
      halfOpen.send(0x10);
      node.stop();
    }
  }
}
