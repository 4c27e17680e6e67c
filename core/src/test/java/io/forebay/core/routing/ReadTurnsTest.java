package io.forebay.core.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadTurnsTest {
  private final ReadTurns turns = new ReadTurns();
  private final List<String> served = new ArrayList<>();

  @Test
  void twoReadAtATimeAndTheOthersFollowInTheirOrder() {
    List.of("a", "b", "c", "d", "e").forEach(this::standInLine);
    assertThat(served).containsExactly("a", "b");

    turns.ended();
    assertThat(served).containsExactly("a", "b", "c");

    turns.ended();
    turns.ended();
    assertThat(served).containsExactly("a", "b", "c", "d", "e");
  }

  @Test
  void whoHasNothingToReadHoldsUpNobody() {
    standInLine("a");
    standInLine("b");
    turns.request(() -> served.add("nothing to read"));
    standInLine("c");

    turns.ended();

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

    turns.ended();
    assertThat(served).containsExactly("three");

    turns.ended();
    assertThat(served).containsExactly("three", "next");
  }

  private void standInLine(String who) {
    turns.request(
        () -> {
          served.add(who);
          turns.began();
        });
  }
}
