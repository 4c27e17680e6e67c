package io.forebay.store;

/// What a stream takes and how long it keeps it.
///
/// @param name the first topic level of its messages; `default` takes those of no other stream
/// @param retainMillis messages older than this go
/// @param retainBytes beyond this the oldest messages go
public record StreamSettings(String name, Capture capture, long retainMillis, long retainBytes) {
  public static final String DEFAULT = "default";

  /// Which messages a stream keeps.
  public enum Capture {
    /// Those published at QoS 1 and 2.
    ACKNOWLEDGED,
    ALL,
    NONE
  }
}
