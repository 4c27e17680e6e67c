package io.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

/// A declared queue that nobody consumes.
final class RestartedQueue implements RestartPromise {
  @Override
  public String name() {
    return "a declared queue and what is in it are there";
  }

  private static Spawned forebay(NodeProcess node, String... words) throws Exception {
    List<String> command = new ArrayList<>(List.of(words));
    command.addAll(List.of("-p", Integer.toString(node.mqtt())));
    return NodeProcess.forebay(command.toArray(String[]::new));
  }

  @Override
  public void before(NodeProcess node) throws Exception {
    try (Spawned create =
        forebay(node, "queue", "create", "restarted", "--filter", "restart/queue/#")) {
      create.succeeded();
    }
    for (String each : List.of("one", "two", "three")) {
      MosquittoClient.pub(node, "-t", "restart/queue/" + each, "-q", "1", "-m", each);
    }
  }

  @Override
  public void after(NodeProcess node, boolean inOrder) throws Exception {
    try (Spawned list = forebay(node, "queue", "list", "--json")) {
      list.succeeded();
      assertThat(String.join("\n", list.rest()))
          .contains("\"name\":\"restarted\"")
          .contains("\"restart/queue/#\"")
          .contains("\"pending\":3");
    }
    List<String> command =
        MosquittoClient.command(
            "mosquitto_sub",
            node.mqtt(),
            "-q",
            "1",
            "-t",
            "$queue/restarted",
            "-C",
            "3",
            "-F",
            "%t %p");
    try (Spawned sub = MosquittoClient.start(command)) {
      assertThat(sub.rest())
          .isEqualTo(
              List.of(
                  "restart/queue/one one", "restart/queue/two two", "restart/queue/three three"));
    }
  }
}
