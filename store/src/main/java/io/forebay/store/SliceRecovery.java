package io.forebay.store;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Executor;
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
  static final byte[] BEGIN = {'b'};

  /// @param spare made ahead and not used yet
  /// @param end the offset after the newest message
  /// @param lastNumber of all slices there are
  record Found(LogSlice.@Nullable Spare spare, long end, long lastNumber) {}

  private SliceRecovery() {}

  /// Makes a spare column family a slice.
  static void begin(WriteBatch batch, LogSlice slice) throws RocksDBException {
    batch.put(
        slice.family(), BEGIN, ByteBuffer.allocate(Long.BYTES).putLong(slice.begin()).array());
  }

  /// @param sealer writes what of the topic index a crash has left unwritten
  /// @param lookups where lookups in the topic index are counted
  /// @param slices gets those that are there, oldest first, to be detached even if this fails
  static Found find(
      Database database, int partition, Executor sealer, Lookups lookups, List<LogSlice> slices)
      throws RocksDBException {
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
        if (spare != null) {
          database.drop(spare.name());
        }
        spare = new LogSlice.Spare(name, lastNumber, family);
        continue;
      }
      LogSlice slice =
          new LogSlice(
              new LogSlice.Spare(name, lastNumber, family),
              ByteBuffer.wrap(begin).getLong(),
              new SliceIndex(database.db(), family, sealer, lookups));
      slices.add(slice);
      end = Math.max(slice.begin(), measure(database, slice));
      index(database, partition, slice);
      if (slices.size() > 1) {
        slices.get(slices.size() - 2).index().finish();
      }
    }
    return new Found(spare, end, lastNumber);
  }

  /// Adds to the topic index what it had only in memory.
  private static void index(Database database, int partition, LogSlice slice)
      throws RocksDBException {
    long from = slice.index().indexedTo();
    try (RocksIterator blocks = database.blocks(slice.family())) {
      blocks.seekForPrev(BlockFormat.key(from));
      if (!blocks.isValid()) {
        blocks.seekToFirst();
      }
      for (; blocks.isValid(); blocks.next()) {
        long first = BlockFormat.firstOffset(blocks.key());
        Block block = new Block(blocks.value(), partition, first);
        for (int i = block.firstFrom(from); i < block.count(); i++) {
          slice.index().add(block.get(i).message().topic(), block.offset(i));
        }
      }
      blocks.status();
    }
  }

  /// @return the offset after its last message
  static long measure(Database database, LogSlice slice) throws RocksDBException {
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
      return BlockFormat.end(last);
    }
  }
}
