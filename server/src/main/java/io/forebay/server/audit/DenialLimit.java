package io.forebay.server.audit;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;

/// Lets ten denials of a client be noted in ten seconds, so that one which tries and tries does not
/// fill the log. Clients share a fixed number of places: it takes no more memory for more of them.
/// Any thread.
final class DenialLimit {
  private static final int PLACES = 4_096;
  private static final long SPAN_NANOS = 10_000_000_000L;
  private static final int MOST = 10;

  private final LongSupplier nanoTime;
  private final long begin;

  /// The span of time, and in the low byte how many were noted in it.
  private final AtomicLongArray places = new AtomicLongArray(PLACES);

  private final AtomicLong unnoted = new AtomicLong();

  DenialLimit(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    begin = nanoTime.getAsLong();
  }

  /// Asks for one more.
  ///
  /// @return how many of all clients were not noted since the last that was; -1 if this is not to
  ///   be
  long admit(String clientId) {
    long span = (nanoTime.getAsLong() - begin) / SPAN_NANOS + 1;
    int place = Math.floorMod(clientId.hashCode(), PLACES);
    long after =
        places.updateAndGet(
            place, before -> before >> 8 != span ? span << 8 | 1 : before + (more(before) ? 1 : 0));
    if ((after & 0xFF) > MOST) {
      unnoted.incrementAndGet();
      return -1;
    }
    return unnoted.getAndSet(0);
  }

  private static boolean more(long place) {
    return (place & 0xFF) <= MOST;
  }
}
