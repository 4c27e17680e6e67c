package io.forebay.core.security;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Whom we let in, and what its credentials say of it. The same for every protocol.
///
/// @param user the name they proved, null for an anonymous client
/// @param groups the groups that its credentials put it in
/// @param claims what else its credentials say of it, for rules to ask: name to values
/// @param rules what its credentials themselves allow and deny, asked before the node's own rules;
///   null for nothing
/// @param expiresAtMillis when the credentials end, and the connection with them, in milliseconds
///   since 1970; [#NEVER] for never
public record Principal(
    @Nullable String user,
    String clientId,
    Set<String> groups,
    Map<String, List<String>> claims,
    @Nullable Rules rules,
    long expiresAtMillis) {

  public static final long NEVER = Long.MAX_VALUE;

  /// Rules that came with the credentials. Only the authorizer that made them looks inside.
  public interface Rules {}

  /// Somebody of whom nothing but the name is known.
  public Principal(@Nullable String user, String clientId) {
    this(user, clientId, Set.of(), Map.of(), null, NEVER);
  }

  /// For people: the user, or how we call those who gave none.
  public String name() {
    return user == null ? "(anonymous)" : user;
  }
}
