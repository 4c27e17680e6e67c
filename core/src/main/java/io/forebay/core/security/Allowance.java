package io.forebay.core.security;

/// What one user may take, where it may differ from user to user.
///
/// @param connections of the user at a time; 0 for as many as come
/// @param publishPerSecond messages that each of its clients may publish; [Throttle#UNLIMITED]
/// @param publishBytesPerSecond their payload bytes
/// @param subscriptions filters that each of its clients may hold
/// @param inflight unacknowledged deliveries to each of its clients
/// @param sessionExpirySeconds how long their sessions may outlive their connections
public record Allowance(
    int connections,
    long publishPerSecond,
    long publishBytesPerSecond,
    int subscriptions,
    int inflight,
    long sessionExpirySeconds) {

  /// Whether what a client publishes need not be counted.
  public boolean publishesFreely() {
    return publishPerSecond == Throttle.UNLIMITED && publishBytesPerSecond == Throttle.UNLIMITED;
  }
}
