package io.forebay.server.logging;

/// Clients choose their names and topics. What they chose must not be able to forge a line of the
/// log or to steer the terminal that shows it.
public final class ControlCharacters {
  private ControlCharacters() {}

  /// The text with every control, line-breaking and direction-changing character as `\\uXXXX`.
  public static String escape(String text) {
    if (text.chars().noneMatch(ControlCharacters::dangerous)) {
      return text;
    }
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (dangerous(c)) {
        escaped.append(String.format("\\u%04x", (int) c));
      } else {
        escaped.append(c);
      }
    }
    return escaped.toString();
  }

  /// Whether a character ends a line, steers a terminal or turns the direction of what follows.
  public static boolean dangerous(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> false;
    };
  }
}
