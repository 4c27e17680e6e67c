package io.forebay.security.password;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// The threads that hash. Few, because a hash takes a core and 19 MiB for a while, and whoever is
/// connected wants some of both; and a short line in front of them, because a client does not wait
/// longer for its CONNACK than it takes.
final class Hashers implements AutoCloseable {
  private static final int WAITING_PER_THREAD = 128;

  private final ThreadPoolExecutor threads;

  Hashers(int count) {
    AtomicInteger number = new AtomicInteger();
    threads =
        new ThreadPoolExecutor(
            count,
            count,
            1,
            TimeUnit.MINUTES,
            new ArrayBlockingQueue<>(count * WAITING_PER_THREAD),
            task ->
                Thread.ofPlatform()
                    .name("forebay-passwords-" + number.incrementAndGet())
                    .daemon()
                    .unstarted(task));
    threads.allowCoreThreadTimeOut(true);
  }

  /// Half of the cores, and no more than an eighth of the heap allows.
  static int usualCount() {
    Runtime runtime = Runtime.getRuntime();
    long fitting = runtime.maxMemory() / 8 / PasswordHash.memoryBytes();
    return (int) Math.max(1, Math.min(runtime.availableProcessors() / 2, fitting));
  }

  /// @return false if too many wait, and nothing will happen
  boolean run(Runnable task) {
    try {
      threads.execute(task);
      return true;
    } catch (RejectedExecutionException full) {
      return false;
    }
  }

  /// What waits is dropped.
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
