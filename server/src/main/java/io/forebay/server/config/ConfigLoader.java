package io.forebay.server.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Makes the configuration: defaults, then the file, then the environment, then `--set`; the later
/// wins. Whatever is wrong anywhere is told at once.
public final class ConfigLoader {
  private ConfigLoader() {}

  /// Loads the configuration of a node.
  ///
  /// @param file a YAML file, null for none
  /// @param environment the environment variables of the process
  /// @param sets texts `key=value`
  /// @throws ConfigException if it cannot be used
  public static Config load(
      @Nullable Path file, Map<String, String> environment, List<String> sets) {
    return explain(file, environment, sets).config();
  }

  /// Like [#load], and remembers where each value came from.
  public static EffectiveConfig explain(
      @Nullable Path file, Map<String, String> environment, List<String> sets) {
    List<Problem> problems = new ArrayList<>();
    Map<List<String>, Setting> settings = settings(file, environment, sets, problems);
    switchOnMentioned("mqtts", settings);
    switchOnMentioned("wss", settings);

    Binder binder = new Binder(settings, problems);
    Record config = binder.section(Schema.ROOT, Config.defaults(), List.of());
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    return new EffectiveConfig((Config) config, settings);
  }

  /// What one key is set to, whether or not the rest of the configuration can be used: for commands
  /// that make what is missing.
  ///
  /// @param path of the key
  /// @return null if nobody sets it
  /// @throws ConfigException if the configuration cannot be read at all
  public static @Nullable String peek(
      @Nullable Path file, Map<String, String> environment, List<String> sets, String... path) {
    List<Problem> problems = new ArrayList<>();
    Setting setting = settings(file, environment, sets, problems).get(List.of(path));
    if (setting == null && !problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    return setting == null ? null : setting.text();
  }

  private static Map<List<String>, Setting> settings(
      @Nullable Path file,
      Map<String, String> environment,
      List<String> sets,
      List<Problem> problems) {
    Map<List<String>, Setting> settings = new LinkedHashMap<>();
    if (file != null) {
      overlay(settings, YamlSource.read(file, problems));
    }
    overlay(settings, EnvironmentSource.read(environment, streams(settings), problems));
    overlay(settings, CommandLineSource.read(sets, problems));
    return settings;
  }

  private static void overlay(Map<List<String>, Setting> settings, List<Setting> later) {
    later.forEach(setting -> settings.put(setting.path(), setting));
  }

  private static Set<String> streams(Map<List<String>, Setting> settings) {
    Set<String> names = new TreeSet<>();
    names.add(Config.DEFAULT_STREAM);
    for (List<String> path : settings.keySet()) {
      if (path.getFirst().equals("streams")) {
        names.add(path.get(1));
      }
    }
    return names;
  }

  /// A TLS listener is off by default because it needs a certificate. Whoever sets one of its keys
  /// wants it, and is told by its checks if that was not enough.
  private static void switchOnMentioned(String listener, Map<List<String>, Setting> settings) {
    List<String> enabled = List.of("listeners", listener, "enabled");
    settings.values().stream()
        .filter(setting -> setting.under("listeners." + listener))
        .findFirst()
        .ifPresent(
            setting ->
                settings.putIfAbsent(enabled, new Setting(enabled, "true", setting.origin())));
  }
}
