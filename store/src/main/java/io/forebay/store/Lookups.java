package io.forebay.store;

import java.util.concurrent.atomic.LongAdder;

/// Counts how readers of the log were answered. Any thread.
public final class Lookups {
  private final LongAdder recent = new LongAdder();
  private final LongAdder indexed = new LongAdder();
  private final LongAdder scanned = new LongAdder();

  void count(boolean byIndex) {
    (byIndex ? indexed : scanned).increment();
  }

  void countRecent() {
    recent.increment();
  }

  /// How many reads were answered from the newest messages in memory.
  public long recent() {
    return recent.sum();
  }

  /// How many times the topic index said where the messages are.
  public long indexed() {
    return indexed.sum();
  }

  /// How many times it was cheaper to look at all of them.
  public long scanned() {
    return scanned.sum();
  }
}
