package io.forebay.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;
import java.util.function.BooleanSupplier;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Slice;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/// The sealed segments of a slice's topic index, on disk.
final class IndexRows implements AutoCloseable {
  /// A commit that comes meanwhile waits for one chunk at most.
  private static final int ROWS_PER_CHUNK = 1_000;

  private static final int BYTES_PER_CHUNK = 256 * 1024;

  private final RocksDB db;
  private final ColumnFamilyHandle slice;
  private final WriteOptions unsynced = new WriteOptions();
  private final Slice lowest = new Slice(IndexRow.LOWEST_KEY);
  private final Slice beyond = new Slice(IndexRow.BEYOND_KEYS);
  private final ReadOptions withinIndex =
      new ReadOptions().setIterateLowerBound(lowest).setIterateUpperBound(beyond);

  IndexRows(RocksDB db, ColumnFamilyHandle slice) {
    this.db = db;
    this.slice = slice;
  }

  /// Where the index ends; 0 if there is none.
  long indexedTo() throws RocksDBException {
    byte[] mark = db.get(slice, IndexRow.MARK);
    return mark == null ? 0 : IndexRow.indexedTo(mark);
  }

  /// Writes in chunks without a sync: they are in the write-ahead log in this order, and after the
  /// messages they are about, so that the mark, which comes last, is there only if all else is.
  ///
  /// @param stopped asked before each chunk
  /// @return false if it was stopped before the end
  boolean write(IndexSegment segment, BooleanSupplier stopped) throws RocksDBException {
    try (WriteBatch chunk = new WriteBatch()) {
      for (Map.Entry<String, Offsets> topic : segment.topics().entrySet()) {
        chunk.put(
            slice,
            IndexRow.key(topic.getKey().getBytes(UTF_8), segment.first()),
            IndexRow.value(topic.getValue(), segment.first()));
        if (chunk.count() == ROWS_PER_CHUNK || chunk.getDataSize() >= BYTES_PER_CHUNK) {
          if (stopped.getAsBoolean()) {
            return false;
          }
          db.write(unsynced, chunk);
          chunk.clear();
        }
      }
      chunk.put(slice, IndexRow.MARK, IndexRow.mark(segment.end()));
      if (stopped.getAsBoolean()) {
        return false;
      }
      db.write(unsynced, chunk);
      return true;
    }
  }

  IndexReader read(long indexedTo, long seeks) {
    return new IndexReader(db.newIterator(slice, withinIndex), indexedTo, seeks);
  }

  @Override
  public void close() {
    withinIndex.close();
    beyond.close();
    lowest.close();
    unsynced.close();
  }
}
