package io.forebay.server.config;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Sizes as the user writes them: `16KiB`, `1MiB`, `10GiB`, `1MB`, a plain number of bytes.
public final class ByteSizes {
  private static final Pattern SYNTAX = Pattern.compile("(\\d{1,18}) ?([KMGT]i?B|B)?");
  private static final Map<String, Long> BYTES =
      Map.of(
          "B", 1L,
          "KB", 1_000L,
          "MB", 1_000_000L,
          "GB", 1_000_000_000L,
          "TB", 1_000_000_000_000L,
          "KiB", 1L << 10,
          "MiB", 1L << 20,
          "GiB", 1L << 30,
          "TiB", 1L << 40);

  private ByteSizes() {}

  /// Reads a size.
  ///
  /// @throws IllegalArgumentException if it is none; the message says what to write
  public static long parse(String text) {
    Matcher matcher = SYNTAX.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("use a size such as 16KiB, 1MiB, 10GiB, 1MB or 4096");
    }
    try {
      String unit = matcher.group(2) == null ? "B" : matcher.group(2);
      return Math.multiplyExact(Long.parseLong(matcher.group(1)), BYTES.getOrDefault(unit, 1L));
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("use a smaller size", e);
    }
  }

  /// The shortest text that [#parse] reads back as the same size, in binary units.
  public static String format(long bytes) {
    String[] units = {"", "KiB", "MiB", "GiB", "TiB"};
    int unit = 0;
    long number = bytes;
    while (number != 0 && number % 1024 == 0 && unit < units.length - 1) {
      number /= 1024;
      unit++;
    }
    return number + units[unit];
  }
}
