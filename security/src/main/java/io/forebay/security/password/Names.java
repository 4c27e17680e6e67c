package io.forebay.security.password;

/// What may be the name of a user or a group: it has to stand in a line, between colons and commas,
/// and to be seen for what it is.
final class Names {
  private static final int LONGEST = 256;

  private Names() {}

  /// @throws IllegalArgumentException if it cannot be one
  static void checkUser(String name) {
    check("a user's name", name, ":");
    if (name.startsWith("#")) {
      throw new IllegalArgumentException("a user's name does not begin with '#'");
    }
  }

  /// @throws IllegalArgumentException if it cannot be one
  static void checkGroup(String name) {
    check("a group's name", name, ":,");
  }

  private static void check(String what, String name, String separators) {
    if (name.isEmpty() || name.length() > LONGEST) {
      throw new IllegalArgumentException(what + " has 1 to " + LONGEST + " characters");
    }
    if (!name.equals(name.strip())) {
      throw new IllegalArgumentException(what + " does not begin or end with a space");
    }
    if (name.chars().anyMatch(c -> separators.indexOf(c) >= 0)) {
      throw new IllegalArgumentException(
          what + " has no '" + String.join("' or '", separators.split("")) + "'");
    }
    if (name.codePoints().anyMatch(Names::unseen)) {
      throw new IllegalArgumentException(what + " has no control or invisible characters");
    }
  }

  private static boolean unseen(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> false;
    };
  }
}
