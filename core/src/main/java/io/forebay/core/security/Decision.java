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
  /// @param known whether the credentials were good but are not allowed to connect
  record Refused(boolean known, String detail) implements Decision {}

  /// Enhanced authentication only: say more.
  record Challenge(byte[] data) implements Decision {}
}
