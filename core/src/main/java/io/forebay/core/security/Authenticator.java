package io.forebay.core.security;

import java.util.function.Consumer;

/// Decides who comes in by what CONNECT carries.
@FunctionalInterface
public interface Authenticator {
  /// Lets everybody in under the name they give.
  Authenticator ANYBODY =
      (credentials, answer) ->
          answer.accept(
              new Decision.Admitted(
                  new Principal(credentials.username(), credentials.clientId()), null));

  /// Never blocks. The answer comes once, on any thread, perhaps before this returns; it is never a
  /// [Decision.Challenge].
  void authenticate(Credentials credentials, Consumer<Decision> answer);
}
