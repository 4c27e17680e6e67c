package io.forebay.store;

import java.util.List;

/// What a stream takes and how long it keeps it.
///
/// @param name the first topic level of its messages; `default` takes those of no other stream
/// @param topics filters that choose its messages instead of the first level; empty for none
/// @param retainMillis messages older than this go
/// @param retainBytes beyond this the oldest messages go
public record StreamSettings(
    String name,
    List<String> topics,
    Capture capture,
    Durability durability,
    long retainMillis,
    long retainBytes) {
  public static final String DEFAULT = "default";

  public StreamSettings {
    topics = List.copyOf(topics);
    if (name.equals(DEFAULT) && !topics.isEmpty()) {
      throw new IllegalArgumentException(
          "stream '" + DEFAULT + "' takes what no other stream takes; give it no topics");
    }
  }

  /// A stream in memory, chosen by the first topic level.
  public StreamSettings(String name, Capture capture, long retainMillis, long retainBytes) {
    this(name, List.of(), capture, Durability.MEMORY, retainMillis, retainBytes);
  }

  /// Which messages a stream keeps.
  public enum Capture {
    /// Those published at QoS 1 and 2.
    ACKNOWLEDGED,
    ALL,
    NONE
  }
}
