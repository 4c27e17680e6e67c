package io.forebay.server.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Reads the settings of environment variables: `FOREBAY_LISTENERS_MQTT_PORT`. Since `.` and `-`
/// both become `_`, a variable is matched against the names of all keys and never taken apart.
final class EnvironmentSource {
  private static final String PREFIX = "FOREBAY_";
  private static final String KAFKA = PREFIX + "KAFKA_";

  /// Variables of the launcher, of logging and of the client commands: not about the configuration.
  private static final Set<String> OTHERS =
      Set.of(
          "FOREBAY_HOME",
          "FOREBAY_JAVA_HOME",
          "FOREBAY_JAVA_OPTS",
          "FOREBAY_LOG",
          "FOREBAY_NO_BUILD",
          "FOREBAY_PASSWORD");

  private EnvironmentSource() {}

  /// @param streams names of the streams that are known already: a variable can change a stream,
  ///   but its capital letters cannot say the name of a new one
  static List<Setting> read(
      Map<String, String> environment, Collection<String> streams, List<Problem> problems) {
    Map<String, List<List<String>>> known = new TreeMap<>();
    collect(Schema.ROOT, List.of(), streams, known);
    if (environment.keySet().stream().anyMatch(variable -> variable.startsWith(KAFKA))) {
      ClientKeys.names().forEach(name -> add(List.of("kafka", name), known));
    }
    List<Setting> settings = new ArrayList<>();
    new TreeMap<>(environment)
        .forEach(
            (variable, text) -> {
              if (variable.startsWith(PREFIX) && !OTHERS.contains(variable)) {
                setting(variable, text, known, settings, problems);
              }
            });
    return settings;
  }

  private static void setting(
      String variable,
      String text,
      Map<String, List<List<String>>> known,
      List<Setting> settings,
      List<Problem> problems) {
    Origin origin = new Origin("environment " + variable, true);
    List<List<String>> paths = known.getOrDefault(variable, List.of());
    if (paths.size() == 1) {
      settings.add(new Setting(paths.getFirst(), text, origin));
    } else if (paths.isEmpty()) {
      String remedy =
          Nearest.to(variable, known.keySet())
              .map(nearest -> "did you mean " + nearest + "?")
              .orElse("unset it, or see the keys with: forebay config --print");
      problems.add(new Problem(origin.where(), "", "stands for no known key", remedy));
    } else {
      List<String> keys = paths.stream().map(Schema::dotted).toList();
      String wrong = "may stand for " + String.join(" and ", keys);
      problems.add(new Problem(origin.where(), "", wrong, "use --set, or rename a stream"));
    }
  }

  private static void collect(
      Schema schema,
      List<String> path,
      Collection<String> streams,
      Map<String, List<List<String>>> known) {
    switch (schema) {
      case Schema.Leaf _ -> add(path, known);
      case Schema.Section section ->
          section
              .children()
              .forEach((name, child) -> collect(child, Schema.append(path, name), streams, known));
      case Schema.Named named ->
          streams.forEach(name -> collect(named.each(), Schema.append(path, name), streams, known));
    }
  }

  private static void add(List<String> path, Map<String, List<List<String>>> known) {
    known.computeIfAbsent(variable(path), _ -> new ArrayList<>()).add(path);
  }

  private static String variable(List<String> path) {
    return PREFIX + String.join("_", path).replaceAll("[.-]", "_").toUpperCase(Locale.ROOT);
  }
}
