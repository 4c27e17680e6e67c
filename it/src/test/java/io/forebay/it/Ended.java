package io.forebay.it;

/// Waits for threads of tests, where an interruption is nothing but the end of the test.
final class Ended {
  private Ended() {}

  static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
