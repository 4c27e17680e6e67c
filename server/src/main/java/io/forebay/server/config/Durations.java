package io.forebay.server.config;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Durations as the user writes them: `250ms`, `10s`, `15m`, `1h`, `7d`, `0`, `never`.
public final class Durations {
  private static final Pattern SYNTAX = Pattern.compile("(\\d{1,15})(ms|s|m|h|d)");
  private static final Map<String, Long> MILLIS = new LinkedHashMap<>();

  static {
    MILLIS.put("d", 86_400_000L);
    MILLIS.put("h", 3_600_000L);
    MILLIS.put("m", 60_000L);
    MILLIS.put("s", 1_000L);
    MILLIS.put("ms", 1L);
  }

  private Durations() {}

  /// Reads a duration; whoever uses it says whether `never` is in its range.
  ///
  /// @throws IllegalArgumentException if it is none; the message says what to write
  public static Duration parse(String text) {
    if (text.equals("0")) {
      return Duration.ZERO;
    }
    if (text.equals("never")) {
      return LimitsConfig.NEVER;
    }
    Matcher matcher = SYNTAX.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("use a number and a unit: 250ms, 10s, 15m, 1h or 7d");
    }
    try {
      long unit = MILLIS.getOrDefault(matcher.group(2), 1L);
      return Duration.ofMillis(Math.multiplyExact(Long.parseLong(matcher.group(1)), unit));
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("use a shorter time", e);
    }
  }

  /// The shortest text that [#parse] reads back as the same duration.
  public static String format(Duration duration) {
    if (duration.isZero()) {
      return "0";
    }
    if (duration.equals(LimitsConfig.NEVER)) {
      return "never";
    }
    long millis = duration.toMillis();
    for (Map.Entry<String, Long> unit : MILLIS.entrySet()) {
      if (millis % unit.getValue() == 0) {
        return millis / unit.getValue() + unit.getKey();
      }
    }
    throw new AssertionError("every number of milliseconds is a multiple of 1");
  }
}
