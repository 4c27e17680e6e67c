package io.forebay.store;

import java.nio.file.Path;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/// A disk that fails when it is told to.
final class FailingDisk implements Disk {
  /// What it does with writes.
  enum Mode {
    WORKS,
    /// Fails before anything is written.
    FAILS,
    /// Fails after all is written, as a failed fsync does.
    FAILS_AFTERWARDS,
    FULL
  }

  volatile Mode mode = Mode.WORKS;
  volatile long usableBytes = Long.MAX_VALUE;

  @Override
  public void write(Attempt attempt) throws RocksDBException {
    switch (mode) {
      case WORKS -> attempt.run();
      case FAILS -> throw new RocksDBException("the disk is broken");
      case FAILS_AFTERWARDS -> {
        attempt.run();
        throw new RocksDBException("the disk is broken");
      }
      case FULL ->
          throw new RocksDBException(
              "no space", new Status(Status.Code.IOError, Status.SubCode.NoSpace, "no space"));
    }
  }

  @Override
  public long usableBytes(Path directory) {
    return usableBytes;
  }
}
