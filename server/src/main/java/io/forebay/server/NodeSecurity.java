package io.forebay.server;

import io.forebay.core.Broker;
import io.forebay.core.security.EnhancedAuthenticator;
import io.forebay.core.security.Quotas;
import io.forebay.core.security.Security;
import io.forebay.security.Checks;
import io.forebay.security.CredentialCheck;
import io.forebay.security.jwt.TokenMethod;
import io.forebay.security.jwt.Tokens;
import io.forebay.server.audit.AuditEvent;
import io.forebay.server.config.Config;
import io.forebay.server.config.LimitsConfig;
import io.forebay.server.config.SecurityConfig;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Who comes in, what they may do and how much they may take, as the configuration has it; and the
/// files behind it, which may change while the node runs.
final class NodeSecurity implements AutoCloseable {
  private final Map<String, EnhancedAuthenticator> enhanced = new HashMap<>();
  private final Logins logins = new Logins();
  private final NodeAccess access;
  private final Security security;
  private @Nullable PasswordLogin passwords;

  private NodeSecurity(Config config) throws IOException {
    access = NodeAccess.of(config.security());
    security =
        new Security(
            checks(config.security()),
            Map.copyOf(enhanced),
            access.authorizer(),
            quotas(config.limits(), config.security()));
  }

  /// @throws IOException if a file behind it cannot be used; its message is for the user
  static NodeSecurity of(Config config) throws IOException {
    return new NodeSecurity(config);
  }

  Security security() {
    return security;
  }

  /// Rules and audit log.
  NodeAccess access() {
    return access;
  }

  /// Takes up the files that have changed, and tells the broker what that means for those who are
  /// connected. Reads from disk.
  void reload(Broker broker) {
    if (passwords != null) {
      reload(passwords, broker);
    }
    logins.reload();
    if (access.reload()) {
      broker.accessChanged();
    }
  }

  private void reload(PasswordLogin login, Broker broker) {
    int before = login.version();
    Set<String> gone = login.reload();
    if (login.version() != before) {
      AuditEvent event = AuditEvent.of("passwords-reloaded");
      access.audit().add(gone.isEmpty() ? event : event.with("gone", String.join(", ", gone)));
    }
    if (!gone.isEmpty()) {
      broker.usersGone(gone);
    }
  }

  /// Shows what is counted here.
  void bind(MeterRegistry meters) {
    if (passwords != null) {
      passwords.bind(meters);
    }
  }

  @Override
  public void close() {
    if (passwords != null) {
      passwords.close();
    }
    logins.close();
    access.close();
  }

  private Checks checks(SecurityConfig config) throws IOException {
    List<Checks.Named> checks = new ArrayList<>();
    for (String name : config.checks()) {
      checks.add(new Checks.Named(name, check(name, config)));
    }
    return new Checks(checks, config.allowAnonymous(), access.witness());
  }

  /// One way to check credentials, by its name in `security.order`.
  private CredentialCheck check(String name, SecurityConfig config) throws IOException {
    return switch (name) {
      case "certificates" -> logins.certificates(config.certificates());
      case "jwt" -> tokens(config);
      case "passwords" -> passwords(config);
      case "http" -> logins.http(config.http());
      default -> throw new IllegalStateException("nothing checks security." + name);
    };
  }

  private CredentialCheck tokens(SecurityConfig config) throws IOException {
    Tokens tokens = logins.tokens(config.jwt());
    enhanced.put(TokenMethod.NAME, new TokenMethod(tokens, access.witness()));
    return tokens;
  }

  private CredentialCheck passwords(SecurityConfig config) throws IOException {
    Path file = config.passwords();
    if (file == null) {
      throw new IllegalStateException("only what is configured is asked");
    }
    boolean last = config.checks().getLast().equals("passwords");
    PasswordLogin login = PasswordLogin.open(file, last, access.witness());
    passwords = login;
    enhanced.put(login.scram().method(), login.scram());
    return login.check();
  }

  private static Quotas quotas(LimitsConfig limits, SecurityConfig security) {
    return new Quotas(
        new Allowances(limits),
        limits.connectRate().perSecond(),
        limits.connectQueue(),
        limits.userPublishRate().perSecond(),
        limits.userPublishBandwidthBytes().perSecond(),
        limits.totalPublishRate().perSecond(),
        limits.totalPublishBandwidthBytes().perSecond(),
        limits.publishExcess() == LimitsConfig.Excess.CLOSE,
        security.deniedPublish() == SecurityConfig.Denied.CLOSE,
        limits.filterWildcards(),
        limits.broadSubscriptions(),
        limits.retainedSizeBytes(),
        limits.queueBacklog(),
        security.checksCredentials());
  }
}
