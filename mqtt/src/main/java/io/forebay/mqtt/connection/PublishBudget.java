package io.forebay.mqtt.connection;

import io.forebay.core.Broker;
import io.forebay.core.security.Accounts;
import io.forebay.core.security.Allowance;
import io.forebay.core.security.Throttle;
import org.jspecify.annotations.Nullable;

/// How much one client may publish: by itself, together with the other clients of its user, and
/// together with all. On the connection's event loop.
final class PublishBudget {
  private final Accounts accounts;
  private final Accounts.@Nullable Account account;
  private final Throttle messages;
  private final Throttle bytes;
  private final boolean excessCloses;
  private final Timer timer;
  private boolean ownExcess;

  private PublishBudget(
      Broker broker, Allowance allowance, Accounts.@Nullable Account account, Timer timer) {
    this.accounts = broker.accounts();
    this.account = account;
    this.messages = new Throttle(allowance.publishPerSecond());
    this.bytes = new Throttle(allowance.publishBytesPerSecond());
    this.excessCloses = broker.quotas().excessCloses();
    this.timer = timer;
  }

  /// Null if nothing bounds what this client publishes.
  static @Nullable PublishBudget of(Broker broker, Standing standing, Timer timer) {
    Allowance allowance = standing.allowance();
    return allowance.publishesFreely() && broker.accounts().free()
        ? null
        : new PublishBudget(broker, allowance, standing.account(), timer);
  }

  /// Takes what a message costs.
  ///
  /// @return nanoseconds to wait before the next one, 0 for none
  long charge(int payloadBytes) {
    long now = timer.nanoTime();
    long own = Math.max(messages.take(1, now), bytes.take(payloadBytes, now));
    ownExcess = own > 0;
    return Math.max(own, accounts.publish(account, payloadBytes, now));
  }

  /// Whether a client that has just been told to wait is to be sent away instead. Never for what
  /// others took.
  boolean closes() {
    return excessCloses && ownExcess;
  }
}
