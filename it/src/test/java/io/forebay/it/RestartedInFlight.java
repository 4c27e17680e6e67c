package io.forebay.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.message.Qos;
import io.forebay.mqtt.Connect;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.Puback;
import io.forebay.mqtt.Pubcomp;
import io.forebay.mqtt.Publish;
import io.forebay.mqtt.Pubrec;
import io.forebay.mqtt.Pubrel;
import io.forebay.mqtt.ReasonCode;
import java.util.ArrayList;
import java.util.List;

/// A subscriber that has acknowledged a part of what is under way to it (MQTT 5 §4.4).
final class RestartedInFlight implements RestartPromise {
  private static final Connect KEEP =
      RawClient.connect(ProtocolVersion.V5, "restart-in-flight", false, 0, 3_600);

  /// Of the message at QoS 2 that is not acknowledged, at QoS 1, and at QoS 2 received.
  private final List<Integer> packetIds = new ArrayList<>();

  @Override
  public String name() {
    return "what a subscriber did not acknowledge comes again, with its packet id if that counts";
  }

  @Override
  public void before(NodeProcess node) throws Exception {
    try (RawClient client = RawClient.connected(node, KEEP)) {
      client.subscribe("restart/in-flight/+", Qos.EXACTLY_ONCE);
      for (Qos qos : List.of(Qos.EXACTLY_ONCE, Qos.AT_LEAST_ONCE, Qos.EXACTLY_ONCE)) {
        MosquittoClient.pub(
            node,
            "-t",
            "restart/in-flight/x",
            "-q",
            Integer.toString(qos.level()),
            "-m",
            Integer.toString(packetIds.size()));
        Publish message = client.read(Publish.class);
        assertThat(message.dup()).isFalse();
        packetIds.add(message.packetId());
      }
      client.send(Pubrec.of(packetIds.get(2), ReasonCode.SUCCESS));
      assertThat(client.read(Pubrel.class).packetId()).isEqualTo(packetIds.get(2));
    }
  }

  @Override
  public void after(NodeProcess node, boolean inOrder) throws Exception {
    try (RawClient client = new RawClient(node.mqtt(), ProtocolVersion.V5)) {
      assertThat(client.connect(KEEP).sessionPresent()).isTrue();
      Publish exactlyOnce = client.read(Publish.class);
      assertThat(exactlyOnce.packetId()).isEqualTo(packetIds.get(0));
      assertThat(exactlyOnce.qos()).isEqualTo(Qos.EXACTLY_ONCE);
      assertThat(exactlyOnce.dup()).isTrue();
      assertThat(exactlyOnce.payload()).asString(UTF_8).isEqualTo("0");
      Publish atLeastOnce = client.read(Publish.class);
      assertThat(atLeastOnce.payload()).asString(UTF_8).isEqualTo("1");
      if (inOrder) {
        // Its packet id is written a little later than it is sent, which a kill may come before.
        assertThat(atLeastOnce.packetId()).isEqualTo(packetIds.get(1));
        assertThat(atLeastOnce.dup()).isTrue();
      }
      assertThat(client.read(Pubrel.class).packetId()).isEqualTo(packetIds.get(2));
      client.send(Pubrec.of(exactlyOnce.packetId(), ReasonCode.SUCCESS));
      assertThat(client.read(Pubrel.class).packetId()).isEqualTo(exactlyOnce.packetId());
      client.send(Pubcomp.of(exactlyOnce.packetId(), ReasonCode.SUCCESS));
      client.send(Puback.of(atLeastOnce.packetId(), ReasonCode.SUCCESS));
      client.send(Pubcomp.of(packetIds.get(2), ReasonCode.SUCCESS));
      client.expectNothingElse();
    }
  }
}
