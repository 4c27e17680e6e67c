package io.forebay.it;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assertions;

/// Waits for what has to come, and not longer than it may take.
public final class Await {
  /// How long anything may take. Generous: it is waited out only by a test that fails.
  public static final Duration LIMIT = Duration.ofSeconds(20);

  private static final int POLL_MILLIS = 10;

  public interface Condition {
    boolean holds() throws Exception;
  }

  private Await() {}

  /// @param what completes the sentence "… did not come true"
  public static void until(String what, Condition condition) throws Exception {
    until(what, LIMIT, condition);
  }

  public static void until(String what, Duration limit, Condition condition) throws Exception {
    long end = System.nanoTime() + limit.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() > end) {
        Assertions.fail("within " + limit.toSeconds() + " s did not come true: " + what);
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }
}
