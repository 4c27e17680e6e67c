package io.forebay.core.topic;

/// How the topics that two filters match are related. All filters are valid ones, without
/// `$share/GROUP/` and the like. Allocates nothing.
public final class FilterRelation {
  private FilterRelation() {}

  /// Whether `outer` matches every topic that `inner` matches.
  public static boolean covers(String outer, String inner) {
    if (isWild(outer) && inner.charAt(0) == '$') {
      return false;
    }
    String within = explicit(inner);
    int o = 0;
    int i = 0;
    while (true) {
      if (isThere(outer, o, '#')) {
        return true;
      }
      if (o > outer.length() || i > within.length()) {
        return o > outer.length() && i > within.length();
      }
      if (isThere(within, i, '#')) {
        return false;
      }
      int outerEnd = end(outer, o);
      int innerEnd = end(within, i);
      if (!isThere(outer, o, '+') && !sameLevel(outer, o, outerEnd, within, i, innerEnd)) {
        return false;
      }
      o = outerEnd + 1;
      i = innerEnd + 1;
    }
  }

  /// Whether there is a topic that both match.
  public static boolean overlaps(String first, String second) {
    if ((isWild(first) && second.charAt(0) == '$') || (isWild(second) && first.charAt(0) == '$')) {
      return false;
    }
    String one = explicit(first);
    String other = explicit(second);
    int a = 0;
    int b = 0;
    while (true) {
      // "sport/#" also matches the parent level "sport".
      if (isThere(one, a, '#') || isThere(other, b, '#')) {
        return true;
      }
      if (a > one.length() || b > other.length()) {
        return a > one.length() && b > other.length();
      }
      int oneEnd = end(one, a);
      int otherEnd = end(other, b);
      if (!isThere(one, a, '+')
          && !isThere(other, b, '+')
          && !sameLevel(one, a, oneEnd, other, b, otherEnd)) {
        return false;
      }
      a = oneEnd + 1;
      b = otherEnd + 1;
    }
  }

  /// No topic is empty, so that # matches what +/# matches, and /# what /+/# does.
  private static String explicit(String filter) {
    return switch (filter) {
      case "#" -> "+/#";
      case "/#" -> "/+/#";
      default -> filter;
    };
  }

  /// Whether its first level is a wildcard, which stands for no name that begins with `$` (MQTT 5
  /// §4.7.2).
  private static boolean isWild(String filter) {
    return isThere(filter, 0, '+') || isThere(filter, 0, '#');
  }

  /// Whether the level that begins at `start` is this wildcard.
  private static boolean isThere(String filter, int start, char wildcard) {
    return start < filter.length() && filter.charAt(start) == wildcard;
  }

  private static int end(String filter, int start) {
    int slash = filter.indexOf('/', start);
    return slash < 0 ? filter.length() : slash;
  }

  private static boolean sameLevel(String a, int aStart, int aEnd, String b, int bStart, int bEnd) {
    int length = aEnd - aStart;
    return length == bEnd - bStart && a.regionMatches(aStart, b, bStart, length);
  }
}
