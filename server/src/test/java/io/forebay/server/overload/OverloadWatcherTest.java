package io.forebay.server.overload;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OverloadWatcherTest {
  private final List<Boolean> told = new ArrayList<>();
  private long heap;
  private long lag;
  private final Watched watchedLag = new Watched("lag", "ms", () -> lag, 2_000, 500);
  private final OverloadWatcher watcher =
      new OverloadWatcher(
          List.of(new Watched("heap", "%", () -> heap, 90, 75), watchedLag), told::add, () -> 0);

  private void look(int times) {
    for (int i = 0; i < times; i++) {
      watcher.look();
    }
  }

  @Test
  void belowTheHighMarksNothingIsTold() {
    heap = 89;
    lag = 1_999;
    look(100);
    assertThat(told).isEmpty();
    assertThat(watcher.overloaded()).isFalse();
    assertThat(watchedLag.value()).isEqualTo(1_999);
  }

  @Test
  void aSinglePauseIsNoOverload() {
    lag = 9_000;
    look(OverloadWatcher.HOT_LOOKS - 1);
    lag = 0;
    look(1);
    lag = 9_000;
    look(OverloadWatcher.HOT_LOOKS - 1);
    assertThat(told).isEmpty();
  }

  @Test
  void oneMeasureThatStaysAtItsHighMarkIsEnough() {
    lag = 2_000;
    look(5);
    assertThat(told).containsExactly(true);
    assertThat(watcher.overloaded()).isTrue();
    assertThat(watcher.times()).isOne();
  }

  @Test
  void betweenTheMarksItStaysAsItIs() {
    heap = 90;
    look(OverloadWatcher.HOT_LOOKS);
    heap = 75;
    look(100);
    assertThat(told).containsExactly(true);
    heap = 74;
    look(OverloadWatcher.CALM_LOOKS);
    assertThat(told).containsExactly(true, false);
    heap = 89;
    look(100);
    assertThat(told).containsExactly(true, false);
  }

  @Test
  void itIsOverOnlyWhenAllHaveBeenCalmForAWhile() {
    heap = 95;
    look(OverloadWatcher.HOT_LOOKS);
    heap = 10;
    look(OverloadWatcher.CALM_LOOKS - 1);
    lag = 3_000;
    look(1);
    lag = 0;
    look(OverloadWatcher.CALM_LOOKS - 1);
    assertThat(told).containsExactly(true);
    look(1);
    assertThat(told).containsExactly(true, false);
    assertThat(watcher.overloaded()).isFalse();
  }
}
