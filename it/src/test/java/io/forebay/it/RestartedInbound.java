package io.forebay.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.message.Qos;
import io.forebay.mqtt.Connect;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.Pubcomp;
import io.forebay.mqtt.Publish;
import io.forebay.mqtt.Pubrec;
import io.forebay.mqtt.Pubrel;
import io.forebay.mqtt.ReasonCode;

/// A publisher between PUBLISH and PUBREL at QoS 2 (MQTT 5 §4.3.3).
final class RestartedInbound implements RestartPromise {
  private static final int PACKET_ID = 7;
  private static final Connect KEEP =
      RawClient.connect(ProtocolVersion.V5, "restart-inbound", false, 0, 3_600);
  private static final Connect WITNESS =
      RawClient.connect(ProtocolVersion.V5, "restart-inbound-witness", false, 0, 3_600);

  @Override
  public String name() {
    return "a publisher at QoS 2 that sends again is not published twice";
  }

  private static Publish message(boolean dup) {
    Publish first =
        RawClient.publish("restart/inbound", "once".getBytes(UTF_8), Qos.EXACTLY_ONCE, PACKET_ID);
    return new Publish(
        first.packetId(),
        dup,
        first.qos(),
        first.retain(),
        first.topic(),
        first.topicAlias(),
        first.expirySeconds(),
        first.subscriptionIds(),
        first.properties(),
        first.payload());
  }

  @Override
  public void before(NodeProcess node) throws Exception {
    try (RawClient witness = RawClient.connected(node, WITNESS);
        RawClient publisher = RawClient.connected(node, KEEP)) {
      witness.subscribe("restart/inbound", Qos.AT_LEAST_ONCE);
      publisher.send(message(false));
      assertThat(publisher.read(Pubrec.class).packetId()).isEqualTo(PACKET_ID);
    }
  }

  @Override
  public void after(NodeProcess node, boolean inOrder) throws Exception {
    try (RawClient publisher = new RawClient(node.mqtt(), ProtocolVersion.V5)) {
      assertThat(publisher.connect(KEEP).sessionPresent()).isTrue();
      publisher.send(message(true));
      assertThat(publisher.read(Pubrec.class).reason()).isEqualTo(ReasonCode.SUCCESS);
      publisher.send(Pubrel.of(PACKET_ID, ReasonCode.SUCCESS));
      assertThat(publisher.read(Pubcomp.class).reason()).isEqualTo(ReasonCode.SUCCESS);
    }
    MosquittoClient.pub(node, "-t", "restart/inbound", "-q", "1", "-m", "end");
    try (RawClient witness = RawClient.connected(node, WITNESS)) {
      assertThat(witness.read(Publish.class).payload()).asString(UTF_8).isEqualTo("once");
      assertThat(witness.read(Publish.class).payload()).asString(UTF_8).isEqualTo("end");
    }
  }
}
