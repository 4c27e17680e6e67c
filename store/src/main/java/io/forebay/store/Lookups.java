package io.forebay.store;

import java.util.concurrent.atomic.LongAdder;

/// Counts how readers of the log were answered. Any thread.
final class Lookups {
  private final LongAdder indexed = new LongAdder();
  private final LongAdder scanned = new LongAdder();

  void count(boolean byIndex) {
    (byIndex ? indexed : scanned).increment();
  }

  /// How many times the topic index said where the messages are.
  long indexed() {
    return indexed.sum();
  }

  /// How many times it was cheaper to look at all of them.
  long scanned() {
    return scanned.sum();
  }
}
