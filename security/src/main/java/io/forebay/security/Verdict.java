package io.forebay.security;

import io.forebay.core.security.Decision;
import io.forebay.core.security.Principal;

/// What one way to check credentials has to say of them.
public sealed interface Verdict {
  /// It is this one.
  record Known(Principal principal) implements Verdict {}

  /// Whoever it is, it is not who it says: nobody else is asked.
  ///
  /// @param reason for the node's own log, says more than the client may know
  record Rejected(Decision.Why why, String reason) implements Verdict {}

  /// Nothing that this check looks at, or nobody it knows: ask the next.
  record Unknown() implements Verdict {
    public static final Unknown INSTANCE = new Unknown();
  }
}
