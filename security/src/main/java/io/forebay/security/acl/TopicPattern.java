package io.forebay.security.acl;

import io.forebay.core.security.Principal;
import io.forebay.core.topic.TopicFilter;
import org.jspecify.annotations.Nullable;

/// A topic filter in which `%u` stands for the user and `%c` for the client id.
final class TopicPattern {
  private final String text;
  private final boolean fixed;

  private TopicPattern(String text, boolean fixed) {
    this.text = text;
    this.fixed = fixed;
  }

  /// @throws IllegalArgumentException with words for the author if it breaks a rule of filters
  static TopicPattern parse(String text) {
    String sample = text.replace("%u", "x").replace("%c", "x");
    TopicFilter filter = TopicFilter.parse(sample, Integer.MAX_VALUE);
    if (filter.kind() != TopicFilter.Kind.PLAIN) {
      throw new IllegalArgumentException("rules name plain filters");
    }
    return new TopicPattern(text, sample.equals(text));
  }

  String text() {
    return text;
  }

  /// The filter for this client; null if its names cannot stand in a filter.
  @Nullable String filter(Principal principal) {
    return fixed ? text : filled(principal);
  }

  /// In one pass, so that a user who is called `%c` stays that.
  private @Nullable String filled(Principal principal) {
    StringBuilder filter = new StringBuilder(text.length() + 32);
    for (int i = 0; i < text.length(); i++) {
      char next = text.charAt(i) == '%' && i + 1 < text.length() ? text.charAt(i + 1) : 0;
      if (next != 'u' && next != 'c') {
        filter.append(text.charAt(i));
        continue;
      }
      String name = next == 'u' ? principal.user() : principal.clientId();
      if (name == null || !staysInItsLevel(name) || (i == 0 && name.startsWith("$"))) {
        return null;
      }
      filter.append(name);
      i++;
    }
    return filter.toString();
  }

  /// Nobody gets at more by a name that reads like a filter.
  private static boolean staysInItsLevel(String name) {
    boolean stays = !name.isEmpty();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      stays &= c != '/' && c != '+' && c != '#' && c != '\0';
    }
    return stays;
  }
}
