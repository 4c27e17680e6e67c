package io.forebay.core.session;

import org.jspecify.annotations.Nullable;

/// What a client asks of its session when it connects.
///
/// @param cleanStart forget what was kept
/// @param expirySeconds how long to keep it after the connection, 0 not at all
/// @param windowSize unacknowledged deliveries it takes
/// @param owner the user whose session it is to be: nobody else gets it. Null if it is anybody's
///   who knows the client id
public record Opening(
    String clientId,
    boolean cleanStart,
    long expirySeconds,
    int windowSize,
    @Nullable Will will,
    @Nullable String owner) {

  public Opening(
      String clientId,
      boolean cleanStart,
      long expirySeconds,
      int windowSize,
      @Nullable Will will) {
    this(clientId, cleanStart, expirySeconds, windowSize, will, null);
  }

  /// An expiry of this many seconds means never (MQTT 5 §3.1.2.11.2).
  public static final long NEVER = 0xFFFF_FFFFL;
}
