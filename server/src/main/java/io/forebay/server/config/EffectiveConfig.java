package io.forebay.server.config;

import java.util.List;
import java.util.Map;

/// A configuration, and who said what in it.
///
/// @param settings by path; a key that is not here has its default
public record EffectiveConfig(Config config, Map<List<String>, Setting> settings) {

  /// The file that means the same, with the doc of each key above it and its origin behind it.
  public String toYaml() {
    return new ConfigPrinter(settings).print(config);
  }
}
