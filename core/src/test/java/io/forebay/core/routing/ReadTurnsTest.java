package io.forebay.core.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadTurnsTest {
  private final ArrayDeque<Runnable> later = new ArrayDeque<>();
  private int commits;
  private final ReadTurns turns = new ReadTurns(new LoopWithTime(), () -> commits);
  private final List<String> served = new ArrayList<>();

  @Test
  void twoReadAtATimeAndTheOthersFollowInTheirOrder() {
    List.of("a", "b", "c", "d", "e").forEach(this::standInLine);
    assertThat(served).containsExactly("a", "b");

    turns.ended(false);
    assertThat(served).containsExactly("a", "b", "c");

    turns.ended(false);
    turns.ended(false);
    assertThat(served).containsExactly("a", "b", "c", "d", "e");
  }

  @Test
  void whoHasNothingToReadHoldsUpNobody() {
    standInLine("a");
    standInLine("b");
    turns.request(() -> served.add("nothing to read"));
    standInLine("c");

    turns.ended(false);

    assertThat(served).containsExactly("a", "b", "nothing to read", "c");
  }

  @Test
  void whoReadsSeveralPartitionsBeginsAllOfThemInOneTurn() {
    turns.request(
        () -> {
          served.add("three");
          turns.began();
          turns.began();
          turns.began();
        });
    standInLine("next");

    turns.ended(false);
    assertThat(served).containsExactly("three");

    turns.ended(false);
    assertThat(served).containsExactly("three", "next");
  }

  @Test
  void aCrowdThatReadsFromDiskRestsWhileOthersPublish() {
    for (int i = 0; i < 40; i++) {
      standInLine("c" + i);
    }
    commits++;
    turns.ended(true);
    assertThat(served).containsExactly("c0", "c1");
    later.remove().run();
    assertThat(served).containsExactly("c0", "c1", "c2");

    // Nobody has published since.
    turns.ended(true);
    assertThat(served).hasSize(4);

    // From memory.
    commits++;
    turns.ended(false);
    assertThat(served).hasSize(5);
  }

  @Test
  void aFewRestNever() {
    List.of("a", "b", "c", "d").forEach(this::standInLine);
    commits++;
    turns.ended(true);
    assertThat(served).containsExactly("a", "b", "c");
    assertThat(later).isEmpty();
  }

  /// Keeps what is for later.
  private final class LoopWithTime implements EventLoop {
    @Override
    public void execute(Runnable task) {
      throw new AssertionError("nothing is for the next turn");
    }

    @Override
    public void after(long nanos, Runnable task) {
      assertThat(nanos).isPositive();
      later.add(task);
    }
  }

  private void standInLine(String who) {
    turns.request(
        () -> {
          served.add(who);
          turns.began();
        });
  }
}
