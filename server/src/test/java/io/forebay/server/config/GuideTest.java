package io.forebay.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// The guide is written by hand; here it is kept complete.
class GuideTest {

  @Test
  void theGuideNamesEveryKey() throws IOException {
    String guide = Files.readString(Path.of("..", "docs", "guide", "configuration.md"));
    Schema.ROOT.children().forEach((key, child) -> check(guide, key, child));
  }

  private static void check(String guide, String key, Schema schema) {
    switch (schema) {
      case Schema.Leaf _ -> assertThat(guide).containsPattern("\\| `([a-z]+\\.)?" + key + "` \\|");
      case Schema.Section section -> section.children().forEach((k, c) -> check(guide, k, c));
      case Schema.Named named -> named.each().children().forEach((k, c) -> check(guide, k, c));
    }
  }
}
