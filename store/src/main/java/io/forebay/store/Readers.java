package io.forebay.store;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The threads that read from disk for those who must not wait. What comes while the database is
/// closed, or fails, waits until [#resume].
final class Readers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Readers.class);
  private static final int CLOSE_SECONDS = 60;

  private final ExecutorService pool;
  private final Access access;

  /// Bounded by who asks: each waits for its answer before it asks again.
  private final ConcurrentLinkedQueue<Task> waiting = new ConcurrentLinkedQueue<>();

  /// What is to be read.
  interface Task {
    void run(Database database) throws RocksDBException;

    /// The engine closes: answers with nothing.
    void giveUp();
  }

  Readers(int threads, Access access) {
    this.access = access;
    AtomicInteger number = new AtomicInteger();
    pool =
        Executors.newFixedThreadPool(
            threads,
            task ->
                Thread.ofPlatform()
                    .name("forebay-reader-" + number.getAndIncrement())
                    .daemon()
                    .unstarted(task));
  }

  void submit(Task task) {
    try {
      pool.execute(() -> run(task));
    } catch (RejectedExecutionException e) {
      task.giveUp();
    }
  }

  private void run(Task task) {
    try {
      if (!access.shared(task::run)) {
        waiting.add(task);
      }
    } catch (RocksDBException e) {
      LOG.error("cannot read the log, and will try again: {}", e.getMessage());
      waiting.add(task);
    } catch (RuntimeException e) {
      LOG.error("a reader of the log failed", e);
      waiting.add(task);
    }
  }

  /// Tries again what could not be done. About once a second.
  void resume() {
    int count = waiting.size();
    for (int i = 0; i < count; i++) {
      Task task = waiting.poll();
      if (task != null) {
        submit(task);
      }
    }
  }

  @Override
  public void close() {
    pool.shutdown();
    try {
      if (!pool.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("readers of the log do not come to an end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Task task = waiting.poll();
    while (task != null) {
      task.giveUp();
      task = waiting.poll();
    }
  }
}
