package io.forebay.security;

import io.forebay.core.security.Credentials;
import io.forebay.core.security.Decision;
import io.forebay.core.security.Principal;

/// Is told who came in and who stayed out, with the reasons that the client is not told: for an
/// audit log. Any thread, often an event loop: must not block.
public interface Witness {
  /// Looks away.
  Witness NOBODY =
      new Witness() {
        @Override
        public void admitted(Credentials credentials, Principal principal) {}

        @Override
        public void refused(Credentials credentials, Decision.Why why, String reason) {}
      };

  void admitted(Credentials credentials, Principal principal);

  /// @param reason for the node's own records; has what the client chose in it, as it came
  void refused(Credentials credentials, Decision.Why why, String reason);
}
