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
    int done = 0;
    for (int at = text.indexOf('%'); at >= 0; at = text.indexOf('%', at + 1)) {
      char which = at + 1 < text.length() ? text.charAt(at + 1) : 0;
      if (which == 'u' || which == 'c') {
        String name = which == 'u' ? principal.user() : principal.clientId();
        if (name == null || !staysInItsLevel(name) || (at == 0 && name.startsWith("$"))) {
          return null;
        }
        filter.append(text, done, at).append(name);
        done = at + 2;
      }
    }
    filter.append(text, done, text.length());
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
