package io.forebay.kafka;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Does what Kafka may not be ready for, as often as it takes, and says why it takes so long.
final class Patience {
  private static final Logger LOG = LoggerFactory.getLogger(Patience.class);
  private static final long RETRY_MILLIS = 2_000;
  private static final long TELL_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final KafkaSettings settings;
  private boolean told;
  private long toldNanos;

  /// Something that may fail, and be tried again.
  interface Step<T> {
    T go() throws ExecutionException, InterruptedException;
  }

  Patience(KafkaSettings settings) {
    this.settings = settings;
  }

  /// @param trouble what is said if it does not work
  /// @throws InterruptedException if the thread is to end meanwhile
  <T> T until(String trouble, Step<T> step) throws InterruptedException {
    while (true) {
      try {
        return step.go();
      } catch (ExecutionException e) {
        tell(trouble, e.getCause() == null ? e : e.getCause());
      } catch (KafkaException e) {
        tell(trouble, e);
      }
      Thread.sleep(RETRY_MILLIS);
    }
  }

  private void tell(String trouble, Throwable why) {
    long now = System.nanoTime();
    if (!told || now - toldNanos > TELL_NANOS) {
      told = true;
      toldNanos = now;
      LOG.warn(
          "not ready: {} ({}): {}; trying again until it works",
          trouble,
          settings.client().get("bootstrap.servers"),
          Failures.words(why));
    }
  }

  /// Tells of long reading, now and then.
  void tellOfWork(String what, long left) {
    long now = System.nanoTime();
    if (now - toldNanos > TELL_NANOS) {
      toldNanos = now;
      LOG.info("reading {}: {} records to go", what, left);
    }
  }
}
