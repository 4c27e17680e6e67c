package io.forebay.sim;

import io.forebay.core.log.Batch;
import io.forebay.core.log.CommitListener;
import io.forebay.core.log.EngineFailure;
import io.forebay.core.log.Stored;
import io.forebay.store.MemoryEngine;
import io.forebay.store.StreamSettings;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What outlives a crash: the batches that are durable, in the order of their commits.
final class Disk {
  private static final CommitListener NOBODY =
      new CommitListener() {
        @Override
        public boolean committed(Stored stored) {
          return false;
        }

        @Override
        public void settled(Batch batch, @Nullable EngineFailure failure) {}

        @Override
        public void endOfCommit() {}
      };

  private final List<Batch> batches = new ArrayList<>();

  void add(Batch batch) {
    batches.add(batch);
  }

  /// All that is durable, at the same offsets.
  MemoryEngine read(List<StreamSettings> streams) {
    MemoryEngine memory = new MemoryEngine(streams);
    memory.start(NOBODY);
    batches.forEach(memory::submit);
    return memory;
  }
}
