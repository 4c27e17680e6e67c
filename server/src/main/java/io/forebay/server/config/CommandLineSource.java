package io.forebay.server.config;

import java.util.ArrayList;
import java.util.List;

/// Reads the settings of `--set key=value`.
final class CommandLineSource {
  private static final String KAFKA = "kafka.";

  private CommandLineSource() {}

  static List<Setting> read(List<String> sets, List<Problem> problems) {
    List<Setting> settings = new ArrayList<>();
    for (String set : sets) {
      int equals = set.indexOf('=');
      String where = where(set, equals);
      if (equals < 1) {
        problems.add(new Problem(where, "", "has no value", "write --set key=value"));
        continue;
      }
      try {
        List<String> path = new ArrayList<>();
        descend(Schema.ROOT, set.substring(0, equals), path);
        Origin origin = new Origin(where, true);
        settings.add(new Setting(List.copyOf(path), set.substring(equals + 1), origin));
      } catch (ConfigException e) {
        e.problems().forEach(p -> problems.add(new Problem(where, "", p.wrong(), p.remedy())));
      }
    }
    return settings;
  }

  /// Follows the rest of a dotted key down the schema and collects its names in `path`.
  private static void descend(Schema schema, String rest, List<String> path) {
    switch (schema) {
      case Schema.Section section -> {
        // Names of properties hold dots.
        boolean whole = section.properties() && section.child(firstName(rest)) == null;
        String name = whole ? rest : firstName(rest);
        Schema child = section.child(name);
        path.add(name);
        if (child == null) {
          String key = "unknown key '" + Schema.dotted(path) + "'";
          throw new ConfigException("", key, section.remedy(name));
        }
        below(child, rest.substring(Math.min(rest.length(), name.length() + 1)), path);
      }
      case Schema.Named named -> {
        // A name may hold dots, a key below it cannot.
        int dot = rest.lastIndexOf('.');
        path.add(dot < 0 ? rest : rest.substring(0, dot));
        below(named.each(), dot < 0 ? "" : rest.substring(dot + 1), path);
      }
      case Schema.Leaf _ -> throw new AssertionError("a leaf has nothing below");
    }
  }

  private static String firstName(String rest) {
    int dot = rest.indexOf('.');
    return dot < 0 ? rest : rest.substring(0, dot);
  }

  /// As it was typed, but for secrets: it is shown with the value, and in errors.
  private static String where(String set, int equals) {
    String key = set.substring(0, Math.max(0, equals));
    boolean secret = key.startsWith(KAFKA) && ClientKeys.secret(key.substring(KAFKA.length()));
    return "--set " + (secret ? key + "=" + ClientProperties.HIDDEN : set);
  }

  private static void below(Schema child, String rest, List<String> path) {
    if (child instanceof Schema.Leaf == !rest.isEmpty()) {
      String key = "'" + Schema.dotted(path) + "'";
      throw child instanceof Schema.Leaf
          ? new ConfigException("", key + " has no key '" + rest + "'", "it is a value itself")
          : new ConfigException("", key + " is not a value", "name one of its keys" + keys(child));
    }
    if (!rest.isEmpty()) {
      descend(child, rest, path);
    }
  }

  private static String keys(Schema schema) {
    return schema instanceof Schema.Section section
        ? ": " + String.join(", ", section.children().keySet())
        : "";
  }
}
