package io.forebay.mqtt.connection;

import io.forebay.core.log.Batch;
import io.forebay.core.log.CommitListener;
import io.forebay.core.log.Engine;
import io.forebay.core.log.EngineFailure;
import io.forebay.core.log.Log;
import io.forebay.core.log.Table;
import io.forebay.store.MemoryEngine;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// The engine in memory, that can be made to take its time, and to fail.
final class HeldEngine implements Engine {
  private final MemoryEngine engine;
  private final ArrayDeque<Batch> waiting = new ArrayDeque<>();
  private boolean held;
  private boolean full;
  private @Nullable EngineFailure failure;
  private @Nullable CommitListener listener;

  HeldEngine(MemoryEngine engine) {
    this.engine = engine;
  }

  /// From now on nothing is committed.
  void hold() {
    held = true;
  }

  /// Commits what waited.
  void release() {
    held = false;
    while (!waiting.isEmpty()) {
      engine.submit(waiting.remove());
    }
  }

  /// Whether messages are refused, and rows taken: as while there is no room on disk.
  void full(boolean now) {
    full = now;
  }

  /// From now on nothing is kept; null: all is.
  void fail(@Nullable EngineFailure why) {
    failure = why;
  }

  @Override
  public void start(CommitListener told) {
    listener = told;
    engine.start(told);
  }

  @Override
  public void submit(Batch batch) {
    EngineFailure why = failure;
    if (why != null && listener != null) {
      listener.settled(batch, why);
      listener.endOfCommit();
    } else if (held) {
      waiting.add(batch);
    } else if (full && !batch.appends().isEmpty()) {
      batch.refuseAppends(new EngineFailure(EngineFailure.Kind.QUOTA, "the disk is full"));
      Batch rows = new Batch(batch.lane());
      batch.rows().forEach(rows::row);
      rows.afterwards(batch::tell);
      engine.submit(rows);
    } else {
      engine.submit(batch);
    }
  }

  @Override
  public Log log() {
    return engine.log();
  }

  @Override
  public Table table(String name) {
    return engine.table(name);
  }

  @Override
  public @Nullable EngineFailure trouble() {
    return engine.trouble();
  }

  @Override
  public void tick(long nowMillis) {
    engine.tick(nowMillis);
  }

  @Override
  public void close() {
    engine.close();
  }
}
