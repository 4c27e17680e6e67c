package io.forebay.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.message.Qos;
import io.forebay.mqtt.Puback;
import java.util.List;
import java.util.stream.IntStream;

/// The log itself, that nobody was subscribed to.
final class RestartedReplay implements RestartPromise {
  private static final int MESSAGES = 3_000;
  private static final int UNDER_WAY = 500;

  @Override
  public String name() {
    return "a replay from the earliest message gets them all in order";
  }

  @Override
  public void before(NodeProcess node) throws Exception {
    try (RawClient publisher = RawClient.connected(node, "restart-replay-pub")) {
      for (int i = 0; i < MESSAGES; i += UNDER_WAY) {
        for (int k = 0; k < UNDER_WAY; k++) {
          byte[] payload = Integer.toString(i + k).getBytes(UTF_8);
          publisher.send(RawClient.publish("restart/replay", payload, Qos.AT_LEAST_ONCE, 1 + k));
        }
        for (int k = 0; k < UNDER_WAY; k++) {
          assertThat(publisher.read(Puback.class).reason().failure()).isFalse();
        }
      }
    }
  }

  @Override
  public void after(NodeProcess node, boolean inOrder) throws Exception {
    List<String> command =
        MosquittoClient.command(
            "mosquitto_sub",
            node.mqtt(),
            "-t",
            "$replay/earliest/restart/replay",
            "-q",
            "1",
            "-C",
            Integer.toString(MESSAGES));
    try (Spawned sub = MosquittoClient.start(command)) {
      assertThat(sub.rest())
          .isEqualTo(IntStream.range(0, MESSAGES).mapToObj(Integer::toString).toList());
    }
  }
}
