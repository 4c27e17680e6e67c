package io.forebay.core.security;

import java.security.cert.X509Certificate;
import org.jspecify.annotations.Nullable;

/// What a client shows of itself when it connects.
///
/// @param peer its address, for people
/// @param certificate the client certificate that the door has verified, null without one
public record Credentials(
    String clientId,
    @Nullable String username,
    byte @Nullable [] password,
    String peer,
    @Nullable X509Certificate certificate) {

  /// Never the password: records end up in messages.
  @Override
  public String toString() {
    return "client '" + clientId + "' of user '" + username + "' at " + peer;
  }
}
