package io.forebay.core.topic;

/// Which topics a subscriber wants (MQTT 5 §4.7.1): `+` stands for one level, a last `#` for any
/// number of levels. `$share/GROUP/FILTER` shares the messages among the group's members (§4.8.2),
/// `$queue/NAME` consumes from a declared queue. `$replay/FROM/FILTER` begins in the past, see
/// [ReplayFrom].
///
/// @param text the filter that topics are matched against, without `$share/GROUP/` or
///   `$replay/FROM/`
/// @param label of a shared filter the group, of a queue its name, of a replay where it begins;
///   empty for a plain one
public record TopicFilter(Kind kind, String text, String label) {
  private static final String SHARE = "$share/";
  private static final String QUEUE = "$queue/";
  private static final String REPLAY = "$replay/";
  private static final int MAXIMUM_QUEUE_NAME = 200;

  /// Who gets what matches.
  public enum Kind {
    /// The subscriber alone, from now on.
    PLAIN,
    /// One member of the group.
    SHARED,
    /// One consumer of a declared queue, which has its own filters.
    QUEUE,
    /// The subscriber alone, from a place in the past on.
    REPLAY
  }

  static TopicFilter plain(String text) {
    return new TopicFilter(Kind.PLAIN, text, "");
  }

  /// @throws IllegalArgumentException with words for the subscriber if `given` breaks a rule
  public static TopicFilter parse(String given, int maximumLevels) {
    if (given.startsWith(QUEUE)) {
      return queue(given.substring(QUEUE.length()));
    }
    if (given.startsWith(REPLAY)) {
      return parseReplay(given, maximumLevels);
    }
    if (!given.startsWith(SHARE)) {
      check(given, maximumLevels);
      return plain(given);
    }
    int slash = given.indexOf('/', SHARE.length());
    if (slash < 0) {
      throw new IllegalArgumentException("a shared filter reads $share/GROUP/FILTER");
    }
    String group = given.substring(SHARE.length(), slash);
    if (group.isEmpty() || group.indexOf('+') >= 0 || group.indexOf('#') >= 0) {
      throw new IllegalArgumentException(
          "the group of a shared filter has at least one character and no wildcard");
    }
    String text = given.substring(slash + 1);
    if (text.startsWith(REPLAY)) {
      throw new IllegalArgumentException("a group of subscribers cannot have a replay");
    }
    check(text, maximumLevels);
    return new TopicFilter(Kind.SHARED, text, group);
  }

  private static TopicFilter parseReplay(String given, int maximumLevels) {
    String rest = given.substring(REPLAY.length());
    String from = ReplayFrom.first(rest);
    if (from.length() == rest.length()) {
      throw new IllegalArgumentException("a replay reads $replay/FROM/FILTER");
    }
    return replay(from, rest.substring(from.length() + 1), maximumLevels);
  }

  /// The replay of a plain filter.
  ///
  /// @param from as [ReplayFrom#parse] reads it
  /// @throws IllegalArgumentException with words for the subscriber if one of the two breaks a rule
  public static TopicFilter replay(String from, String filter, int maximumLevels) {
    ReplayFrom.parse(from);
    TopicFilter plain = parse(filter, maximumLevels);
    if (plain.kind != Kind.PLAIN) {
      throw new IllegalArgumentException("a replay is of a plain filter, not of '" + filter + "'");
    }
    return new TopicFilter(Kind.REPLAY, plain.text, from);
  }

  /// The filter that consumes from the queue of this name.
  ///
  /// @throws IllegalArgumentException with words for people if no queue may be called so
  public static TopicFilter queue(String name) {
    boolean valid = !name.isEmpty() && name.length() <= MAXIMUM_QUEUE_NAME;
    for (int i = 0; i < name.length(); i++) {
      valid &= isNameCharacter(name.charAt(i));
    }
    if (!valid) {
      throw new IllegalArgumentException(
          "a queue's name is 1 to " + MAXIMUM_QUEUE_NAME + " of: letters a-z A-Z, digits, - _ .");
    }
    return new TopicFilter(Kind.QUEUE, QUEUE + name, name);
  }

  private static boolean isNameCharacter(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '_'
        || c == '.';
  }

  private static void check(String text, int maximumLevels) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("a topic filter has at least one character");
    }
    int levels = 1;
    int last = text.length() - 1;
    for (int i = 0; i <= last; i++) {
      char c = text.charAt(i);
      if (c == '/') {
        levels++;
      } else if (c == '\0') {
        throw new IllegalArgumentException("a topic filter holds no U+0000");
      } else if (c == '#' && (i != last || !startsLevel(text, i))) {
        throw new IllegalArgumentException(
            "# is the last level of a filter and stands alone in it");
      } else if (c == '+' && !(startsLevel(text, i) && endsLevel(text, i))) {
        throw new IllegalArgumentException("+ stands alone in its level");
      }
    }
    if (levels > maximumLevels) {
      throw new IllegalArgumentException("a topic filter has at most " + maximumLevels + " levels");
    }
  }

  private static boolean startsLevel(String text, int i) {
    return i == 0 || text.charAt(i - 1) == '/';
  }

  private static boolean endsLevel(String text, int i) {
    return i == text.length() - 1 || text.charAt(i + 1) == '/';
  }

  /// Whether several clients may compete for what matches.
  public boolean shared() {
    return kind == Kind.SHARED || kind == Kind.QUEUE;
  }

  public boolean hasWildcard() {
    return hasWildcard(text);
  }

  /// Whether `filter` holds a wildcard.
  public static boolean hasWildcard(String filter) {
    // Wildcards stand alone in their level, so a '#' can only be last.
    return filter.indexOf('+') >= 0 || filter.endsWith("#");
  }

  /// As the subscriber wrote it.
  public String given() {
    return switch (kind) {
      case PLAIN, QUEUE -> text;
      case SHARED -> SHARE + label + "/" + text;
      case REPLAY -> REPLAY + label + "/" + text;
    };
  }

  public boolean matches(String topic) {
    return matches(text, topic);
  }

  /// Whether the valid filter `filter` matches the valid name `topic`. Wildcards in the first level
  /// do not match names that begin with `$` (MQTT 5 §4.7.2). Allocates nothing.
  public static boolean matches(String filter, String topic) {
    if (topic.charAt(0) == '$' && (filter.charAt(0) == '+' || filter.charAt(0) == '#')) {
      return false;
    }
    int f = 0;
    int t = 0;
    while (f < filter.length()) {
      char c = filter.charAt(f);
      if (c == '#') {
        return true;
      }
      if (c == '+') {
        int slash = topic.indexOf('/', t);
        t = slash < 0 ? topic.length() : slash;
        f++;
      } else if (t < topic.length() && topic.charAt(t) == c) {
        t++;
        f++;
      } else {
        // "sport/#" also matches the parent level "sport".
        return t == topic.length()
            && c == '/'
            && f + 2 == filter.length()
            && filter.charAt(f + 1) == '#';
      }
    }
    return t == topic.length();
  }

  @Override
  public String toString() {
    return given();
  }
}
