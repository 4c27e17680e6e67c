package io.forebay.mqtt.connection;

/// Time as one event loop has it.
public interface Timer {

  /// Nanoseconds of a clock that does not jump, as of this turn of the loop or later.
  long nanoTime();

  /// Runs a task on the loop after that time at the earliest.
  void after(long nanos, Runnable task);
}
