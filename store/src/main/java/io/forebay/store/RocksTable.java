package io.forebay.store;

import io.forebay.core.log.Table;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;

/// A table on disk. Changed by the writer, read on readers' threads.
final class RocksTable implements Table {
  private final String name;
  private final Readers readers;

  /// What RocksDB is given to read into where only the length of a row is asked for.
  private static final byte[] NOTHING = {};

  private static final int ABSENT = -1;

  private final AtomicLong size = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();

  /// Rows of this commit: the bytes of their values, or [#ABSENT] for those that go.
  private final Map<ByteBuffer, Integer> staged = new HashMap<>();

  private long growth;
  private long growthBytes;

  RocksTable(String name, Readers readers) {
    this.name = name;
    this.readers = readers;
  }

  // ---------------------------------------------------------------- the writer's

  /// Counts what is there.
  void open(Database database) throws RocksDBException {
    forget();
    long count = 0;
    long sum = 0;
    ColumnFamilyHandle family = database.find(name);
    if (family != null) {
      try (RocksIterator rows = database.rows(family)) {
        for (rows.seekToFirst(); rows.isValid(); rows.next()) {
          count++;
          sum += rows.key(NOTHING) + rows.value(NOTHING);
        }
        rows.status();
      }
    }
    size.set(count);
    bytes.set(sum);
  }

  /// @param value null removes the row
  void stage(Database database, WriteBatch batch, byte[] key, byte @Nullable [] value)
      throws RocksDBException {
    ColumnFamilyHandle family = database.family(name);
    count(database, family, key, value == null ? ABSENT : value.length);
    if (value == null) {
      batch.delete(family, key);
    } else {
      batch.put(family, key, value);
    }
  }

  private void count(Database database, ColumnFamilyHandle family, byte[] key, int valueBytes)
      throws RocksDBException {
    Integer staging = staged.put(ByteBuffer.wrap(key), valueBytes);
    int before = staging == null ? database.db().get(family, key, NOTHING) : staging;
    growth += (valueBytes < 0 ? 0 : 1) - (before < 0 ? 0 : 1);
    growthBytes += rowBytes(key, valueBytes) - rowBytes(key, before);
  }

  private static long rowBytes(byte[] key, int valueBytes) {
    return valueBytes < 0 ? 0 : key.length + valueBytes;
  }

  void publish() {
    if (growth != 0) {
      size.addAndGet(growth);
    }
    if (growthBytes != 0) {
      bytes.addAndGet(growthBytes);
    }
    forget();
  }

  void forget() {
    staged.clear();
    growth = 0;
    growthBytes = 0;
  }

  // ---------------------------------------------------------------- any thread

  @Override
  public void get(byte[] key, Consumer<byte @Nullable []> answer) {
    readers.submit(
        new Readers.Task() {
          @Override
          public void run(Database database) throws RocksDBException {
            ColumnFamilyHandle family = database.find(name);
            answer.accept(family == null ? null : database.db().get(family, key));
          }

          @Override
          public void giveUp() {
            answer.accept(null);
          }
        });
  }

  @Override
  public void scan(byte[] fromKey, int limit, long enoughBytes, Consumer<List<Entry>> answer) {
    readers.submit(
        new Readers.Task() {
          @Override
          public void run(Database database) throws RocksDBException {
            answer.accept(rows(database, fromKey, limit, enoughBytes));
          }

          @Override
          public void giveUp() {
            answer.accept(List.of());
          }
        });
  }

  private List<Entry> rows(Database database, byte[] fromKey, int limit, long enoughBytes)
      throws RocksDBException {
    List<Entry> found = new ArrayList<>();
    long foundBytes = 0;
    ColumnFamilyHandle family = database.find(name);
    if (family == null) {
      return found;
    }
    try (RocksIterator rows = database.rows(family)) {
      rows.seek(fromKey);
      while (found.size() < limit && foundBytes < enoughBytes && rows.isValid()) {
        Entry entry = new Entry(rows.key(), rows.value());
        found.add(entry);
        foundBytes += entry.bytes();
        rows.next();
      }
      rows.status();
    }
    return found;
  }

  @Override
  public long size() {
    return size.get();
  }

  @Override
  public long bytes() {
    return bytes.get();
  }
}
