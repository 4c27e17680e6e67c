package io.forebay.core.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.Test;

class AccountsTest {
  private static Quotas quotas(long userMessages, long totalBytes) {
    Quotas none = Quotas.none(Limits.DEFAULTS);
    return new Quotas(
        none.allowances(),
        none.connectsPerSecond(),
        none.connectQueue(),
        userMessages,
        none.userPublishBytesPerSecond(),
        none.totalPublishPerSecond(),
        totalBytes,
        false,
        false,
        none.filterWildcards(),
        none.broadSubscriptions(),
        none.retainedBytes(),
        none.queueBacklog(),
        false);
  }

  private static Accounts.Account entered(Accounts accounts, String user) {
    return Objects.requireNonNull(accounts.enter(user, 0));
  }

  @Test
  void aUserHasAsManyConnectionsAsItMayAndOthersHaveTheirOwn() {
    Accounts accounts = new Accounts(quotas(Throttle.UNLIMITED, Throttle.UNLIMITED));
    Accounts.Account first = Objects.requireNonNull(accounts.enter("bob", 2));
    assertThat(accounts.enter("bob", 2)).isSameAs(first);
    assertThat(accounts.enter("bob", 2)).isNull();
    assertThat(accounts.enter("eve", 2)).isNotNull();
    accounts.leave(first);
    assertThat(accounts.enter("bob", 2)).isSameAs(first);
  }

  @Test
  void theConnectionsOfAUserShareItsRate() {
    Accounts accounts = new Accounts(quotas(2, Throttle.UNLIMITED));
    Accounts.Account bob = entered(accounts, "bob");
    assertThat(accounts.publish(bob, 1, 0)).isZero();
    assertThat(accounts.publish(entered(accounts, "bob"), 1, 0)).isZero();
    assertThat(accounts.publish(bob, 1, 0)).isPositive();
    assertThat(accounts.publish(entered(accounts, "eve"), 1, 0)).isZero();
    assertThat(accounts.free()).isFalse();
  }

  @Test
  void allShareTheTotalAnonymousClientsToo() {
    Accounts accounts = new Accounts(quotas(Throttle.UNLIMITED, 100));
    assertThat(accounts.publish(null, 100, 0)).isZero();
    assertThat(accounts.publish(entered(accounts, "bob"), 1, 0)).isPositive();
  }

  @Test
  void whatNobodyBoundsIsFree() {
    assertThat(new Accounts(Quotas.none(Limits.DEFAULTS)).free()).isTrue();
  }
}
