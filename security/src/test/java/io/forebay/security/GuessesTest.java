package io.forebay.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class GuessesTest {
  private long nowNanos = -5;
  private final Guesses guesses = new Guesses(() -> nowNanos);

  private void fail(String peer, int times) {
    for (int i = 0; i < times; i++) {
      guesses.failed(peer);
    }
  }

  @Test
  void whoIsWrongTooOftenWaitsUntilTheMinuteIsOver() {
    fail("10.0.0.1:1000", Guesses.MOST_FAILURES - 1);
    assertThat(guesses.tooMany("10.0.0.1:2000")).isFalse();
    guesses.failed("10.0.0.1:3000");
    assertThat(guesses.tooMany("10.0.0.1:2000")).isTrue();
    assertThat(guesses.tooMany("10.0.0.2:2000")).isFalse();
    nowNanos += TimeUnit.MINUTES.toNanos(1) - 1;
    assertThat(guesses.tooMany("10.0.0.1:2000")).isTrue();
    nowNanos++;
    assertThat(guesses.tooMany("10.0.0.1:2000")).isFalse();
    guesses.failed("10.0.0.1:2000");
    assertThat(guesses.tooMany("10.0.0.1:2000")).isFalse();
    assertThat(guesses.ignored()).isEqualTo(2);
  }

  @Test
  void ofIpv6ANetworkCountsAsOne() {
    for (int i = 0; i < Guesses.MOST_FAILURES; i++) {
      guesses.failed("[2001:db8:0:1::" + Integer.toHexString(i) + "]:1883");
    }
    assertThat(guesses.tooMany("[2001:db8:0:1:ffff::1]:1")).isTrue();
    assertThat(guesses.tooMany("[2001:db8:0:2::1]:1")).isFalse();
  }

  @Test
  void addressesThatAreNoneAreTakenAsTheyAre() {
    fail("unknown", Guesses.MOST_FAILURES);
    fail("[odd]:1", Guesses.MOST_FAILURES);
    fail("[:", Guesses.MOST_FAILURES);
    assertThat(guesses.tooMany("[odd]:2")).isTrue();
    assertThat(guesses.tooMany("[even]:2")).isFalse();
  }

  @Test
  void aWorldOfAddressesTakesBoundedMemory() {
    for (int i = 0; i < 30_000; i++) {
      guesses.failed("10." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255) + ":1");
    }
    assertThat(guesses.addresses()).isBetween(1, 10_000);
    nowNanos += TimeUnit.MINUTES.toNanos(2);
    for (int i = 0; i < 10_000; i++) {
      guesses.failed("11.0." + (i >> 8) + "." + (i & 255) + ":1");
    }
    assertThat(guesses.addresses()).isEqualTo(10_000);
  }
}
