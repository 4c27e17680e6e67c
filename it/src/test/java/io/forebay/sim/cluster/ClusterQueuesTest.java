package io.forebay.sim.cluster;

import static org.assertj.core.api.Assertions.fail;

import org.junit.jupiter.api.Test;

/// Groups and declared queues among nodes that share a log, under random consumers, deaths and
/// sleeps. `-Dsim.seed` and `-Dsim.seeds` as with the simulation of one node.
class ClusterQueuesTest {
  private static final int ACTIONS = 300;

  @Test
  void eachMessageGoesToOneMemberWhereverTheMembersAre() {
    Long one = Long.getLong("sim.seed");
    if (one != null) {
      run(one);
      return;
    }
    for (long seed = 1; seed <= Integer.getInteger("sim.seeds", 250); seed++) {
      run(seed);
    }
  }

  private static void run(long seed) {
    try {
      new QueueStory(seed).run(ACTIONS);
    } catch (RuntimeException | AssertionError e) {
      fail("seed " + seed + " (repeat it with -Dsim.seed=" + seed + "): " + e.getMessage(), e);
    }
  }
}
