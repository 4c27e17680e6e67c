package io.forebay.security.acl;

import java.util.ArrayList;
import java.util.List;

/// What is wrong with rules, collected so that all of it is told at once.
final class Problems {
  private static final int MOST = 50;

  private final List<String> lines = new ArrayList<>();

  void add(String place, String wrong, String remedy) {
    if (lines.size() < MOST) {
      lines.add(place + ": " + wrong + "; " + remedy);
    }
  }

  /// @throws AclException if there are any
  void check() {
    if (!lines.isEmpty()) {
      throw new AclException(lines);
    }
  }
}
