package io.forebay.sim;

import static org.assertj.core.api.Assertions.fail;

import org.junit.jupiter.api.Test;

/// The broker under hundreds of random histories, each of which its seed repeats.
///
/// `-Dsim.seed=4711` runs one, `-Dsim.seeds=10000` runs so many.
class SimulationTest {
  private static final int ACTIONS = 600;

  @Test
  void whateverHappensTheBrokerKeepsItsPromises() {
    Long one = Long.getLong("sim.seed");
    if (one != null) {
      run(one);
      return;
    }
    for (long seed = 1; seed <= Integer.getInteger("sim.seeds", 400); seed++) {
      run(seed);
    }
  }

  private static void run(long seed) {
    try {
      new World(seed).run(ACTIONS);
    } catch (RuntimeException | AssertionError e) {
      fail("seed " + seed + " (repeat it with -Dsim.seed=" + seed + "): " + e.getMessage(), e);
    }
  }
}
