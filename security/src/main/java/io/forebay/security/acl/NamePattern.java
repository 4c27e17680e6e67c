package io.forebay.security.acl;

import org.jspecify.annotations.Nullable;

/// A name, or the beginning of names if it ends with `*`. `%u` in it stands for the user.
///
/// @param text without the `*`
record NamePattern(String text, boolean prefix) {
  private static final String USER = "%u";

  /// @param takesUser whether `%u` may be in it
  /// @throws IllegalArgumentException with words for the author if it is none
  static NamePattern parse(String given, boolean takesUser) {
    if (given.isEmpty()) {
      throw new IllegalArgumentException("a name has at least one character");
    }
    if (!takesUser && given.contains(USER)) {
      throw new IllegalArgumentException("%u stands for the user in topics, clients and groups");
    }
    boolean prefix = given.endsWith("*");
    String text = prefix ? given.substring(0, given.length() - 1) : given;
    if (text.indexOf('*') >= 0) {
      throw new IllegalArgumentException("* is the end of a name only");
    }
    return new NamePattern(text, prefix);
  }

  /// @param user null for an anonymous client, for whom no pattern with `%u` matches
  boolean matches(String name, @Nullable String user) {
    String wanted = text;
    if (text.contains(USER)) {
      if (user == null) {
        return false;
      }
      wanted = text.replace(USER, user);
    }
    return prefix ? name.startsWith(wanted) : name.equals(wanted);
  }
}
