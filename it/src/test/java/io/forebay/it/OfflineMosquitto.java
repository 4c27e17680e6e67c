package io.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;

/// `mosquitto_sub -c`, which is away while the node is restarted.
final class OfflineMosquitto implements RestartPromise {
  private static final String[] OPTIONS = {
    "-i", "restart-m", "-c", "-q", "1", "-t", "restart/m/#", "-F", "message %t %p"
  };

  @Override
  public String name() {
    return "mosquitto_sub has its session and gets what it missed";
  }

  @Override
  public void before(NodeProcess node) throws Exception {
    try (Spawned sub = MosquittoClient.sub(node, OPTIONS)) {
      sub.terminate();
      sub.exitCode();
    }
    MosquittoClient.pub(node, "-t", "restart/m/a", "-q", "1", "-m", "one");
    MosquittoClient.pub(node, "-t", "restart/m/b", "-q", "2", "-m", "two");
  }

  @Override
  public void after(NodeProcess node, boolean inOrder) throws Exception {
    MosquittoClient.pub(node, "-t", "restart/m/c", "-q", "1", "-m", "three");
    try (Spawned sub =
        MosquittoClient.start(MosquittoClient.command("mosquitto_sub", node.mqtt(), OPTIONS))) {
      assertThat(message(sub)).isEqualTo("message restart/m/a one");
      assertThat(message(sub)).isEqualTo("message restart/m/b two");
      assertThat(message(sub)).isEqualTo("message restart/m/c three");
    }
  }

  private static String message(Spawned sub) throws InterruptedException {
    return sub.line(line -> line.startsWith("message "));
  }
}
