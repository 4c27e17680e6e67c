package io.forebay.server.config;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

/// A configuration file of any content: it is a configuration, or its problems are told.
class ConfigFuzzTest {
  @TempDir static Path folder;

  @FuzzTest
  void aFileIsAConfigurationThatCanBePrintedAndReadAgainOrItsProblemsAreTold(byte[] content)
      throws IOException {
    if (new String(content, ISO_8859_1).contains("bind")) {
      // Names of machines are looked up.
      return;
    }
    Path file = Files.write(folder.resolve("forebay.yaml"), content);
    EffectiveConfig config;
    try {
      config = ConfigLoader.explain(file, Map.of(), List.of());
    } catch (ConfigException e) {
      assertThat(e.problems()).isNotEmpty();
      return;
    }
    if (config.toYaml().contains(ClientProperties.HIDDEN)) {
      // Secrets are not printed.
      return;
    }
    Path printed = Files.writeString(folder.resolve("printed.yaml"), config.toYaml());
    assertThat(ConfigLoader.load(printed, Map.of(), List.of())).isEqualTo(config.config());
  }
}
