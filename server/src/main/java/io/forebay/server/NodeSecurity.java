package io.forebay.server;

import io.forebay.core.security.Authenticator;
import io.forebay.core.security.Authorizer;
import io.forebay.core.security.Quotas;
import io.forebay.core.security.Security;
import io.forebay.server.config.Config;
import io.forebay.server.config.LimitsConfig;
import io.forebay.server.config.SecurityConfig;
import java.util.Map;

/// Who comes in, what they may do and how much they may take, as the configuration has it; and the
/// files behind it, which may change while the node runs.
final class NodeSecurity {
  private final Security security;

  private NodeSecurity(Security security) {
    this.security = security;
  }

  static NodeSecurity of(Config config) {
    return new NodeSecurity(
        new Security(
            Authenticator.ANYBODY,
            Map.of(),
            Authorizer.EVERYTHING,
            quotas(config.limits(), config.security())));
  }

  Security security() {
    return security;
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
