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

  private final AtomicLong size = new AtomicLong();

  /// Rows of this commit, and whether they will be there.
  private final Map<ByteBuffer, Boolean> staged = new HashMap<>();

  private long growth;

  RocksTable(String name, Readers readers) {
    this.name = name;
    this.readers = readers;
  }

  // ---------------------------------------------------------------- the writer's

  /// Counts what is there.
  void open(Database database) throws RocksDBException {
    forget();
    long count = 0;
    ColumnFamilyHandle family = database.find(name);
    if (family != null) {
      try (RocksIterator rows = database.rows(family)) {
        for (rows.seekToFirst(); rows.isValid(); rows.next()) {
          count++;
        }
        rows.status();
      }
    }
    size.set(count);
  }

  /// @param value null removes the row
  void stage(Database database, WriteBatch batch, byte[] key, byte @Nullable [] value)
      throws RocksDBException {
    ColumnFamilyHandle family = database.family(name);
    count(database, family, key, value != null);
    if (value == null) {
      batch.delete(family, key);
    } else {
      batch.put(family, key, value);
    }
  }

  private void count(Database database, ColumnFamilyHandle family, byte[] key, boolean there) {
    Boolean before = staged.put(ByteBuffer.wrap(key), there);
    boolean was = before == null ? database.db().keyExists(family, key) : before;
    growth += (there ? 1 : 0) - (was ? 1 : 0);
  }

  void publish() {
    if (growth != 0) {
      size.addAndGet(growth);
    }
    forget();
  }

  void forget() {
    staged.clear();
    growth = 0;
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
  public void scan(byte[] fromKey, int limit, Consumer<List<Entry>> answer) {
    readers.submit(
        new Readers.Task() {
          @Override
          public void run(Database database) throws RocksDBException {
            answer.accept(rows(database, fromKey, limit));
          }

          @Override
          public void giveUp() {
            answer.accept(List.of());
          }
        });
  }

  private List<Entry> rows(Database database, byte[] fromKey, int limit) throws RocksDBException {
    List<Entry> found = new ArrayList<>();
    ColumnFamilyHandle family = database.find(name);
    if (family == null) {
      return found;
    }
    try (RocksIterator rows = database.rows(family)) {
      for (rows.seek(fromKey); found.size() < limit && rows.isValid(); rows.next()) {
        found.add(new Entry(rows.key(), rows.value()));
      }
      rows.status();
    }
    return found;
  }

  @Override
  public long size() {
    return size.get();
  }
}
