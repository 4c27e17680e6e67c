package io.forebay.store;

import org.rocksdb.AbstractEventListener;
import org.rocksdb.BackgroundErrorReason;
import org.rocksdb.Status;

/// Keeps RocksDB from recovering by itself. When a flush finds the disk full it would wait for
/// room, and a write that waits for that flush with it: nobody would be told that the disk is full.
/// Without, writes fail, messages are refused, and the database is opened again.
final class NoRecovery extends AbstractEventListener {
  NoRecovery() {
    super(EnabledEventCallback.ON_ERROR_RECOVERY_BEGIN);
  }

  @Override
  public boolean onErrorRecoveryBegin(BackgroundErrorReason reason, Status trouble) {
    return false;
  }
}
