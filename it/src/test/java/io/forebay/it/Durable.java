package io.forebay.it;

import io.forebay.server.config.Capture;
import io.forebay.server.config.ConfigException;
import io.forebay.server.config.Durability;
import io.forebay.server.config.StreamConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/// Nodes that keep what they acknowledge on disk.
final class Durable {
  private Durable() {}

  /// A node on a directory that outlives it.
  static NodeProcess start(Path data, String... settings) throws Exception {
    return NodeProcess.start(settings(data, settings));
  }

  static String[] settings(Path data, String... more) {
    assumeThatItIsThere();
    List<String> all = new ArrayList<>();
    all.add("node.data=" + data);
    all.add("streams.default.durability=disk");
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  private static void assumeThatItIsThere() {
    try {
      new StreamConfig(Capture.ACKNOWLEDGED, Durability.DISK, Duration.ofHours(1), 1L << 30);
    } catch (ConfigException e) {
      Assumptions.abort("this version keeps nothing on disk: " + e.getMessage());
    }
  }
}
