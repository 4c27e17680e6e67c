package io.forebay.server;

import io.forebay.core.security.Authenticator;
import io.forebay.core.security.Authorizer;
import io.forebay.core.security.Decision;
import io.forebay.core.security.EnhancedAuthenticator;
import io.forebay.core.security.Principal;
import io.forebay.security.acl.Acl;
import io.forebay.security.acl.AclFile;
import io.forebay.server.audit.Administration;
import io.forebay.server.audit.Audit;
import io.forebay.server.audit.AuditEvent;
import io.forebay.server.audit.AuditLog;
import io.forebay.server.audit.AuditedAuthorizer;
import io.forebay.server.audit.AuditedLogins;
import io.forebay.server.config.SecurityConfig;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What those who came in may do, by the rules in a file, and the audit log.
final class NodeAccess implements AutoCloseable {
  /// Names that nobody has checked are not to be found in rules.
  private static final Authenticator NAMELESS =
      (credentials, answer) ->
          answer.accept(
              new Decision.Admitted(new Principal(null, credentials.clientId()), null));

  private final @Nullable AclFile acl;
  private final @Nullable AuditLog log;
  private final Authorizer authorizer;

  private NodeAccess(@Nullable AclFile acl, @Nullable AuditLog log, Authorizer authorizer) {
    this.acl = acl;
    this.log = log;
    this.authorizer =
        log == null || authorizer.equals(Authorizer.EVERYTHING)
            ? authorizer
            : new AuditedAuthorizer(authorizer, log);
  }

  /// @throws IOException if the audit log cannot be written
  static NodeAccess of(SecurityConfig config) throws IOException {
    AclFile acl = config.acl() == null ? null : AclFile.open(config.acl());
    AuditLog log = config.audit() == null ? null : AuditLog.open(config.audit());
    Authorizer open = config.checksCredentials() ? Acl.standard() : Authorizer.EVERYTHING;
    return new NodeAccess(acl, log, acl == null ? open : acl.acl());
  }

  Authorizer authorizer() {
    return authorizer;
  }

  /// The same, with what the rules and the audit log need of it.
  Authenticator authenticator(Authenticator given) {
    Authenticator inner = acl != null && given.equals(Authenticator.ANYBODY) ? NAMELESS : given;
    return log == null ? inner : new AuditedLogins(log).of(inner);
  }

  /// The same, with what the audit log needs of them.
  Map<String, EnhancedAuthenticator> enhanced(Map<String, EnhancedAuthenticator> given) {
    return log == null ? given : new AuditedLogins(log).of(given);
  }

  Audit audit() {
    return log == null ? Audit.NONE : log;
  }

  /// Who notes what administrators do.
  Administration administration() {
    return log == null
        ? Administration.UNNOTED
        : Administration.in(log, authorizer instanceof AuditedAuthorizer mine ? mine : null);
  }

  /// Looks whether there are other rules.
  ///
  /// @return whether there are
  boolean reload() {
    if (acl == null) {
      return false;
    }
    AclFile.Look look = acl.look();
    if (look != AclFile.Look.SAME) {
      String name = look == AclFile.Look.CHANGED ? "acl-reloaded" : "acl-damaged";
      audit().add(AuditEvent.of(name).with("file", acl.path().toString()));
    }
    return look == AclFile.Look.CHANGED;
  }

  @Override
  public void close() {
    if (log != null) {
      log.close();
    }
  }
}
