package io.forebay.server;

import io.forebay.core.security.Authenticator;
import io.forebay.core.security.Quotas;
import io.forebay.core.security.Security;
import io.forebay.server.config.Config;
import io.forebay.server.config.LimitsConfig;
import io.forebay.server.config.SecurityConfig;
import java.io.IOException;
import java.util.Map;

/// Who comes in, what they may do and how much they may take, as the configuration has it; and the
/// files behind it, which may change while the node runs.
final class NodeSecurity implements AutoCloseable {
  private final Security security;
  private final NodeAccess access;

  private NodeSecurity(Security security, NodeAccess access) {
    this.security = security;
    this.access = access;
  }

  /// @throws IOException if a file cannot be used; its message is for the user
  static NodeSecurity of(Config config) throws IOException {
    NodeAccess access = NodeAccess.of(config.security());
    return new NodeSecurity(
        new Security(
            access.authenticator(Authenticator.ANYBODY),
            access.enhanced(Map.of()),
            access.authorizer(),
            quotas(config.limits(), config.security())),
        access);
  }

  Security security() {
    return security;
  }

  /// Rules and audit log.
  NodeAccess access() {
    return access;
  }

  @Override
  public void close() {
    access.close();
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
        security.checksCredentials());
  }
}
