package io.forebay.core.log;

/// Why an engine did not keep a batch.
///
/// @param kind what the publisher is told
/// @param detail words for people
public record EngineFailure(Kind kind, String detail) {

  public enum Kind {
    /// No room: disk full, quota reached.
    QUOTA,
    /// Not now: the engine is closing or cannot reach its peers.
    UNAVAILABLE,
    /// Whoever keeps the log does not let this node write there.
    NOT_AUTHORIZED,
    /// Larger than whoever keeps the log takes.
    TOO_LARGE,
    /// Something broke that we did not foresee.
    BROKEN
  }
}
