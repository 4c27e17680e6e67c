package io.forebay.server.cli;

import io.forebay.server.config.ConfigLoader;
import io.forebay.server.config.EffectiveConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options that say where the configuration comes from.
final class ConfigOptions {
  private static final Path STANDARD_FILE = Path.of("forebay.yaml");

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "Configuration file. Without it, ./forebay.yaml is used if there is one.")
  private @Nullable Path file;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description =
          "Sets one key by its dotted path and wins over environment and file. Can be repeated.")
  private final List<String> sets = new ArrayList<>();

  EffectiveConfig load() {
    return ConfigLoader.explain(file(), System.getenv(), sets);
  }

  /// What one key is set to, whether or not the rest can be used; null if nobody sets it.
  @Nullable String peek(String... path) {
    return ConfigLoader.peek(file(), System.getenv(), sets, path);
  }

  private @Nullable Path file() {
    return file == null && Files.exists(STANDARD_FILE) ? STANDARD_FILE : file;
  }
}
