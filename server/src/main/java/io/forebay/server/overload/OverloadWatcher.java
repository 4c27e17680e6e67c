package io.forebay.server.overload;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Decides whether the node is overloaded: when a measure is too high and stays so, until all have
/// been calm for a little while, so that it does not change its mind with every look or for a
/// single pause. [#look] is called by one thread, about every 100 ms; the rest may be asked on any.
public final class OverloadWatcher {
  private static final Logger LOG = LoggerFactory.getLogger(OverloadWatcher.class);

  /// Looks one after the other that find a measure too high before it is an overload.
  static final int HOT_LOOKS = 3;

  /// Looks without any measure too high before the overload is over.
  static final int CALM_LOOKS = 10;

  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private final List<Watched> all;
  private final Consumer<Boolean> told;
  private final LongSupplier nanos;
  private volatile boolean overloaded;
  private final AtomicLong times = new AtomicLong();
  private long sinceNanos;
  private int hot;
  private int calm;

  /// @param told gets each change
  /// @param nanos a clock that does not jump
  public OverloadWatcher(List<Watched> all, Consumer<Boolean> told, LongSupplier nanos) {
    this.all = List.copyOf(all);
    this.told = told;
    this.nanos = nanos;
  }

  /// Whether it is now.
  public boolean overloaded() {
    return overloaded;
  }

  /// How often it was.
  public long times() {
    return times.get();
  }

  /// Measures everything, and tells if that changes anything.
  public void look() {
    boolean any = false;
    for (Watched each : all) {
      any |= each.look();
    }
    hot = any ? hot + 1 : 0;
    calm = any ? 0 : calm + 1;
    if (!overloaded && hot >= HOT_LOOKS) {
      begin();
    } else if (overloaded && calm >= CALM_LOOKS) {
      end();
    }
  }

  private void begin() {
    overloaded = true;
    times.incrementAndGet();
    sinceNanos = nanos.getAsLong();
    told.accept(true);
    LOG.warn(
        "overloaded: {}; new clients are refused and publishers are not read until it is over",
        words());
  }

  private void end() {
    overloaded = false;
    told.accept(false);
    long seconds = (nanos.getAsLong() - sinceNanos) / NANOS_PER_SECOND;
    LOG.info("no longer overloaded after {} s: {}", seconds, words());
  }

  private String words() {
    return all.stream().map(Watched::words).collect(Collectors.joining(", "));
  }
}
