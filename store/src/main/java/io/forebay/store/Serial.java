package io.forebay.store;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Runs tasks one at a time and in order, on whichever thread finds it idle: a writer without a
/// thread of its own. While one thread is at it, others leave their tasks and go on; nobody waits.
final class Serial implements Executor {
  private static final int TASKS_PER_RUN = 64;

  private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicInteger pending = new AtomicInteger();
  private final Runnable endOfRound;

  /// @param endOfRound runs, in order with the tasks, after each round of them
  Serial(Runnable endOfRound) {
    this.endOfRound = endOfRound;
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
    if (pending.getAndIncrement() == 0) {
      drain();
    }
  }

  private void drain() {
    int left;
    Throwable failure = null;
    do {
      int ran = 0;
      Runnable task = tasks.poll();
      while (task != null) {
        failure = run(task, failure);
        task = ++ran < TASKS_PER_RUN ? tasks.poll() : null;
      }
      failure = run(endOfRound, failure);
      left = pending.addAndGet(-ran);
    } while (left > 0);
    rethrow(failure);
  }

  /// A task that throws is for whoever runs us to report, once the others are done: were the count
  /// left as it is, nobody would ever run again.
  private static @Nullable Throwable run(Runnable task, @Nullable Throwable former) {
    try {
      task.run();
      return former;
    } catch (RuntimeException | Error e) {
      return e;
    }
  }

  private static void rethrow(@Nullable Throwable failure) {
    switch (failure) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException(failure);
    }
  }
}
