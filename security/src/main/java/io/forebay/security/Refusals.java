package io.forebay.security;

import io.forebay.core.security.Credentials;
import io.forebay.core.security.Decision;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How somebody is sent away: the client hears what helps an honest user and nobody who guesses,
/// the witness and the log hear why.
public final class Refusals {
  private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);

  private final Witness witness;

  public Refusals(Witness witness) {
    this.witness = witness;
  }

  /// @param reason says more than the client may know
  public Decision.Refused refuse(Credentials credentials, Decision.Why why, String reason) {
    // Whoever wants to can fail as often as he likes: not to the log of every day.
    LOG.debug("{} stays out ({}): {}", credentials, why, reason);
    witness.refused(credentials, why, reason);
    return new Decision.Refused(why, words(why));
  }

  private static String words(Decision.Why why) {
    return switch (why) {
      case CREDENTIALS -> "these credentials are not good, or there are none";
      case NOT_ALLOWED -> "this user may not connect";
      case BUSY -> "credentials cannot be checked now, as too many are; try again in a minute";
      case UNAVAILABLE -> "credentials cannot be checked now; try again later";
    };
  }
}
