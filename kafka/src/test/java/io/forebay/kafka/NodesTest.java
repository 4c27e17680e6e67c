package io.forebay.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

class NodesTest {
  private static final int BEATS = 3;

  private final Nodes nodes = new Nodes();

  private void begins(String name, long number) {
    assertThat(nodes.hello(new Control.Hello(Uuid.randomUuid(), name), number)).isNull();
  }

  @Test
  void theOldestThatLivesLeads() {
    assertThat(nodes.leader()).isZero();

    begins("b", 4);
    begins("a", 9);
    assertThat(nodes.leader()).isEqualTo(4);
    assertThat(nodes.living()).containsExactlyInAnyOrder(4L, 9L);

    assertThat(nodes.die(4)).isTrue();
    assertThat(nodes.leader()).isEqualTo(9);
    assertThat(nodes.lives(4)).isFalse();
    assertThat(nodes.isDead(4)).isTrue();

    assertThat(nodes.die(9)).isTrue();
    assertThat(nodes.leader()).isZero();
  }

  @Test
  void oneDiesOnce() {
    begins("a", 1);

    assertThat(nodes.die(1)).isTrue();
    assertThat(nodes.die(1)).isFalse();
    assertThat(nodes.die(77)).as("one that never was").isFalse();
    assertThat(nodes.isDead(77)).isTrue();
  }

  @Test
  void whoeverTakesANameReplacesTheOneThatHasIt() {
    begins("a", 1);
    begins("b", 2);

    assertThat(nodes.hello(new Control.Hello(Uuid.randomUuid(), "a"), 5)).isEqualTo(1);
    nodes.die(1);
    assertThat(nodes.hello(new Control.Hello(Uuid.randomUuid(), "a"), 6)).isEqualTo(5);
  }

  @Test
  void theNameOfADeadNodeIsFree() {
    begins("a", 1);
    nodes.die(1);

    begins("a", 2);
    assertThat(nodes.leader()).isEqualTo(2);
  }

  @Test
  void aGreetingThatComesAfterTheVerdictOnItDoesNotCount() {
    Control.Hello hello = new Control.Hello(Uuid.randomUuid(), "a");
    nodes.die(3);

    assertThat(nodes.hello(hello, 3)).isNull();
    assertThat(nodes.lives(3)).isFalse();
    assertThat(nodes.leader()).isZero();
    assertThat(nodes.number(hello.life())).isZero();
  }

  @Test
  void aLifeHasANumberAndANumberAName() {
    Control.Hello hello = new Control.Hello(Uuid.randomUuid(), "a");
    assertThat(nodes.number(hello.life())).isZero();

    nodes.hello(hello, 8);
    assertThat(nodes.number(hello.life())).isEqualTo(8);
    assertThat(nodes.name(8)).isEqualTo("a");
    assertThat(nodes.name(9)).isNull();
  }

  @Test
  void whoIsSilentForMoreThanSoManyBeatsOfTheJudgeIsTold() {
    begins("judge", 1);
    begins("silent", 2);
    begins("loud", 3);

    for (int i = 0; i < BEATS; i++) {
      nodes.heard(3);
      assertThat(nodes.beat(1, BEATS)).isEmpty();
    }
    nodes.heard(3);
    assertThat(nodes.beat(1, BEATS)).containsExactly(2L);
    assertThat(nodes.beat(1, BEATS)).as("until it is dead").containsExactly(2L);

    nodes.die(2);
    assertThat(nodes.beat(1, BEATS)).isEmpty();
  }

  @Test
  void oneWordInTimeIsEnough() {
    begins("judge", 1);
    begins("slow", 2);

    for (int i = 0; i < 10 * BEATS; i++) {
      assertThat(nodes.beat(1, BEATS)).isEmpty();
      if (i % BEATS == BEATS - 1) {
        nodes.heard(2);
      }
    }
  }

  /// When Kafka is away nobody hears anything, the judge itself neither: there is no beat to count.
  @Test
  void nobodyDiesWhileTheJudgeDoesNotHearItself() {
    begins("judge", 1);
    begins("other", 2);
    for (int i = 0; i < BEATS; i++) {
      nodes.beat(1, BEATS);
    }

    nodes.heard(2);
    assertThat(nodes.beat(1, BEATS)).isEmpty();
  }

  @Test
  void whatTheDeadSaidCountsForNobody() {
    begins("judge", 1);
    begins("dead", 2);
    nodes.die(2);
    nodes.heard(2);

    for (int i = 0; i < 2 * BEATS; i++) {
      assertThat(nodes.beat(1, BEATS)).isEmpty();
    }
  }
}
