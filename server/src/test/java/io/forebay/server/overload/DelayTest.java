package io.forebay.server.overload;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DelayTest {
  private final ArrayDeque<Runnable> asked = new ArrayDeque<>();
  private long nowMillis;
  private final Delay delay = new Delay(asked::add, () -> TimeUnit.MILLISECONDS.toNanos(nowMillis));

  @Test
  void nothingIsKnownBeforeTheFirstAnswer() {
    assertThat(delay.getAsLong()).isZero();
    assertThat(asked).hasSize(1);
  }

  @Test
  void whatAnAnswerTookIsTold() {
    delay.getAsLong();
    nowMillis += 30;
    asked.remove().run();
    nowMillis += 70;
    assertThat(delay.getAsLong()).isEqualTo(30);
  }

  @Test
  void whileNoAnswerComesTheTimeSoFarCountsAndNobodyIsAskedAgain() {
    delay.getAsLong();
    nowMillis += 400;
    assertThat(delay.getAsLong()).isEqualTo(400);
    nowMillis += 600;
    assertThat(delay.getAsLong()).isEqualTo(1_000);
    assertThat(asked).hasSize(1);
  }

  @Test
  void aNewQuestionDoesNotHideHowLongTheLastOneTook() {
    delay.getAsLong();
    nowMillis += 900;
    asked.remove().run();
    assertThat(delay.getAsLong()).isEqualTo(900);
    nowMillis += 100;
    assertThat(delay.getAsLong()).isEqualTo(900);
    asked.remove().run();
    assertThat(delay.getAsLong()).isEqualTo(100);
  }
}
