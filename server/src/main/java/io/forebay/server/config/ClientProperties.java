package io.forebay.server.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Properties for Kafka's clients, by their own names; the keys of a section that are none of its
/// own.
///
/// @param all sorted by name
public record ClientProperties(Map<String, String> all) {
  public static final String BOOTSTRAP = "bootstrap.servers";

  static final ClientProperties NONE = new ClientProperties(Map.of());

  /// What is shown instead of a secret.
  static final String HIDDEN = "********";

  public ClientProperties {
    all = Collections.unmodifiableMap(new TreeMap<>(all));
    List<Problem> problems = new ArrayList<>();
    all.forEach(
        (name, value) -> {
          Problem problem = problem(name, value);
          if (problem != null) {
            problems.add(problem);
          }
        });
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }

  private static @Nullable Problem problem(String name, String value) {
    String reason = ClientKeys.reserved(name);
    if (reason != null) {
      return new Problem("", name, "must not be set: " + reason, "remove the key");
    }
    if (ClientKeys.secret(name) && value.equals(HIDDEN)) {
      return new Problem("", name, "is what is printed instead of a secret", "give the secret");
    }
    String wrong = ClientKeys.problem(name, value);
    return wrong == null
        ? null
        : new Problem("", name, wrong, "see the documentation of Kafka's clients");
  }

  /// For a client; may be added to.
  public Properties toProperties() {
    Properties properties = new Properties();
    properties.putAll(all);
    return properties;
  }

  /// As it may be shown to anybody.
  static String shown(String name, String value) {
    return ClientKeys.secret(name) ? HIDDEN : value;
  }

  /// Without secrets.
  @Override
  public String toString() {
    Map<String, String> shown = new TreeMap<>(all);
    shown.replaceAll(ClientProperties::shown);
    return shown.toString();
  }
}
