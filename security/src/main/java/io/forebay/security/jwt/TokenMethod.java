package io.forebay.security.jwt;

import io.forebay.core.security.Credentials;
import io.forebay.core.security.Decision;
import io.forebay.core.security.EnhancedAuthenticator;
import io.forebay.security.Verdict;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tokens through AUTH (MQTT 5 §4.12): the authentication data is the token. A client that came in
/// this way may show a new one before the old one ends, and stays connected.
public final class TokenMethod implements EnhancedAuthenticator {
  public static final String NAME = "OAUTH2-JWT";

  private static final Logger LOG = LoggerFactory.getLogger(TokenMethod.class);

  private final Tokens tokens;

  public TokenMethod(Tokens tokens) {
    this.tokens = tokens;
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

  private static Decision decision(Credentials credentials, Verdict verdict) {
    return switch (verdict) {
      case Verdict.Known known -> new Decision.Admitted(known.principal(), null);
      case Verdict.Unknown unknown ->
          new Decision.Refused(
              Decision.Why.CREDENTIALS, "the authentication data is no signed token");
      case Verdict.Rejected rejected -> {
        LOG.debug("{} is refused: {}", credentials, rejected.reason());
        yield new Decision.Refused(rejected.why(), words(rejected.why()));
      }
    };
  }

  private static String words(Decision.Why why) {
    return switch (why) {
      case CREDENTIALS, NOT_ALLOWED -> "the token is not accepted";
      case BUSY, UNAVAILABLE -> "the token cannot be checked now; try again later";
    };
  }
}
