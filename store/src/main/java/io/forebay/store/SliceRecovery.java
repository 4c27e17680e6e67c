package io.forebay.store;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;

/// Finds what a partition has on disk.
///
/// A slice begins with a row `b` that says its first offset; a column family without it was made
/// ahead and never used.
final class SliceRecovery {
  private static final byte[] BEGIN = {'b'};

  /// @param slices oldest first
  /// @param spare made ahead and not used yet
  /// @param end the offset after the newest message
  /// @param lastNumber of all slices there are
  record Found(List<LogSlice> slices, LogSlice.@Nullable Spare spare, long end, long lastNumber) {}

  private SliceRecovery() {}

  /// Makes a spare column family a slice.
  static void begin(WriteBatch batch, LogSlice slice) throws RocksDBException {
    batch.put(
        slice.family(), BEGIN, ByteBuffer.allocate(Long.BYTES).putLong(slice.begin()).array());
  }

  static Found find(Database database, int partition) throws RocksDBException {
    List<LogSlice> slices = new ArrayList<>();
    LogSlice.Spare spare = null;
    long end = 0;
    long lastNumber = 0;
    for (String name : database.names()) {
      ColumnFamilyHandle family = database.find(name);
      if (family == null || !name.startsWith(LogSlice.prefix(partition))) {
        continue;
      }
      lastNumber = LogSlice.number(name);
      byte[] begin = database.db().get(family, BEGIN);
      if (begin == null) {
        spare = new LogSlice.Spare(name, lastNumber, family);
        continue;
      }
      LogSlice slice =
          new LogSlice(
              new LogSlice.Spare(name, lastNumber, family), ByteBuffer.wrap(begin).getLong());
      end = Math.max(slice.begin(), measure(database, slice));
      slices.add(slice);
    }
    return new Found(slices, spare, end, lastNumber);
  }

  /// @return the offset after its last message
  private static long measure(Database database, LogSlice slice) throws RocksDBException {
    try (RocksIterator blocks = database.blocks(slice.family())) {
      blocks.seekToFirst();
      if (!blocks.isValid()) {
        blocks.status();
        return slice.begin();
      }
      long firstMillis = BlockFormat.appendMillis(BlockFormat.check(blocks.value()));
      blocks.seekToLast();
      ByteBuffer last = BlockFormat.check(blocks.value());
      slice.grew(BlockFormat.sliceBytes(last), firstMillis, BlockFormat.appendMillis(last));
      return BlockFormat.firstOffset(blocks.key()) + BlockFormat.count(last);
    }
  }
}
