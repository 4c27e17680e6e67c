package io.forebay.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rocksdb.RocksDBException;

/// What the engine asks of the disk when it commits. Tests put one here that fails.
public interface Disk {
  /// The machine's own.
  Disk REAL =
      new Disk() {
        @Override
        public void write(Attempt attempt) throws RocksDBException {
          attempt.run();
        }

        @Override
        public long usableBytes(Path directory) throws IOException {
          return Files.getFileStore(directory).getUsableSpace();
        }
      };

  /// A write that is to be made.
  interface Attempt {
    void run() throws RocksDBException;
  }

  /// Makes the write, or fails.
  void write(Attempt attempt) throws RocksDBException;

  /// Bytes that this process may still use.
  long usableBytes(Path directory) throws IOException;
}
