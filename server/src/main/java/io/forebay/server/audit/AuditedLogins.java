package io.forebay.server.audit;

import io.forebay.core.security.Credentials;
import io.forebay.core.security.Decision;
import io.forebay.core.security.Principal;
import io.forebay.security.Witness;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Notes who showed good credentials and who did not, and why.
public final class AuditedLogins implements Witness {
  private final Audit audit;

  public AuditedLogins(Audit audit) {
    this.audit = audit;
  }

  @Override
  public void admitted(Credentials credentials, Principal principal) {
    audit.add(event("login", principal.user(), credentials));
  }

  @Override
  public void refused(Credentials credentials, Decision.Why why, String reason) {
    audit.add(
        event("login-refused", credentials.username(), credentials)
            .with("why", why.name().toLowerCase(Locale.ROOT).replace('_', '-'))
            .with("detail", reason));
  }

  private static AuditEvent event(String name, @Nullable String user, Credentials credentials) {
    return AuditEvent.of(name)
        .with("user", user)
        .with("client", credentials.clientId())
        .with("peer", credentials.peer());
  }
}
