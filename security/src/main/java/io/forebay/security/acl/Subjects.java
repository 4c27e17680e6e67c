package io.forebay.security.acl;

import io.forebay.core.security.Principal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Whom a rule is for: all conditions that it has must hold. An empty list is no condition.
record Subjects(
    List<NamePattern> users,
    List<NamePattern> groups,
    List<NamePattern> clients,
    Map<String, List<NamePattern>> claims) {

  boolean include(Principal principal) {
    return missing(principal) == null;
  }

  /// The condition that does not hold for this client; null if all do.
  @Nullable String missing(Principal principal) {
    String user = principal.user();
    if (!users.isEmpty() && (user == null || !any(users, user, user))) {
      return "user";
    }
    if (!clients.isEmpty() && !any(clients, principal.clientId(), user)) {
      return "client";
    }
    if (!groups.isEmpty() && !any(groups, principal.groups(), user)) {
      return "group";
    }
    for (Map.Entry<String, List<NamePattern>> claim : claims.entrySet()) {
      List<String> values = principal.claims().get(claim.getKey());
      if (values == null || !any(claim.getValue(), values, user)) {
        return "claim";
      }
    }
    return null;
  }

  static boolean any(List<NamePattern> patterns, String name, @Nullable String user) {
    for (int i = 0; i < patterns.size(); i++) {
      if (patterns.get(i).matches(name, user)) {
        return true;
      }
    }
    return false;
  }

  private static boolean any(
      List<NamePattern> patterns, Iterable<String> names, @Nullable String user) {
    for (String name : names) {
      if (any(patterns, name, user)) {
        return true;
      }
    }
    return false;
  }
}
