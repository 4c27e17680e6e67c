package io.forebay.store;

import io.forebay.core.log.EngineFailure;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/// What a failed write is to a publisher.
final class WriteTrouble {
  private WriteTrouble() {}

  static EngineFailure explain(Throwable e) {
    return new EngineFailure(
        isFull(e) ? EngineFailure.Kind.QUOTA : EngineFailure.Kind.BROKEN,
        "cannot write the log: " + e);
  }

  /// Whether the disk had no room.
  static boolean isFull(@Nullable Throwable e) {
    return e instanceof RocksDBException failure
        && failure.getStatus() != null
        && failure.getStatus().getSubCode() == Status.SubCode.NoSpace;
  }
}
