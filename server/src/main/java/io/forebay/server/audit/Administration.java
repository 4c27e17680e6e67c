package io.forebay.server.audit;

import org.jspecify.annotations.Nullable;

/// Notes what was changed on request.
@FunctionalInterface
public interface Administration {
  /// Notes nothing.
  Administration UNNOTED = (client, action, what, problem) -> {};

  /// @param client the id of the client that asked
  /// @param what what it was done to
  /// @param problem why it was not done; null if it was
  void asked(String client, String action, String what, @Nullable String problem);

  /// @param who knows the users of administrators; null if nobody has to be one
  static Administration in(Audit audit, @Nullable AuditedAuthorizer who) {
    return (client, action, what, problem) ->
        audit.add(
            AuditEvent.of("admin")
                .with("user", who == null ? null : who.administrator(client))
                .with("client", client)
                .with("action", action)
                .with("what", what)
                .with("problem", problem));
  }
}
