package io.forebay.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/// Nodes and brokers that are killed and paused again and again, at moments that nobody chose,
/// under load of clients that move between nodes.
///
/// `-Dkafka.crash.rounds=30` for longer, `-Dkafka.crash.brokers=3` for more brokers,
/// `-Dkafka.crash.seed=4711` for the choices of a run that failed. (The machine's own timing is not
/// in the seed.)
class KafkaCrashRounds {
  @Test
  void nothingThatAnyNodeAcknowledgedIsLostByKills() throws Exception {
    long seed = Long.getLong("kafka.crash.seed", System.nanoTime());
    int rounds = Integer.getInteger("kafka.crash.rounds", 4);
    int brokers = Integer.getInteger("kafka.crash.brokers", 1);
    try (KafkaCrashes crashes = new KafkaCrashes(new Random(seed), brokers)) {
      for (int round = 0; round < rounds && crashes.findings().isEmpty(); round++) {
        crashes.round(round);
      }
      crashes.finish();
      assertThat(crashes.findings()).isEmpty();
    } catch (Exception | AssertionError e) {
      throw new AssertionError("with -Dkafka.crash.seed=" + seed + ": " + e.getMessage(), e);
    }
  }
}
