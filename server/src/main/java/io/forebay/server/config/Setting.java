package io.forebay.server.config;

import java.util.List;

/// A value that somebody set, not yet understood.
///
/// @param path of the key; of a named section (`streams.vehicles`) if it only says that it exists
record Setting(List<String> path, String text, Origin origin) {
  String key() {
    return Schema.dotted(path);
  }

  boolean under(String section) {
    return key().startsWith(section + ".");
  }

  Problem problem(String wrong, String remedy) {
    return new Problem(origin.where(), origin.namesKey() ? "" : key(), wrong, remedy);
  }
}
