package io.forebay.server.config;

/// How much a second: `100/s`, `1MiB/s`, `unlimited`.
///
/// @param perSecond [#UNLIMITED]`.perSecond()` for no bound
public record Rate(long perSecond) {
  public static final Rate UNLIMITED = new Rate(Long.MAX_VALUE);

  private static final String SUFFIX = "/s";
  private static final String NONE = "unlimited";

  /// Reads a rate.
  ///
  /// @param size a number of bytes
  /// @throws IllegalArgumentException if it is none; the message says what to write
  static Rate parse(String text, boolean size) {
    if (text.equals(NONE)) {
      return UNLIMITED;
    }
    String example = size ? "1MiB/s" : "100/s";
    if (!text.endsWith(SUFFIX)) {
      throw new IllegalArgumentException(
          "use a number a second such as " + example + ", or " + NONE);
    }
    String amount = text.substring(0, text.length() - SUFFIX.length());
    if (!size && !amount.matches("\\d{1,15}")) {
      throw new IllegalArgumentException("use digits before /s, such as " + example);
    }
    long perSecond = size ? ByteSizes.parse(amount) : Long.parseLong(amount);
    if (perSecond == 0) {
      throw new IllegalArgumentException("use 1 or more, or " + NONE);
    }
    return new Rate(perSecond);
  }

  /// The text that [#parse] reads back as the same.
  String format(boolean size) {
    if (equals(UNLIMITED)) {
      return NONE;
    }
    return (size ? ByteSizes.format(perSecond) : Long.toString(perSecond)) + SUFFIX;
  }

  @Override
  public String toString() {
    return format(false);
  }
}
