package io.forebay.sim;

import io.forebay.core.log.Batch;
import io.forebay.core.log.CommitListener;
import io.forebay.core.log.Engine;
import io.forebay.core.log.EngineFailure;
import io.forebay.core.log.Log;
import io.forebay.core.log.Stored;
import io.forebay.core.log.Table;
import io.forebay.store.MemoryEngine;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// An engine on a [Disk]: what waits is written as one commit, and told once it is synced. Between
/// the two the node may crash, and then only the dice know whether the commit is there; it is never
/// there by half. A sync may fail: then nobody is told of the commit, and nothing else is taken,
/// until the disk was opened again and shows whether it survived. The disk may be full: then
/// messages are refused and rows are kept.
final class FaultyEngine implements Engine {
  private static final EngineFailure BROKEN =
      new EngineFailure(EngineFailure.Kind.BROKEN, "the disk does not sync");
  private static final EngineFailure FULL =
      new EngineFailure(EngineFailure.Kind.QUOTA, "the disk is full");

  private final Disk disk;
  private final MemoryEngine memory;
  private final Ledger ledger;
  private final RandomGenerator dice;
  private final @Nullable Pending pending;
  private final Executor writer;
  private final int failuresPercent;
  private @Nullable CommitListener listener;

  private final List<Batch> waiting = new ArrayList<>();

  /// Written and not synced, or written and the sync failed.
  private final List<Batch> inDoubt = new ArrayList<>();

  /// Batches of rows that stand in for those whose messages were refused.
  private final IdentityHashMap<Batch, Batch> standIns = new IdentityHashMap<>();

  private boolean writing;
  private boolean silent;
  private boolean broken;
  private boolean full;
  private int failures;

  /// @param pending null if each batch is a commit, at once
  /// @param failuresPercent how many syncs fail
  FaultyEngine(
      Disk disk,
      MemoryEngine memory,
      Ledger ledger,
      RandomGenerator dice,
      @Nullable Pending pending,
      int failuresPercent) {
    this.disk = disk;
    this.memory = memory;
    this.ledger = ledger;
    this.dice = dice;
    this.pending = pending;
    this.writer = pending == null ? Runnable::run : pending.newQueue();
    this.failuresPercent = failuresPercent;
  }

  /// How many batches were told that they are not kept.
  int failures() {
    return failures;
  }

  void full(boolean now) {
    full = now;
  }

  boolean full() {
    return full;
  }

  /// The node dies: what was in doubt is decided, and nobody hears of it.
  void crash() {
    if (dice.nextBoolean()) {
      silent = true;
      inDoubt.forEach(this::keep);
      silent = false;
    }
    inDoubt.clear();
  }

  @Override
  public void start(CommitListener told) {
    listener = told;
    memory.start(
        new CommitListener() {
          @Override
          public boolean committed(Stored stored) {
            ledger.committed(stored);
            return !silent && told.committed(stored);
          }

          @Override
          public void settled(Batch batch, @Nullable EngineFailure failure) {
            Batch asked = standIns.remove(batch);
            if (!silent) {
              told.settled(asked == null ? batch : asked, failure);
            }
          }

          @Override
          public void endOfCommit() {
            if (pending == null) {
              told.endOfCommit();
            }
          }
        });
  }

  private CommitListener listener() {
    if (listener == null) {
      throw new IllegalStateException("submit before start");
    }
    return listener;
  }

  // ---------------------------------------------------------------- commits

  @Override
  public void submit(Batch batch) {
    if (pending == null) {
      keep(batch);
      return;
    }
    waiting.add(batch);
    if (!writing) {
      writing = true;
      writer.execute(this::write);
    }
  }

  private void write() {
    if (broken) {
      writing = false;
      fail(waiting);
      return;
    }
    inDoubt.addAll(waiting);
    waiting.clear();
    writer.execute(this::sync);
  }

  private void sync() {
    writing = false;
    if (dice.nextInt(100) < failuresPercent) {
      broken = true;
      if (pending != null) {
        pending.sometime(this::reopen);
      }
    } else {
      keepInDoubt();
    }
    if (!waiting.isEmpty()) {
      writing = true;
      writer.execute(this::write);
    }
  }

  /// Nothing of them is there.
  private void fail(List<Batch> batches) {
    List<Batch> failed = List.copyOf(batches);
    batches.clear();
    failures += failed.size();
    ledger.goodbyesLost = true;
    failed.forEach(ledger::refused);
    failed.forEach(batch -> listener().settled(batch, BROKEN));
    listener().endOfCommit();
  }

  private void reopen() {
    broken = false;
    if (dice.nextBoolean()) {
      keepInDoubt();
    } else {
      fail(inDoubt);
    }
  }

  private void keepInDoubt() {
    List<Batch> commit = List.copyOf(inDoubt);
    inDoubt.clear();
    commit.forEach(this::keep);
    listener().endOfCommit();
  }

  private void keep(Batch batch) {
    Batch kept = batch;
    if (full && !batch.appends().isEmpty()) {
      failures++;
      ledger.refused(batch);
      batch.refuseAppends(FULL);
      kept = new Batch(batch.lane());
      batch.rows().forEach(kept::row);
      standIns.put(kept, batch);
    }
    disk.add(kept);
    memory.submit(kept);
  }

  // ---------------------------------------------------------------- as in memory

  @Override
  public Log log() {
    return memory.log();
  }

  @Override
  public Table table(String name) {
    return memory.table(name);
  }

  @Override
  public @Nullable EngineFailure trouble() {
    return broken ? BROKEN : full ? FULL : null;
  }

  @Override
  public void tick(long nowMillis) {
    memory.tick(nowMillis);
  }

  @Override
  public void close() {
    memory.close();
  }
}
