package io.forebay.core.message;

/// Quality of service: the promise between a sender and a receiver (MQTT 5 §4.3).
public enum Qos {
  AT_MOST_ONCE,
  AT_LEAST_ONCE,
  EXACTLY_ONCE;

  private static final Qos[] LEVELS = values();

  /// The QoS with this level on the wire.
  ///
  /// @throws IllegalArgumentException unless `level` is 0, 1 or 2
  public static Qos of(int level) {
    if (level < 0 || level > 2) {
      throw new IllegalArgumentException("QoS must be 0, 1 or 2, not " + level);
    }
    return LEVELS[level];
  }

  /// 0, 1 or 2: the two bits on the wire.
  public int level() {
    return ordinal();
  }

  public static Qos min(Qos a, Qos b) {
    return a.ordinal() <= b.ordinal() ? a : b;
  }

  public static Qos max(Qos a, Qos b) {
    return a.ordinal() >= b.ordinal() ? a : b;
  }
}
