package io.forebay.core.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.message.Qos;
import org.junit.jupiter.api.Test;

class GrantTest {

  /// MQTT 5 §3.3.4.
  @Test
  void overlappingSubscriptionsGiveTheHighestQosAndAllIdentifiers() {
    Grant merged =
        Grant.of(Qos.AT_LEAST_ONCE, false, false, 5)
            .merge(Grant.of(Qos.EXACTLY_ONCE, false, true, 7))
            .merge(Grant.of(Qos.AT_MOST_ONCE, false, false, 0));
    assertThat(merged.qos()).isEqualTo(Qos.EXACTLY_ONCE);
    assertThat(merged.retainAsPublished()).isTrue();
    assertThat(merged.subscriptionIds()).containsExactly(5, 7);
  }

  @Test
  void noLocalHoldsOnlyIfAllOfThemSaySo() {
    Grant local = Grant.of(Qos.AT_MOST_ONCE, false, false, 0);
    Grant noLocal = Grant.of(Qos.AT_MOST_ONCE, true, false, 0);
    assertThat(local.merge(noLocal).noLocal()).isFalse();
    assertThat(noLocal.merge(noLocal).noLocal()).isTrue();
  }

  @Test
  void plainGrantsAreShared() {
    for (Qos qos : Qos.values()) {
      Grant grant = Grant.of(qos, true, false, 0);
      assertThat(grant).isSameAs(Grant.of(qos, true, false, 0));
      assertThat(grant.qos()).isEqualTo(qos);
      assertThat(grant.noLocal()).isTrue();
      assertThat(grant.retainAsPublished()).isFalse();
    }
  }

  @Test
  void aGrantThatTellsPositionsIsSharedToo() {
    for (Qos qos : Qos.values()) {
      Grant grant = Grant.of(qos, true, false, 0).tellingPosition();
      assertThat(grant).isSameAs(Grant.of(qos, true, false, 0).tellingPosition());
      assertThat(grant.tellsPosition()).isTrue();
      assertThat(grant.qos()).isEqualTo(qos);
      assertThat(grant.noLocal()).isTrue();
      assertThat(grant.retainAsPublished()).isFalse();
    }
    assertThat(Grant.of(Qos.AT_LEAST_ONCE, false, false, 7).tellingPosition().subscriptionIds())
        .containsExactly(7);
  }
}
