package io.forebay.security;

import io.forebay.core.security.Credentials;
import java.util.function.Consumer;

/// One way to check credentials: passwords, tokens, certificates, a service that is asked.
@FunctionalInterface
public interface CredentialCheck {

  /// Never blocks. The answer comes once, on any thread, perhaps before this returns.
  void check(Credentials credentials, Consumer<Verdict> answer);
}
