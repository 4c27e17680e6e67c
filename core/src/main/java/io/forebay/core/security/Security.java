package io.forebay.core.security;

import java.util.Map;

/// All that decides who comes in, what they may do and how much they may take.
///
/// @param enhanced methods of challenge and response, by name
public record Security(
    Authenticator authenticator,
    Map<String, EnhancedAuthenticator> enhanced,
    Authorizer authorizer,
    Quotas quotas) {

  /// Everybody may come in and do everything, within the limits that count for each client.
  public static Security open(Limits limits) {
    return new Security(
        Authenticator.ANYBODY, Map.of(), Authorizer.EVERYTHING, Quotas.none(limits));
  }
}
