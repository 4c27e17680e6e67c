package io.forebay.store;

import java.util.ArrayDeque;
import java.util.Deque;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.Slice;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteOptions;

/// How RocksDB is set up. Holds native memory; closed after the database that uses it.
final class DatabaseOptions implements AutoCloseable {
  /// So that recovery, which reads the write-ahead log, stays short.
  private static final long WAL_BYTES = 256L << 20;

  private static final long SLICE_BUFFER_BYTES = 32L << 20;
  private static final int OPEN_FILES = 2_048;
  private static final double BLOOM_BITS = 10;

  static {
    RocksDB.loadLibrary();
  }

  private final Deque<AutoCloseable> natives = new ArrayDeque<>();
  private final Cache cache;
  final DBOptions database;

  /// For slices of streams. Their blocks never overlap, so compaction would only copy them.
  final ColumnFamilyOptions slices;

  final ColumnFamilyOptions tables;
  final WriteOptions synced;
  final WriteOptions unsynced;

  /// The blocks of messages of a slice, and nothing of its index.
  final ReadOptions blocks;

  final ReadOptions rows;

  DatabaseOptions(StoreSettings settings) {
    cache = own(new LRUCache(settings.blockCacheBytes()));
    database =
        own(new DBOptions())
            .setCreateIfMissing(true)
            .setParanoidChecks(true)
            // A torn end of the log was never acknowledged; anything else is told, not cut off.
            .setWalRecoveryMode(WALRecoveryMode.TolerateCorruptedTailRecords)
            .setMaxTotalWalSize(WAL_BYTES)
            .setDbWriteBufferSize(settings.writeBufferBytes())
            .setMaxOpenFiles(OPEN_FILES)
            .setMaxBackgroundJobs(2)
            .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
            .setMaxLogFileSize(1 << 20)
            .setKeepLogFileNum(4)
            .setStatsDumpPeriodSec(0)
            .setStatsPersistPeriodSec(0);
    slices =
        own(new ColumnFamilyOptions())
            .setDisableAutoCompactions(true)
            .setWriteBufferSize(SLICE_BUFFER_BYTES)
            .setCompressionType(CompressionType.NO_COMPRESSION)
            .setTableFormatConfig(blockBased());
    tables =
        own(new ColumnFamilyOptions())
            .setCompressionType(CompressionType.NO_COMPRESSION)
            .setTableFormatConfig(blockBased().setFilterPolicy(own(new BloomFilter(BLOOM_BITS))));
    synced = own(new WriteOptions()).setSync(true);
    unsynced = own(new WriteOptions());
    blocks =
        own(new ReadOptions())
            .setIterateLowerBound(own(new Slice(BlockFormat.firstKey())))
            .setIterateUpperBound(own(new Slice(BlockFormat.endKey())));
    rows = own(new ReadOptions());
  }

  private BlockBasedTableConfig blockBased() {
    return new BlockBasedTableConfig().setBlockCache(cache).setCacheIndexAndFilterBlocks(true);
  }

  private <T extends AutoCloseable> T own(T each) {
    natives.push(each);
    return each;
  }

  @Override
  public void close() {
    for (AutoCloseable each : natives) {
      try {
        each.close();
      } catch (Exception e) {
        throw new IllegalStateException("native memory does not refuse to be freed", e);
      }
    }
  }
}
