package io.forebay.security.acl;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a rule can be about.
public enum Action {
  CONNECT,
  PUBLISH,
  SUBSCRIBE,
  /// Taking part in a group that shares a subscription.
  SHARE,
  /// Consuming from a declared queue.
  QUEUE,
  /// Reading what was published before.
  REPLAY,
  /// Reading what the node tells of itself below `$SYS`.
  METRICS,
  /// Changing the node through `$CONTROL`.
  ADMIN;

  /// What the word `all` stands for: everything with messages, nothing with the node.
  static final Set<Action> ALL = Set.of(PUBLISH, SUBSCRIBE, SHARE, QUEUE, REPLAY);

  /// Ways to read a topic: who may not subscribe to it may not get at it by these either.
  static final Set<Action> READING = Set.of(SUBSCRIBE, SHARE, REPLAY, METRICS);

  static final String NAMES =
      "connect, publish, subscribe, share, queue, replay, metrics, admin or all";

  /// As it is written in rules.
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static @Nullable Action of(String word) {
    for (Action each : values()) {
      if (each.word().equals(word)) {
        return each;
      }
    }
    return null;
  }
}
