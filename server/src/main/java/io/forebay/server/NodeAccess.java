package io.forebay.server;

import io.forebay.core.security.Authorizer;
import io.forebay.security.Witness;
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
import org.jspecify.annotations.Nullable;

/// What those who came in may do, by the rules in a file, and the audit log.
final class NodeAccess implements AutoCloseable {
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

  /// Whom to tell of those who come in and stay out.
  Witness witness() {
    return log == null ? Witness.NOBODY : new AuditedLogins(log);
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
