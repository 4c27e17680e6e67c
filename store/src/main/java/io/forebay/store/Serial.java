package io.forebay.store;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

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
    do {
      int ran = 0;
      Runnable task = tasks.poll();
      while (task != null) {
        task.run();
        task = ++ran < TASKS_PER_RUN ? tasks.poll() : null;
      }
      endOfRound.run();
      left = pending.addAndGet(-ran);
    } while (left > 0);
  }
}
