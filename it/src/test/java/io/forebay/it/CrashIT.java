package io.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A node that is killed again and again, at moments that nobody chose, under load.
///
/// `-Dcrash.rounds=500` for longer, `-Dcrash.seed=4711` for the moments of a run that failed. (The
/// machine's own timing is not in the seed.)
class CrashIT {
  @Test
  void nothingThatWasAcknowledgedIsLostByKills(@TempDir Path data) throws Exception {
    long seed = Long.getLong("crash.seed", System.nanoTime());
    int rounds = Integer.getInteger("crash.rounds", 50);
    try (Crashes crashes = new Crashes(data, new Random(seed))) {
      for (int round = 1; round <= rounds && crashes.findings().isEmpty(); round++) {
        crashes.round();
      }
      crashes.finish();
      assertThat(crashes.findings()).isEmpty();
    } catch (Exception | AssertionError e) {
      throw new AssertionError("with -Dcrash.seed=" + seed + ": " + e.getMessage(), e);
    }
  }
}
