package io.forebay.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.message.Qos;
import io.forebay.mqtt.Connect;
import io.forebay.mqtt.Disconnect;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.Puback;
import io.forebay.mqtt.Publish;
import io.forebay.mqtt.ReasonCode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// A shared group whose members are all away.
final class RestartedGroup implements RestartPromise {
  private static final int MESSAGES = 100;
  private static final List<Connect> MEMBERS =
      List.of(
          RawClient.connect(ProtocolVersion.V5, "restart-group-1", false, 0, 3_600),
          RawClient.connect(ProtocolVersion.V5, "restart-group-2", false, 0, 3_600));

  @Override
  public String name() {
    return "what waits for a shared group waits for its members";
  }

  @Override
  public void before(NodeProcess node) throws Exception {
    for (Connect each : MEMBERS) {
      try (RawClient member = RawClient.connected(node, each)) {
        member.subscribe("$share/restart/restart/group", Qos.AT_LEAST_ONCE);
        member.send(Disconnect.of(ReasonCode.SUCCESS, null));
        member.expectEnd();
      }
    }
    try (RawClient publisher = RawClient.connected(node, "restart-group-pub")) {
      for (int i = 0; i < MESSAGES; i++) {
        byte[] payload = Integer.toString(i).getBytes(UTF_8);
        publisher.send(RawClient.publish("restart/group", payload, Qos.AT_LEAST_ONCE, 1 + i));
        assertThat(publisher.read(Puback.class).reason()).isEqualTo(ReasonCode.SUCCESS);
      }
    }
  }

  @Override
  public void after(NodeProcess node, boolean inOrder) throws Exception {
    List<String> received = new ArrayList<>();
    // One gets them all while it is alone.
    try (RawClient first = new RawClient(node.mqtt(), ProtocolVersion.V5)) {
      assertThat(first.connect(MEMBERS.getFirst()).sessionPresent()).isTrue();
      for (int i = 0; i < MESSAGES; i++) {
        Publish message = first.read(Publish.class);
        received.add(new String(message.payload(), UTF_8));
        first.send(Puback.of(message.packetId(), ReasonCode.SUCCESS));
      }
      first.expectNothingElse();
      try (RawClient second = new RawClient(node.mqtt(), ProtocolVersion.V5)) {
        assertThat(second.connect(MEMBERS.getLast()).sessionPresent()).isTrue();
        second.expectNothingElse();
      }
    }
    assertThat(received)
        .isEqualTo(IntStream.range(0, MESSAGES).mapToObj(Integer::toString).toList());
  }
}
