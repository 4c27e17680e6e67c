package io.forebay.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The guide is written by hand; here it is kept complete.
class GuideTest {

  @Test
  void theGuideNamesEveryKeyInItsSection() throws IOException {
    String guide = Files.readString(Path.of("..", "docs", "guide", "configuration.md"));
    Schema.ROOT
        .children()
        .forEach(
            (key, child) -> {
              boolean section = !(child instanceof Schema.Leaf);
              check(section ? chapter(guide, key) : guide, List.of(key), child);
            });
  }

  private static String chapter(String guide, String section) {
    String heading = "\n### " + section + "\n";
    assertThat(guide).contains(heading);
    String from = guide.substring(guide.indexOf(heading) + heading.length());
    int next = from.indexOf("\n##");
    return next < 0 ? from : from.substring(0, next);
  }

  private static void check(String chapter, List<String> path, Schema schema) {
    switch (schema) {
      case Schema.Leaf _ -> assertThat(rows(chapter, path)).as("rows of %s", path).isNotEmpty();
      case Schema.Section section ->
          section.children().forEach((k, c) -> check(chapter, Schema.append(path, k), c));
      // The user chooses the names: a table has the keys alone.
      case Schema.Named named ->
          named.each().children().forEach((k, c) -> check(chapter, List.of(k), c));
    }
  }

  /// The keys of a listener stand alone, as those under chosen names; all others with their path.
  private static List<String> rows(String chapter, List<String> path) {
    String key = path.getFirst().equals("listeners") ? path.getLast() : Schema.dotted(path);
    return chapter.lines().filter(line -> line.startsWith("| `" + key + "` |")).toList();
  }
}
