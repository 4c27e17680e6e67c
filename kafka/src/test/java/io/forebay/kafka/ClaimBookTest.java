package io.forebay.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.log.EngineFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClaimBookTest {
  private static final long ME = 5;
  private static final EngineFailure NO = Failures.LOST;

  private final List<String> told = new ArrayList<>();
  private final ClaimBook book =
      new ClaimBook(
          new ClaimBook.Owner() {
            @Override
            public void granted(Consumer<@Nullable EngineFailure> answer) {
              answer.accept(null);
            }

            @Override
            public void refused(Consumer<@Nullable EngineFailure> answer) {
              answer.accept(NO);
            }

            @Override
            public void withdraw(String name) {
              told.add("withdraw " + name);
            }

            @Override
            public void wanted(String name) {
              told.add("wanted " + name);
            }
          });

  @BeforeEach
  void hasANumber() {
    book.self(ME);
  }

  private void ask(String name) {
    assertThat(book.ask(name, failure -> told.add((failure == null ? "has " : "no ") + name)))
        .isTrue();
  }

  private void take(long node, String name) {
    book.apply(new Control.Take(node, name, false));
  }

  private void takeIfFree(long node, String name) {
    book.apply(new Control.Take(node, name, true));
  }

  private void release(long node, String name) {
    book.apply(new Control.Release(node, name));
  }

  @Test
  void theFirstHasItTheOthersGetItInTurn() {
    take(3, "n");
    take(2, "n");
    take(4, "n");
    assertThat(book.holder("n")).isEqualTo(3);
    release(3, "n");
    assertThat(book.holder("n")).isEqualTo(2);
    release(2, "n");
    assertThat(book.holder("n")).isEqualTo(4);
    release(4, "n");
    assertThat(book.holder("n")).isZero();
    assertThat(book.size()).isZero();
  }

  @Test
  void theHolderIsToldWheneverSomebodyWaits() {
    ask("n");
    take(ME, "n");
    take(2, "n");
    take(3, "n");

    assertThat(told).containsExactly("has n", "wanted n", "wanted n");
  }

  @Test
  void whoGetsItWhileOthersWaitIsToldAtOnce() {
    ask("n");
    take(2, "n");
    take(ME, "n");
    take(3, "n");
    assertThat(told).as("who waits is not the holder").isEmpty();

    release(2, "n");
    assertThat(told).containsExactly("has n", "wanted n");
  }

  @Test
  void ifFreeIsRefusedWhileAnotherHasItAndTakenBack() {
    take(2, "n");
    ask("n");
    takeIfFree(ME, "n");
    assertThat(told).containsExactly("withdraw n", "no n");

    release(2, "n");
    assertThat(told).as("it does not wait").hasSize(2);
    release(ME, "n");
    assertThat(book.holder("n")).isZero();
    ask("n");
    takeIfFree(ME, "n");
    assertThat(told).contains("has n");
  }

  @Test
  void whoGetsItIsNotTroubledByThoseWhoDoNotWait() {
    take(2, "n");
    ask("n");
    take(ME, "n");
    takeIfFree(3, "n");
    release(2, "n");
    assertThat(told).containsExactly("has n");

    take(4, "n");
    assertThat(told).containsExactly("has n", "wanted n");
  }

  @Test
  void whatWasTakenBackIsNotTakenBackAgain() {
    take(2, "n");
    ask("n");
    takeIfFree(ME, "n");
    ask("n");
    release(2, "n");
    assertThat(book.holder("n")).as("until it is read that it does not wait").isEqualTo(ME);
    assertThat(told).containsExactly("withdraw n", "no n");

    release(ME, "n");
    take(ME, "n");
    assertThat(told).containsExactly("withdraw n", "no n", "has n");
  }

  @Test
  void ifFreeOfOthersDoesNotBotherTheHolder() {
    ask("n");
    take(ME, "n");
    takeIfFree(2, "n");

    assertThat(told).containsExactly("has n");
  }

  @Test
  void whoHasItDoesNotGetItAgain() {
    ask("n");
    take(ME, "n");
    ask("n");
    take(ME, "n");
    assertThat(told).containsExactly("has n", "no n");

    release(ME, "n");
    assertThat(book.holder("n")).isZero();
  }

  @Test
  void theDeadHoldNothingAndWaitForNothing() {
    take(1, "a");
    take(2, "a");
    take(2, "b");
    take(1, "b");
    take(1, "c");
    book.died(1);

    assertThat(book.holder("a")).isEqualTo(2);
    assertThat(book.holder("b")).isEqualTo(2);
    assertThat(book.holder("c")).isZero();
    release(2, "b");
    assertThat(book.holder("b")).isZero();
  }

  @Test
  void whoeverWaitsForADeadHolderGetsIt() {
    take(1, "a");
    ask("a");
    take(ME, "a");
    book.died(1);

    assertThat(told).containsExactly("has a");
  }

  @Test
  void releasesOfWhatOneDoesNotHaveChangeNothing() {
    take(1, "a");
    release(2, "a");
    release(2, "b");

    assertThat(book.holder("a")).isEqualTo(1);
    assertThat(book.size()).isEqualTo(1);
  }

  @Test
  void whoWaitsMayGoAway() {
    take(1, "a");
    take(2, "a");
    take(3, "a");
    release(2, "a");
    release(1, "a");

    assertThat(book.holder("a")).isEqualTo(3);
  }

  /// Kafka has the question, but did not say so in time: whoever asked is gone.
  @Test
  void whatNobodyAsksForAnyMoreIsLetGo() {
    ask("n");
    assertThat(book.takeBack("n")).isNotNull();
    take(ME, "n");
    assertThat(told).containsExactly("withdraw n");
  }

  @Test
  void perNameOneMayAskAtATime() {
    ask("n");
    assertThat(book.ask("n", failure -> {})).isFalse();
    ask("m");
    assertThat(book.takeAllBack()).hasSize(2);
    assertThat(book.takeAllBack()).isEmpty();
    ask("n");
  }
}
