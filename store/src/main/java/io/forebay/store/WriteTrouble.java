package io.forebay.store;

import io.forebay.core.log.EngineFailure;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/// What a failed write is to a publisher.
final class WriteTrouble {
  private WriteTrouble() {}

  static EngineFailure explain(Throwable e) {
    boolean full =
        e instanceof RocksDBException failure
            && failure.getStatus() != null
            && failure.getStatus().getSubCode() == Status.SubCode.NoSpace;
    return new EngineFailure(
        full ? EngineFailure.Kind.QUOTA : EngineFailure.Kind.BROKEN, "cannot write the log: " + e);
  }
}
