package io.forebay.core.topic;

import org.jspecify.annotations.Nullable;

/// The rules for the name of a topic (MQTT 5 §4.7.3): at least one character, no wildcard, no
/// U+0000.
public final class TopicName {
  private static final String REQUESTS = "$CONTROL/";

  private TopicName() {}

  /// What is wrong with `name` as the topic of a message, in words for its publisher; null if
  /// nothing is.
  ///
  /// @param maximumLevels how many levels the node allows
  public static @Nullable String problem(String name, int maximumLevels) {
    if (name.isEmpty()) {
      return "a topic name has at least one character";
    }
    int levels = 1;
    for (int i = 0; i < name.length(); i++) {
      switch (name.charAt(i)) {
        case '/' -> levels++;
        case '+', '#' -> {
          return "a topic name holds no wildcard";
        }
        case '\0' -> {
          return "a topic name holds no U+0000";
        }
        default -> {}
      }
    }
    return levels <= maximumLevels ? null : "a topic name has at most " + maximumLevels + " levels";
  }

  /// Whether what is published there is a request to the node: nobody else reads it, and it is kept
  /// nowhere. Also of a filter. Called for every message.
  public static boolean isRequest(String name) {
    return name.startsWith(REQUESTS);
  }

  /// The first level: everything before the first `/`.
  public static String firstLevel(String name) {
    int slash = name.indexOf('/');
    return slash < 0 ? name : name.substring(0, slash);
  }
}
