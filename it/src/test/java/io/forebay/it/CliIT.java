package io.forebay.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// The commands beside `serve`, as processes.
@ExtendWith(SharedNode.class)
class CliIT {
  private static String port(NodeProcess node) {
    return Integer.toString(node.mqtt());
  }

  @Test
  void pubSendsALineEachAndSubPrintsSoMany(NodeProcess node) throws Exception {
    MosquittoClient.pub(node, "-t", "cli/ready", "-m", "yes", "-r", "-q", "1");
    try (Spawned sub =
            NodeProcess.forebay(
                "sub",
                "-p",
                port(node),
                "-t",
                "cli/ready",
                "-t",
                "cli/lines",
                "-q",
                "1",
                "-C",
                "4");
        Spawned pub =
            NodeProcess.forebay("pub", "-p", port(node), "-t", "cli/lines", "-l", "-q", "1")) {
      // The retained message says that it is subscribed.
      assertThat(sub.line()).isEqualTo("cli/ready yes");
      pub.type("one\ntwo words\ngrün\n".getBytes(UTF_8));
      pub.endOfInput();
      pub.succeeded();
      sub.succeeded();
      assertThat(sub.rest())
          .isEqualTo(List.of("cli/lines one", "cli/lines two words", "cli/lines grün"));
    }
  }

  @Test
  void subShowsEverythingAsJson(NodeProcess node) throws Exception {
    NodeProcess.forebay(
            "pub",
            "-p",
            port(node),
            "-t",
            "cli/json",
            "-m",
            "a \"b\"",
            "-r",
            "-q",
            "1",
            "--content-type",
            "text/plain",
            "--user-property",
            "k=v",
            "--expiry",
            "1h")
        .succeeded();
    try (Spawned sub =
        NodeProcess.forebay("sub", "-p", port(node), "-t", "cli/json", "-C", "1", "--json")) {
      sub.succeeded();
      assertThat(sub.line())
          .contains("\"topic\":\"cli/json\"")
          .contains("\"payload\":\"a \\\"b\\\"\"")
          .contains("\"retain\":true")
          .contains("\"contentType\":\"text/plain\"")
          .contains("\"userProperties\":[[\"k\",\"v\"]]")
          .contains("\"expiry\":3");
    }
  }

  @Test
  void statusShowsTheFiguresOfTheNode(NodeProcess node) throws Exception {
    try (Spawned status = NodeProcess.forebay("status", "-p", port(node))) {
      status.succeeded();
      assertThat(String.join("\n", status.rest()))
          .contains("version")
          .contains("forebay ")
          .contains("connections");
    }
  }

  @Test
  void benchCountsWhatItLost(NodeProcess node) throws Exception {
    try (Spawned bench =
        NodeProcess.forebay(
            "bench",
            "-p",
            port(node),
            "--pubs",
            "2",
            "--subs",
            "2",
            "--rate",
            "100",
            "--duration",
            "1s",
            "--warmup",
            "200ms",
            "--json")) {
      bench.succeeded();
      String last = bench.rest().getLast();
      assertThat(last).contains("\"lost\":0").contains("\"duplicates\":0");
      assertThat(last).doesNotContain("\"delivered\":0,");
    }
  }

  @Test
  void pubSaysThatNobodyListens() throws Exception {
    try (Spawned pub = NodeProcess.forebay("pub", "-p", "1", "-t", "x", "-m", "y")) {
      assertThat(pub.exitCode()).isEqualTo(1);
      assertThat(pub.errors()).contains("127.0.0.1").doesNotContain("\tat ");
    }
  }

  @Test
  void aMistakeInTheConfigurationStopsTheStartAndSaysWhere(@TempDir Path dir) throws Exception {
    Path file = dir.resolve("broken.yaml");
    Files.writeString(file, "listeners:\n  mqtt:\n    prot: 1883\n");
    try (Spawned serve = NodeProcess.forebay("serve", "--config", file.toString())) {
      assertThat(serve.exitCode()).isEqualTo(2);
      assertThat(serve.rest()).isEmpty();
      assertThat(serve.errors())
          .contains("broken.yaml:3:5: unknown key 'listeners.mqtt.prot'; did you mean 'port'?");
    }
  }
}
