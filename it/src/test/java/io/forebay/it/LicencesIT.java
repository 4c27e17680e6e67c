package io.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The list of what we ship and under which licence is written by hand; here it is kept complete.
class LicencesIT {
  private static final Pattern ROW = Pattern.compile("(?m)^\\| (`.*`) \\| \\S");
  private static final Pattern NAME = Pattern.compile("`([^`]+)`");

  @Test
  void everyJarThatIsShippedIsListedAndNoOther() throws Exception {
    Path home = Path.of(NodeProcess.property("forebay.home"));
    assertThat(listed(Files.readString(home.resolve("docs/licences.md"))))
        .isEqualTo(shipped(home.resolve("server/target/lib")));
  }

  private static Set<String> listed(String text) {
    Set<String> names = new TreeSet<>();
    Matcher row = ROW.matcher(text);
    while (row.find()) {
      NAME.matcher(row.group(1)).results().forEach(name -> names.add(name.group(1)));
    }
    return names;
  }

  private static Set<String> shipped(Path lib) throws Exception {
    try (Stream<Path> files = Files.list(lib)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".jar") && !name.startsWith("forebay-"))
          .map(name -> name.replaceFirst("-\\d.*", ""))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }
}
