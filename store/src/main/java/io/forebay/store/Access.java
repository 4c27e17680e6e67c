package io.forebay.store;

import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/// The way to the database: shared by those who use it, exclusive for its opening and closing,
/// since a native handle that is used after its close ends the process.
///
/// [#open] and [#close] belong to the thread that opens the engine and then to the writer, which
/// therefore may use the database without asking. Never on an event loop.
final class Access {
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private @Nullable Database database;

  /// What is done with a database.
  interface Use {
    void with(Database database) throws RocksDBException;
  }

  /// @return false if it is closed
  boolean shared(Use use) throws RocksDBException {
    lock.readLock().lock();
    try {
      Database there = database;
      if (there == null) {
        return false;
      }
      use.with(there);
      return true;
    } finally {
      lock.readLock().unlock();
    }
  }

  /// Closes what is open.
  void close() {
    lock.writeLock().lock();
    try {
      if (database != null) {
        database.close();
        database = null;
      }
    } finally {
      lock.writeLock().unlock();
    }
  }

  /// Lets the others at a database.
  void open(Database opened) {
    lock.writeLock().lock();
    try {
      database = opened;
    } finally {
      lock.writeLock().unlock();
    }
  }
}
