package io.forebay.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.it.Spawned;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One broker, which is a controller too. What it stored outlives its process.
final class KafkaBroker {
  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

  private final int id;
  private final Path properties;
  private @Nullable Spawned process;

  /// @param properties the file that it reads
  KafkaBroker(int id, Path properties) {
    this.id = id;
    this.properties = properties;
  }

  int id() {
    return id;
  }

  /// Makes its directory; done when that process has ended well.
  Spawned format(String clusterId) throws IOException {
    return KafkaTools.broker(
        "-Xmx128m",
        "kafka.tools.StorageTool",
        List.of("format", "-t", clusterId, "-c", properties.toString()));
  }

  /// Returns at once; [KafkaCluster#awaitBrokers] waits until it serves.
  void start() throws IOException {
    assertThat(alive()).as("broker %s runs already", id).isFalse();
    process = KafkaTools.broker("-Xmx400m", "kafka.Kafka", List.of(properties.toString()));
  }

  boolean alive() {
    return process != null && process.alive();
  }

  /// SIGKILL; returns when it is dead.
  void kill() throws InterruptedException {
    Spawned running = running();
    running.kill();
    running.exitCode(STOP_LIMIT);
  }

  /// SIGSTOP.
  void pause() throws Exception {
    running().signal("STOP");
  }

  /// SIGCONT, after [#pause].
  void resume() throws Exception {
    running().signal("CONT");
  }

  private Spawned running() {
    if (process == null) {
      throw new IllegalStateException("broker " + id + " was never started");
    }
    return process;
  }

  /// What it had to say.
  @Override
  public String toString() {
    return "broker " + id + (process == null ? ", never started" : ": " + process.errors());
  }
}
