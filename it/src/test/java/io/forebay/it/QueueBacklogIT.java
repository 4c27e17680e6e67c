package io.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `limits.queue-backlog`, with real clients and across a restart.
class QueueBacklogIT {
  private static NodeProcess node(Path data) throws Exception {
    return NodeProcess.start("node.data=" + data, "limits.queue-backlog=3");
  }

  private static void publish(NodeProcess node, String topic) throws Exception {
    MosquittoClient.pub(node, "-t", topic, "-q", "1", "-m", "x");
  }

  private static String refusal(NodeProcess node, String topic) throws Exception {
    List<String> command =
        MosquittoClient.command(
            "mosquitto_pub", node.mqtt(), "-V", "5", "-t", topic, "-q", "1", "-m", "x");
    try (Spawned pub = MosquittoClient.start(command)) {
      pub.exitCode();
      return pub.errors();
    }
  }

  @Test
  void aQueueThatIsFullRefusesAlsoAfterARestartUntilSomebodyConsumes(@TempDir Path data)
      throws Exception {
    try (NodeProcess node = node(data)) {
      try (Spawned create =
          NodeProcess.forebay(
              "queue", "create", "jobs", "--filter", "jobs/#", "-p", "" + node.mqtt())) {
        create.succeeded();
      }
      for (int i = 0; i < 3; i++) {
        publish(node, "jobs/" + i);
      }
      Await.until("it is full", () -> refusal(node, "jobs/4").contains("Quota exceeded"));
      publish(node, "other");
    }
    try (NodeProcess node = node(data)) {
      Await.until("it was counted", () -> refusal(node, "jobs/4").contains("Quota exceeded"));
      List<String> command =
          MosquittoClient.command(
              "mosquitto_sub", node.mqtt(), "-q", "1", "-t", "$queue/jobs", "-C", "3", "-F", "%t");
      try (Spawned sub = MosquittoClient.start(command)) {
        assertThat(sub.rest()).isEqualTo(List.of("jobs/0", "jobs/1", "jobs/2"));
      }
      Await.until("there is room", () -> refusal(node, "jobs/4").isEmpty());
    }
  }
}
