package io.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.message.Properties;
import io.forebay.core.message.Qos;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.Puback;
import io.forebay.mqtt.Publish;
import io.forebay.mqtt.ReasonCode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Retained messages until there is no room for more, and who asks for all of them.
class RetainedBombIT {
  /// All of the heap, which begins small, and as much outside of it.
  private static final int MEMORY_MIB = 256;

  private static final int LARGE_BYTES = 1_000_000;

  private static ReasonCode retain(RawClient client, String topic, byte[] payload)
      throws Exception {
    client.send(
        new Publish(
            1,
            false,
            Qos.AT_LEAST_ONCE,
            true,
            topic,
            0,
            -1,
            Publish.NO_SUBSCRIPTION_IDS,
            Properties.NONE,
            payload));
    return client.read(Puback.class).reason();
  }

  /// Retains until it is refused.
  ///
  /// @return how many were taken
  private static int fill(RawClient client, byte[] payload) throws Exception {
    int taken = 0;
    while (!retain(client, "bomb/" + taken, payload).failure()) {
      taken++;
    }
    assertThat(retain(client, "bomb/more", payload)).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
    return taken;
  }

  @Test
  void largeOnesEndAtTheirSize() throws Exception {
    try (NodeProcess node =
            NodeProcess.startWith("-Xmx128m", "limits.retained-size=50MiB", "node.sys-interval=0");
        BehavedPair pair = BehavedPair.on(node);
        RawClient bomber = RawClient.connected(node, "bomber");
        RawClient deaf = new RawClient(node.mqtt(), ProtocolVersion.V5, 8 << 10)) {
      Memory memory = new Memory(node);
      assertThat(fill(bomber, new byte[LARGE_BYTES])).isEqualTo((50 << 20) / LARGE_BYTES);
      pair.goesOn();
      deaf.connect(RawClient.v5("deaf"));
      deaf.subscribe("bomb/#", Qos.AT_MOST_ONCE);
      pair.goesOn();
      memory.hasGrownByLessThan(MEMORY_MIB);
      retain(bomber, "bomb/0", new byte[0]);
      assertThat(retain(bomber, "bomb/again", new byte[LARGE_BYTES]).failure()).isFalse();
      assertThat(node.log()).doesNotContain("Exception").doesNotContain("ERROR");
    }
  }

  @Test
  void smallOnesEndAtTheirNumberAndCountAfterARestartToo(@TempDir Path data) throws Exception {
    String[] settings = {
      "limits.retained-messages=5000", "node.sys-interval=0", "node.data=" + data
    };
    try (NodeProcess node = NodeProcess.startWith("-Xmx128m", settings);
        BehavedPair pair = BehavedPair.on(node);
        RawClient bomber = RawClient.connected(node, "bomber")) {
      assertThat(fill(bomber, new byte[10])).isEqualTo(5_000);
      pair.goesOn();
    }
    try (NodeProcess node = NodeProcess.startWith("-Xmx128m", settings);
        RawClient bomber = RawClient.connected(node, "bomber")) {
      assertThat(retain(bomber, "bomb/more", new byte[10])).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
    }
  }
}
