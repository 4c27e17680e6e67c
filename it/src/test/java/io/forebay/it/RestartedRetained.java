package io.forebay.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/// Retained messages, replaced ones and cleared ones.
final class RestartedRetained implements RestartPromise {
  @Override
  public String name() {
    return "the last retained message of a topic is there, and what was cleared is not";
  }

  @Override
  public void before(NodeProcess node) throws Exception {
    try (Paho5Client client = new Paho5Client(node, "restart-retained")) {
      client.publish("restart/retained/a", "old".getBytes(UTF_8), 1, true);
      client.publish("restart/retained/a", "new".getBytes(UTF_8), 1, true);
      client.publish("restart/retained/b", "gone".getBytes(UTF_8), 2, true);
      client.publish("restart/retained/b", new byte[0], 1, true);
      client.publish("restart/retained/c", "kept".getBytes(UTF_8), 2, true);
    }
  }

  @Override
  public void after(NodeProcess node, boolean inOrder) throws Exception {
    List<String> command =
        MosquittoClient.command(
            "mosquitto_sub",
            node.mqtt(),
            "-q",
            "1",
            "-t",
            "restart/retained/+",
            "-C",
            "3",
            "-F",
            "%t %r %p");
    try (Spawned sub = MosquittoClient.start(command)) {
      List<String> retained = List.of(sub.line(), sub.line());
      MosquittoClient.pub(node, "-t", "restart/retained/end", "-q", "1", "-m", "end");
      assertThat(retained)
          .containsExactlyInAnyOrder("restart/retained/a 1 new", "restart/retained/c 1 kept");
      assertThat(sub.line()).isEqualTo("restart/retained/end 0 end");
    }
  }
}
