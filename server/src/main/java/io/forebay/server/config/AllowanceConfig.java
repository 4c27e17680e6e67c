package io.forebay.server.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A section of `limits.users` or `limits.groups`: what is not null counts instead of the key of
/// the same name in `limits`.
public record AllowanceConfig(
    @Doc("Connections of the user at a time.") @Nullable Integer connections,
    @Doc("Messages that each of its clients may publish a second.") @Nullable Rate publishRate,
    @Doc("Payload bytes that each of its clients may publish a second.")
        @Nullable Rate publishBandwidthBytes,
    @Doc("Subscriptions of each of its clients.") @Nullable Integer subscriptions,
    @Doc("Messages under way to each of its clients.") @Nullable Integer inflight,
    @Doc("How long their sessions outlive their connection at most.")
        @Nullable Duration sessionExpiry) {

  public AllowanceConfig {
    if (connections != null) {
      Check.range("connections", connections, 1, Integer.MAX_VALUE);
    }
    if (subscriptions != null) {
      Check.range("subscriptions", subscriptions, 0, Integer.MAX_VALUE);
    }
    if (inflight != null) {
      Check.range("inflight", inflight, 1, 65_535);
    }
    if (sessionExpiry != null) {
      Check.range("session-expiry", sessionExpiry, Duration.ZERO, LimitsConfig.NEVER);
      Check.wholeSeconds("session-expiry", sessionExpiry);
    }
  }

  public static AllowanceConfig defaults() {
    return new AllowanceConfig(null, null, null, null, null, null);
  }
}
