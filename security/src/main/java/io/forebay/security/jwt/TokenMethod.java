package io.forebay.security.jwt;

import io.forebay.core.security.Credentials;
import io.forebay.core.security.Decision;
import io.forebay.core.security.EnhancedAuthenticator;
import io.forebay.security.Refusals;
import io.forebay.security.Verdict;
import io.forebay.security.Witness;

/// Tokens through AUTH (MQTT 5 §4.12): the authentication data is the token. A client that came in
/// this way may show a new one before the old one ends, and stays connected.
public final class TokenMethod implements EnhancedAuthenticator {
  public static final String NAME = "OAUTH2-JWT";

  private final Tokens tokens;
  private final Witness witness;
  private final Refusals refusals;

  public TokenMethod(Tokens tokens, Witness witness) {
    this.tokens = tokens;
    this.witness = witness;
    refusals = new Refusals(witness);
  }

  @Override
  public String method() {
    return NAME;
  }

  @Override
  public Exchange begin(Credentials credentials) {
    return (data, answer) ->
        tokens.check(
            data, credentials.clientId(), verdict -> answer.accept(decision(credentials, verdict)));
  }

  private Decision decision(Credentials credentials, Verdict verdict) {
    return switch (verdict) {
      case Verdict.Known known -> {
        witness.admitted(credentials, known.principal());
        yield new Decision.Admitted(known.principal(), null);
      }
      case Verdict.Unknown _ ->
          refusals.refuse(
              credentials, Decision.Why.CREDENTIALS, "the authentication data is no signed token");
      case Verdict.Rejected rejected ->
          refusals.refuse(credentials, rejected.why(), rejected.reason());
    };
  }
}
