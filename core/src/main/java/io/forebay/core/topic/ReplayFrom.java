package io.forebay.core.topic;

import io.forebay.core.message.Position;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where a replay begins, as a subscriber writes it: `earliest`, a time ago (`15m`), an instant
/// (`2026-11-22T05:00:00Z`) or a position (`default/0/1/4711`).
public sealed interface ReplayFrom {

  /// At the oldest message that is kept.
  record Earliest() implements ReplayFrom {}

  /// As long ago when the replay begins.
  record Ago(long millis) implements ReplayFrom {}

  /// At a time, in milliseconds since 1970.
  record Time(long millis) implements ReplayFrom {}

  /// At a position, and with it. In all other partitions only what is published from now on.
  record At(Position position) implements ReplayFrom {}

  /// The same notation as in the configuration.
  Pattern AGO = Pattern.compile("(\\d{1,15})(ms|s|m|h|d)");

  Map<String, Long> UNIT_MILLIS =
      Map.of("d", 86_400_000L, "h", 3_600_000L, "m", 60_000L, "s", 1_000L, "ms", 1L);

  /// No sign and no wildcard in it, and whole levels.
  Pattern POSITION = Pattern.compile("[^/+#]+/\\d+/\\d+/\\d+(?=/|\\z)");

  /// The part of `FROM/FILTER` that says where to begin, whether it is valid or not: four levels if
  /// it is a position, else one.
  static String first(String text) {
    int slash = text.indexOf('/');
    String level = slash < 0 ? text : text.substring(0, slash);
    Matcher position = POSITION.matcher(text);
    // No stream has a colon in its name, every instant has.
    boolean oneLevel =
        level.equals("earliest") || AGO.matcher(level).matches() || level.indexOf(':') >= 0;
    return !oneLevel && position.lookingAt() ? position.group() : level;
  }

  /// @throws IllegalArgumentException with words for the subscriber if `text` is none of the four
  static ReplayFrom parse(String text) {
    if (text.equals("earliest")) {
      return new Earliest();
    }
    Matcher ago = AGO.matcher(text);
    if (ago.matches()) {
      return ago(text, ago);
    }
    try {
      if (POSITION.matcher(text).matches() && first(text).equals(text)) {
        return new At(Position.parse(text));
      }
      // Not with another offset, as a filter cannot hold its '+'.
      if (text.endsWith("Z")) {
        return new Time(Instant.parse(text).toEpochMilli());
      }
    } catch (IllegalArgumentException | DateTimeParseException | ArithmeticException e) {
      throw new IllegalArgumentException(words(text), e);
    }
    throw new IllegalArgumentException(words(text));
  }

  private static ReplayFrom ago(String text, Matcher parts) {
    try {
      long unit = UNIT_MILLIS.getOrDefault(parts.group(2), 1L);
      return new Ago(Math.multiplyExact(Long.parseLong(parts.group(1)), unit));
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("a replay cannot begin as long ago as " + text, e);
    }
  }

  private static String words(String text) {
    return "a replay begins at 'earliest', a time ago (15m), an instant in UTC"
        + " (2026-11-22T05:00:00Z) or a position (default/0/1/4711), not at '"
        + text
        + "'";
  }
}
