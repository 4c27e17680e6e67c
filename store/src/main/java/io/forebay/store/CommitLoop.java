package io.forebay.store;

import io.forebay.core.log.Batch;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The writer's thread: takes all that waits, commits it as one, and again. So a lone batch is
/// committed at once, and while one commit waits for the disk the next gathers.
final class CommitLoop {
  private static final int COMMIT_MESSAGES = 16 << 10;
  private static final long COMMIT_BYTES = 8L << 20;
  private static final long NO_TICK = Long.MIN_VALUE;

  private final ConcurrentLinkedQueue<Batch> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicLong tick = new AtomicLong(NO_TICK);
  private final Committer committer;
  private final Thread thread;
  private volatile boolean idle;
  private volatile boolean closing;
  private volatile boolean ended;

  CommitLoop(Committer committer) {
    this.committer = committer;
    thread = Thread.ofPlatform().name("forebay-log").daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /// Any thread; takes no lock.
  void submit(Batch batch) {
    waiting.add(batch);
    if (ended) {
      refuseRest();
    } else {
      wake();
    }
  }

  /// Ticks that come while one waits are one.
  void tick(long nowMillis) {
    tick.set(nowMillis);
    wake();
  }

  private void wake() {
    if (idle) {
      LockSupport.unpark(thread);
    }
  }

  private void run() {
    List<Batch> gathered = new ArrayList<>();
    while (true) {
      // Before the look at what waits: what was submitted before the close is committed.
      boolean last = closing;
      long now = tick.getAndSet(NO_TICK);
      if (now != NO_TICK) {
        committer.tick(now);
      }
      gather(gathered);
      if (!gathered.isEmpty()) {
        committer.commit(gathered);
        gathered.clear();
      } else if (last) {
        break;
      } else {
        rest();
      }
    }
    ended = true;
    refuseRest();
  }

  private void rest() {
    idle = true;
    if (waiting.isEmpty() && tick.get() == NO_TICK && !closing) {
      LockSupport.park(this);
    }
    idle = false;
  }

  private void gather(List<Batch> into) {
    int messages = 0;
    long bytes = 0;
    while (messages < COMMIT_MESSAGES && bytes < COMMIT_BYTES) {
      Batch batch = waiting.poll();
      if (batch == null) {
        return;
      }
      into.add(batch);
      messages += Math.max(1, batch.appends().size());
      for (Batch.Append append : batch.appends()) {
        bytes += append.message().sizeBytes();
      }
    }
  }

  /// Those that came too late; whoever finds them tells them.
  private synchronized void refuseRest() {
    List<Batch> late = new ArrayList<>();
    @Nullable Batch batch = waiting.poll();
    while (batch != null) {
      late.add(batch);
      batch = waiting.poll();
    }
    if (!late.isEmpty()) {
      committer.refuse(late);
    }
  }

  /// Commits what was submitted, then ends.
  void close() {
    if (thread.getState() == Thread.State.NEW) {
      ended = true;
      return;
    }
    closing = true;
    LockSupport.unpark(thread);
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        // What was acknowledged to nobody yet is worth the wait.
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
