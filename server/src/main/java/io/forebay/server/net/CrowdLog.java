package io.forebay.server.net;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Says that a door turns connections away, as there are too many: one line now and then, whatever
/// comes. Any thread.
final class CrowdLog {
  private static final Logger LOG = LoggerFactory.getLogger(CrowdLog.class);

  private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final String listener;
  private final LongSupplier nanos;
  private final AtomicLong untold = new AtomicLong();
  private final AtomicLong nextLine;

  CrowdLog(String listener, LongSupplier nanos) {
    this.listener = listener;
    this.nanos = nanos;
    nextLine = new AtomicLong(nanos.getAsLong());
  }

  /// @return whether it was worth a line
  boolean turnedAway(String peer, String why) {
    untold.incrementAndGet();
    long now = nanos.getAsLong();
    long due = nextLine.get();
    if (now - due < 0 || !nextLine.compareAndSet(due, now + SILENCE_NANOS)) {
      return false;
    }
    LOG.warn(
        "{} listener turns away {}: {}; {} since the last of these lines",
        listener,
        peer,
        why,
        untold.getAndSet(0));
    return true;
  }
}
