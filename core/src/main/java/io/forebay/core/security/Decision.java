package io.forebay.core.security;

import org.jspecify.annotations.Nullable;

/// What became of a try to come in.
public sealed interface Decision {
  /// Come in.
  ///
  /// @param data the last word of an enhanced authentication, null for none
  record Admitted(Principal principal, byte @Nullable [] data) implements Decision {}

  /// Stay out.
  ///
  /// @param detail for the client: says nothing that helps to guess
  record Refused(Why why, String detail) implements Decision {}

  /// Enhanced authentication only: say more.
  record Challenge(byte[] data) implements Decision {}

  /// Why somebody stays out.
  enum Why {
    /// The credentials are not good, or there are none.
    CREDENTIALS,
    /// The credentials are good and not allowed to connect.
    NOT_ALLOWED,
    /// Too many want to be checked at once: later.
    BUSY,
    /// Who would have to know cannot be asked: later.
    UNAVAILABLE
  }
}
