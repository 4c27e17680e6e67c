package io.forebay.store;

import java.nio.file.Path;

/// Where the embedded engine keeps its data, and what it may use.
///
/// @param reserveBytes no more messages are taken while the file system has less room than this
/// @param blockCacheBytes memory for what RocksDB reads from files
/// @param writeBufferBytes memory for what is in the write-ahead log and not in a file yet
/// @param decodedBytes memory for blocks of messages that readers share
/// @param readerThreads threads that read from disk
/// @param recentMessages per partition, newest messages kept as objects
/// @param recentBytes per partition, memory for them
/// @param minimumSliceBytes retention removes in steps of at least this
/// @param maximumSliceBytes and of at most this
public record StoreSettings(
    Path directory,
    long reserveBytes,
    long blockCacheBytes,
    long writeBufferBytes,
    long decodedBytes,
    int readerThreads,
    int recentMessages,
    long recentBytes,
    long minimumSliceBytes,
    long maximumSliceBytes,
    Disk disk) {

  /// The usual figures.
  public static StoreSettings of(Path directory, long reserveBytes) {
    return new StoreSettings(
        directory,
        reserveBytes,
        64L << 20,
        128L << 20,
        16L << 20,
        2,
        16 << 10,
        16L << 20,
        16L << 20,
        1L << 30,
        Disk.REAL);
  }

  /// The same with other bounds of what is kept as objects, per partition.
  public StoreSettings withRecent(int messages, long bytes) {
    return new StoreSettings(
        directory,
        reserveBytes,
        blockCacheBytes,
        writeBufferBytes,
        decodedBytes,
        readerThreads,
        messages,
        bytes,
        minimumSliceBytes,
        maximumSliceBytes,
        disk);
  }
}
