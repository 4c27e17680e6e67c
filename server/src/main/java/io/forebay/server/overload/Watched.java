package io.forebay.server.overload;

import java.util.function.LongSupplier;

/// A measure with a high and a low mark: it is too high from the moment it reaches the one until it
/// falls below the other. On the watcher's thread; what was measured last may be read on any.
public final class Watched {
  private final String name;
  private final String unit;
  private final LongSupplier probe;
  private final long high;
  private final long low;
  private boolean tooHigh;
  private volatile long value;

  /// @param name for people: `heap in use`
  /// @param unit behind its values
  /// @param high the measure is too high from here on
  /// @param low and below this it is no more
  public Watched(String name, String unit, LongSupplier probe, long high, long low) {
    this.name = name;
    this.unit = unit;
    this.probe = probe;
    this.high = high;
    this.low = low;
  }

  /// What was measured last.
  public long value() {
    return value;
  }

  /// Measures.
  ///
  /// @return whether it is too high
  boolean look() {
    long now = probe.getAsLong();
    value = now;
    tooHigh = now >= high || (tooHigh && now >= low);
    return tooHigh;
  }

  /// What was measured, for the log.
  String words() {
    String mark = tooHigh ? " (mark " + (value >= high ? high : low) + ")" : "";
    return name + " " + value + " " + unit + mark;
  }
}
