package io.forebay.core.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ThrottleTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  void whatASecondBringsCanBeTakenAtOnce() {
    Throttle throttle = new Throttle(10);
    for (int i = 0; i < 10; i++) {
      assertThat(throttle.take(1, 5)).isZero();
    }
    assertThat(throttle.take(1, 5)).isEqualTo(SECOND / 10);
    assertThat(throttle.take(1, 5)).isEqualTo(2 * SECOND / 10);
  }

  @Test
  void afterTheWaitMoreIsThere() {
    Throttle throttle = new Throttle(10);
    throttle.take(15, 0);
    assertThat(throttle.take(1, SECOND)).isZero();
  }

  @Test
  void whatIsNotTakenIsNotSavedBeyondASecond() {
    Throttle throttle = new Throttle(10);
    throttle.take(1, 0);
    long later = 1_000 * SECOND;
    throttle.take(10, later);
    assertThat(throttle.take(1, later)).isPositive();
  }

  @Test
  void overAnyTimeNoMoreIsTakenThanTheRateAndOneSecondsWorth() {
    Throttle throttle = new Throttle(1_000);
    long now = 0;
    int taken = 0;
    while (now < 10 * SECOND) {
      long wait = throttle.take(7, now);
      taken += 7;
      now += wait;
      if (wait == 0) {
        now += 1_000;
      }
    }
    assertThat(taken).isBetween(10_000, 11_010);
  }

  @Test
  void tryingTakesNothingThatIsNotThere() {
    Throttle throttle = new Throttle(2);
    assertThat(throttle.tryTake(0)).isZero();
    assertThat(throttle.tryTake(0)).isZero();
    for (int i = 0; i < 100; i++) {
      assertThat(throttle.tryTake(0)).isEqualTo(SECOND / 2);
    }
    assertThat(throttle.tryTake(SECOND / 2)).isZero();
  }

  @Test
  void withoutABoundNobodyWaits() {
    Throttle throttle = new Throttle(Throttle.UNLIMITED);
    assertThat(throttle.unlimited()).isTrue();
    assertThat(throttle.take(Long.MAX_VALUE, 0)).isZero();
    assertThat(throttle.tryTake(0)).isZero();
  }

  @Test
  void aClockThatGoesBackStopsNobodyForGood() {
    Throttle throttle = new Throttle(1);
    throttle.take(1, 1_000_000 * SECOND);
    assertThat(throttle.take(1, 0)).isLessThanOrEqualTo(61 * SECOND);
  }

  @Test
  void manyThreadsTakeTogetherWhatOneMay() throws InterruptedException {
    Throttle throttle = new Throttle(1_000);
    List<Thread> threads = new ArrayList<>();
    int[] taken = new int[4];
    for (int i = 0; i < taken.length; i++) {
      int mine = i;
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int tries = 0; tries < 2_000; tries++) {
                      taken[mine] += throttle.tryTake(0) == 0 ? 1 : 0;
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(taken[0] + taken[1] + taken[2] + taken[3]).isEqualTo(1_000);
  }
}
