package io.forebay.security.jwt;

/// A token that lets nobody in; the message says why, for our log, and holds nothing of the token
/// that would help who reads it.
final class BadToken extends Exception {
  private static final long serialVersionUID = 1;

  /// Whether it may be good, signed with a key that we do not know.
  final boolean keyUnknown;

  private BadToken(String reason, boolean keyUnknown) {
    super(reason);
    this.keyUnknown = keyUnknown;
  }

  BadToken(String reason) {
    this(reason, false);
  }

  static BadToken keyUnknown() {
    return new BadToken("it is signed with a key that is not in the key set", true);
  }
}
