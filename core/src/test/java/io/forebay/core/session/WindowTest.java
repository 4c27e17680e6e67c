package io.forebay.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WindowTest {

  @Test
  void noPacketIdIsInUseTwiceWhateverTheOrderOfAcknowledgements() {
    Random random = new Random(1);
    Window window = new Window(50);
    List<Integer> inFlight = new ArrayList<>();
    for (int i = 0; i < 300_000; i++) {
      if (window.room() > 0 && random.nextInt(5) > 1) {
        int id = window.add(random.nextBoolean(), 0, i, null);
        assertThat(id).isBetween(1, 65_535);
        assertThat(inFlight.contains(id)).isFalse();
        inFlight.add(id);
      } else if (!inFlight.isEmpty()) {
        int id = inFlight.remove(/* index */ random.nextInt(inFlight.size()));
        window.remove(window.find(id));
        assertThat(window.find(id)).isEqualTo(-1);
      }
      assertThat(window.size()).isEqualTo(inFlight.size());
    }
  }

  @Test
  void aMessageThatIsNeverAcknowledgedBlocksNothingElse() {
    Window window = new Window(4);
    int stuck = window.add(false, 0, 0, null);
    Set<Integer> others = new HashSet<>();
    for (int i = 1; i <= 200_000; i++) {
      int id = window.add(false, 0, i, null);
      others.add(id);
      window.remove(window.find(id));
    }
    assertThat(others).doesNotContain(stuck).hasSizeGreaterThan(40_000);
    assertThat(window.offset(window.find(stuck))).isZero();
    assertThat(window.room()).isEqualTo(3);
  }

  @Test
  void idsBeginAnewAfterTheLargest() {
    Window window = new Window(2);
    window.restore(65_535, false, Window.PUBLISHED, 0, 9, null);
    assertThat(window.add(false, 0, 10, null)).isEqualTo(1);
  }

  @Test
  void allIdsMayBeInFlightAtOnce() {
    Window window = new Window(65_535);
    Set<Integer> ids = new HashSet<>();
    for (int i = 0; i < 65_535; i++) {
      ids.add(window.add(false, 0, i, null));
    }
    assertThat(ids).hasSize(65_535);
    assertThat(window.room()).isNotPositive();
    ids.forEach(id -> window.remove(window.find(id)));
    assertThat(window.size()).isZero();
  }

  @Test
  void whatAFormerConnectionLeftIsFoundAgainEvenBeyondTheRoom() {
    Window window = new Window(1);
    window.restore(8, true, Window.RELEASED, 0, 5, null);
    window.restore(16, false, Window.PUBLISHED, 1, 6, null);
    window.restore(40_000, true, Window.PUBLISHED, 0, 4, null);
    assertThat(window.room()).isNegative();
    int slot = window.find(8);
    assertThat(window.state(slot)).isEqualTo(Window.RELEASED);
    assertThat(window.exactlyOnce(slot)).isTrue();
    assertThat(window.offset(window.find(16))).isEqualTo(6);
    assertThat(window.partition(window.find(16))).isEqualTo(1);
    assertThat(window.exactlyOnce(window.find(16))).isFalse();
    assertThat(window.find(24)).isEqualTo(-1);
    assertThat(window.find(0)).isEqualTo(-1);
  }

  @Test
  void whatIsInFlightIsGivenInTheOrderOfPublication() {
    Window window = new Window(10);
    window.add(false, 1, 3, null);
    window.add(true, 0, 9, null);
    window.add(false, 0, 2, null);
    List<Long> offsets = new ArrayList<>();
    window.forEach(slot -> offsets.add(window.offset(slot)));
    assertThat(offsets).containsExactly(2L, 9L, 3L);
  }

  @Test
  void aReleasedMessageKeepsItsSlotUntilTheEndOfTheHandshake() {
    Window window = new Window(1);
    int id = window.add(true, 0, 7, null);
    window.released(window.find(id));
    assertThat(window.state(window.find(id))).isEqualTo(Window.RELEASED);
    assertThat(window.room()).isZero();
    window.remove(window.find(id));
    assertThat(window.room()).isEqualTo(1);
  }

  /// Fills the window, wants more, and acknowledges all of it.
  private static void round(Window window, long endMillis) {
    int n = window.room();
    int[] ids = new int[n];
    for (int i = 0; i < n; i++) {
      ids[i] = window.add(false, 0, i, null);
    }
    window.noteFull();
    for (int id : ids) {
      window.remove(window.find(id));
    }
    assertThat(window.roundComplete()).isTrue();
    window.widen(endMillis);
  }

  @Test
  void aClientThatAcknowledgesAFullWindowWithinASecondGetsTwiceThatUpToItsLimit() {
    Window window = new Window(3_500);
    assertThat(window.room()).isEqualTo(Window.FIRST_MAXIMUM);
    assertThat(window.pace()).isZero();
    round(window, 1_000);
    assertThat(window.room()).isEqualTo(2_000);
    assertThat(window.pace()).isEqualTo(1_000);
    round(window, 1_500);
    assertThat(window.pace()).isEqualTo(4_000);
    assertThat(window.room()).isEqualTo(3_500);
  }

  @Test
  void aClientThatTakesItsTimeKeepsItsWindow() {
    Window window = new Window(65_535);
    round(window, 1_001);
    round(window, 2_002);
    assertThat(window.room()).isEqualTo(Window.FIRST_MAXIMUM);
  }

  @Test
  void aClientThatNeverNeededMoreKeepsItsWindow() {
    Window window = new Window(65_535);
    for (int i = 0; i < Window.FIRST_MAXIMUM; i++) {
      window.remove(window.find(window.add(false, 0, i, null)));
    }
    assertThat(window.roundComplete()).isTrue();
    window.widen(10);
    assertThat(window.room()).isEqualTo(Window.FIRST_MAXIMUM);
  }
}
