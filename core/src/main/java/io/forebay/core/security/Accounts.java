package io.forebay.core.security;

import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// What the connections of each user take together. Any thread.
public final class Accounts {
  /// Of one user; there as long as it has a connection.
  public static final class Account {
    private final String user;
    private final Throttle messages;
    private final Throttle bytes;
    private int connections;

    Account(String user, Quotas quotas) {
      this.user = user;
      messages = new Throttle(quotas.userPublishPerSecond());
      bytes = new Throttle(quotas.userPublishBytesPerSecond());
    }
  }

  private final Quotas quotas;
  private final Throttle messages;
  private final Throttle bytes;
  private final ConcurrentHashMap<String, Account> accounts = new ConcurrentHashMap<>();

  public Accounts(Quotas quotas) {
    this.quotas = quotas;
    messages = new Throttle(quotas.totalPublishPerSecond());
    bytes = new Throttle(quotas.totalPublishBytesPerSecond());
  }

  /// Takes a place for a connection of this user.
  ///
  /// @return null if the user has no more
  public @Nullable Account enter(String user, int mostConnections) {
    boolean[] entered = new boolean[1];
    Account account =
        accounts.compute(
            user,
            (name, there) -> {
              Account mine = there == null ? new Account(name, quotas) : there;
              entered[0] = mostConnections == 0 || mine.connections < mostConnections;
              mine.connections += entered[0] ? 1 : 0;
              return mine;
            });
    return entered[0] ? account : null;
  }

  /// Gives the place back.
  public void leave(Account account) {
    accounts.computeIfPresent(
        account.user,
        (name, there) -> {
          there.connections--;
          return there.connections == 0 ? null : there;
        });
  }

  /// Whether nothing that is published need be counted here.
  public boolean free() {
    return messages.unlimited()
        && bytes.unlimited()
        && quotas.userPublishPerSecond() == Throttle.UNLIMITED
        && quotas.userPublishBytesPerSecond() == Throttle.UNLIMITED;
  }

  /// Charges a message to its user and to all.
  ///
  /// @param account null for an anonymous client
  /// @return nanoseconds to wait before the next
  public long publish(@Nullable Account account, long size, long nowNanos) {
    long wait = Math.max(messages.take(1, nowNanos), bytes.take(size, nowNanos));
    if (account != null) {
      wait = Math.max(wait, account.messages.take(1, nowNanos));
      wait = Math.max(wait, account.bytes.take(size, nowNanos));
    }
    return wait;
  }
}
