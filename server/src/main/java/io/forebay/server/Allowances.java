package io.forebay.server;

import io.forebay.core.security.Allowance;
import io.forebay.core.security.Principal;
import io.forebay.server.config.AllowanceConfig;
import io.forebay.server.config.LimitsConfig;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What a user may take, by the configuration: what is said of the user counts before what is said
/// of its groups, and that before what counts for all. Any thread.
final class Allowances implements Function<Principal, Allowance> {
  private final LimitsConfig limits;
  private final Allowance usual;

  Allowances(LimitsConfig limits) {
    this.limits = limits;
    usual = allowance(new Principal(null, ""));
  }

  @Override
  public Allowance apply(Principal principal) {
    boolean named =
        (principal.user() != null && limits.users().containsKey(principal.user()))
            || principal.groups().stream().anyMatch(limits.groups()::containsKey);
    return named ? allowance(principal) : usual;
  }

  private Allowance allowance(Principal principal) {
    return new Allowance(
        first(principal, AllowanceConfig::connections, limits.connectionsPerUser()),
        first(principal, AllowanceConfig::publishRate, limits.publishRate()).perSecond(),
        first(principal, AllowanceConfig::publishBandwidthBytes, limits.publishBandwidthBytes())
            .perSecond(),
        first(principal, AllowanceConfig::subscriptions, limits.subscriptions()),
        first(principal, AllowanceConfig::inflight, limits.inflight()),
        first(principal, AllowanceConfig::sessionExpiry, limits.sessionExpiry()).toSeconds());
  }

  private <T> T first(
      Principal principal, Function<AllowanceConfig, @Nullable T> key, T otherwise) {
    AllowanceConfig user = principal.user() == null ? null : limits.users().get(principal.user());
    Stream<AllowanceConfig> groups =
        limits.groups().entrySet().stream()
            .filter(each -> principal.groups().contains(each.getKey()))
            .map(each -> each.getValue());
    return Stream.concat(Stream.ofNullable(user), groups)
        .map(key)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(otherwise);
  }
}
