package io.forebay.server.cli;

import io.forebay.core.topic.ReplayFrom;

/// Where a replay begins, as `sub --from` takes it and the broker reads it in a filter:
/// `$replay/<from>/<filter>`.
record Replay(String from) {

  /// @throws IllegalArgumentException if `from` is none of the four forms
  Replay {
    try {
      ReplayFrom.parse(from);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("--from: " + e.getMessage(), e);
    }
  }

  String filter(String filter) {
    return "$replay/" + from + "/" + filter;
  }
}
