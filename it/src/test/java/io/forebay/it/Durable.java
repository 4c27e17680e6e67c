package io.forebay.it;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Nodes that keep what they acknowledge on disk.
final class Durable {
  private Durable() {}

  /// A node on a directory that outlives it.
  static NodeProcess start(Path data, String... settings) throws Exception {
    return NodeProcess.start(settings(data, settings));
  }

  /// The same with a JVM that starts in less time and is slower later, for nodes that live briefly.
  static NodeProcess startBriefly(Path data, String... settings) throws Exception {
    return NodeProcess.startWith(
        "-Xmx512m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC", settings(data, settings));
  }

  static String[] settings(Path data, String... more) {
    List<String> all = new ArrayList<>();
    all.add("node.data=" + data);
    all.add("streams.default.durability=disk");
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }
}
