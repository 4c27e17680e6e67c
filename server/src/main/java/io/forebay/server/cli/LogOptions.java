package io.forebay.server.cli;

import io.forebay.server.config.Config;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// The options that say where the data are.
final class LogOptions {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Data directory (default: what the configuration says for node.data).")
  private @Nullable Path data;

  @Mixin private final ConfigOptions configuration = new ConfigOptions();

  Config config() {
    return configuration.load().config();
  }

  Path directory(Config config) {
    return data == null ? config.node().data() : data;
  }

  Path directory() {
    // What is given needs no configuration, which may be damaged like the data.
    return data == null ? config().node().data() : data;
  }
}
