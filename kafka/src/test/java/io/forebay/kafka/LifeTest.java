package io.forebay.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

class LifeTest {
  private static final long SECOND = 1_000_000_000L;

  /// Near where it runs over, as a clock of [System#nanoTime] may be.
  private long nanos = Long.MAX_VALUE - SECOND;

  private final Life life = new Life(Duration.ofSeconds(10), () -> nanos);

  @Test
  void withoutANumberItMayNotAct() {
    assertThat(life.mayAct()).isFalse();
    life.began(3);
    assertThat(life.mayAct()).isTrue();
    assertThat(life.number()).isEqualTo(3);
  }

  @Test
  void itKeepsStillAfterHalfOfTheTimeAfterWhichOthersTakeItForDead() {
    life.began(3);
    nanos += 5 * SECOND - 1;
    assertThat(life.mayAct()).isTrue();
    nanos++;
    assertThat(life.mayAct()).isFalse();
  }

  @Test
  void whatCountsIsWhenABeatWasSentNotWhenItCame() {
    life.began(3);
    long sent = nanos + 2 * SECOND;
    nanos += 6 * SECOND;
    life.heardItself(sent);
    assertThat(life.mayAct()).isTrue();
    nanos = sent + 5 * SECOND;
    assertThat(life.mayAct()).isFalse();
  }

  @Test
  void anOlderBeatThatComesLaterChangesNothing() {
    life.began(3);
    long sent = nanos;
    nanos += 4 * SECOND;
    life.heardItself(nanos);
    life.heardItself(sent);
    nanos += 4 * SECOND;
    assertThat(life.mayAct()).isTrue();
  }

  @Test
  void theDeadBeginAnotherLife() {
    Uuid before = life.life();
    life.began(3);
    life.lost();

    assertThat(life.number()).isZero();
    assertThat(life.mayAct()).isFalse();
    assertThat(life.life()).isNotEqualTo(before);
    life.began(9);
    assertThat(life.mayAct()).isTrue();
  }

  @Test
  void eachGreetingIsOfAnotherLifeUntilOneHasANumber() {
    Uuid first = life.anew();
    Uuid second = life.anew();
    assertThat(first).isNotNull().isNotEqualTo(second);
    assertThat(life.life()).isEqualTo(second);

    life.began(3);
    assertThat(life.anew()).isNull();
    assertThat(life.life()).isEqualTo(second);
  }

  @Test
  void aReplacedOneStaysStill() {
    life.began(3);
    life.replaced();

    assertThat(life.isReplaced()).isTrue();
    assertThat(life.mayAct()).isFalse();
    assertThat(life.number()).isZero();
  }
}
