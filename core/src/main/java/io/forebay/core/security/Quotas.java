package io.forebay.core.security;

import java.util.function.Function;

/// How much who may take of what all share, and what happens to who takes more.
///
/// @param allowances what a user may take
/// @param connectsPerSecond clients that are let in; [Throttle#UNLIMITED]
/// @param connectQueue clients that may wait to be let in
/// @param userPublishPerSecond messages that all clients of one user together may publish
/// @param userPublishBytesPerSecond their payload bytes
/// @param totalPublishPerSecond messages that all clients together may publish
/// @param totalPublishBytesPerSecond their payload bytes
/// @param excessCloses whether a client that publishes more than its own rate is sent away instead
///   of being read more slowly
/// @param deniedPublishCloses whether an MQTT 3 client that publishes what it may not is sent away
/// @param filterWildcards levels of a filter that may be `+`
/// @param broadSubscriptions filters of one client that begin with a wildcard
/// @param retainedBytes topics and payloads of all retained messages
/// @param queueBacklog messages that may wait in a declared queue
/// @param sessionsHaveOwners whether a session is its user's, so that nobody else gets it by its
///   client id. Not where users only say who they are
public record Quotas(
    Function<Principal, Allowance> allowances,
    long connectsPerSecond,
    int connectQueue,
    long userPublishPerSecond,
    long userPublishBytesPerSecond,
    long totalPublishPerSecond,
    long totalPublishBytesPerSecond,
    boolean excessCloses,
    boolean deniedPublishCloses,
    int filterWildcards,
    int broadSubscriptions,
    long retainedBytes,
    long queueBacklog,
    boolean sessionsHaveOwners) {

  /// Nothing but the limits that count for each client.
  public static Quotas none(Limits limits) {
    Allowance all =
        new Allowance(
            0,
            Throttle.UNLIMITED,
            Throttle.UNLIMITED,
            limits.subscriptions(),
            limits.inflight(),
            limits.sessionExpirySeconds());
    return new Quotas(
        principal -> all,
        Throttle.UNLIMITED,
        Integer.MAX_VALUE,
        Throttle.UNLIMITED,
        Throttle.UNLIMITED,
        Throttle.UNLIMITED,
        Throttle.UNLIMITED,
        false,
        false,
        Integer.MAX_VALUE,
        Integer.MAX_VALUE,
        Long.MAX_VALUE,
        Long.MAX_VALUE,
        false);
  }
}
