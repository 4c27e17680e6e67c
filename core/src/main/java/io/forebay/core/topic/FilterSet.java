package io.forebay.core.topic;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Some filters together, as a reader of the log asks for them: names to seek, and patterns to
/// match. Immutable.
public final class FilterSet {
  private final Set<String> names;
  private final List<String> patterns;

  /// @param filters valid filters, without `$share/GROUP/`
  public FilterSet(Collection<String> filters) {
    Set<String> exact = new HashSet<>();
    Set<String> wild = new HashSet<>();
    for (String filter : filters) {
      (TopicFilter.hasWildcard(filter) ? wild : exact).add(filter);
    }
    names = Set.copyOf(exact);
    patterns = List.copyOf(wild);
  }

  /// The filters without wildcards: each matches the topic of this name only.
  public Set<String> names() {
    return names;
  }

  /// The filters with wildcards.
  public List<String> patterns() {
    return patterns;
  }

  public boolean matches(String topic) {
    if (names.contains(topic)) {
      return true;
    }
    for (String pattern : patterns) {
      if (TopicFilter.matches(pattern, topic)) {
        return true;
      }
    }
    return false;
  }
}
