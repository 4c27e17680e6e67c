package io.forebay.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;

/// What the store knows of itself: the version of its format, how often it was opened, whether it
/// was closed in order, and the numbers of its partitions, under which others keep their cursors.
///
/// ```
/// format → 4                                  clean → nothing, there after an orderly close
/// boot   → 8                                  disk/STREAM or memory/STREAM → number 4
/// commit → 8                                  copy  → nothing, there if it is a replica's
/// ```
///
/// A stream that moves between disk and memory gets another number, since offsets of one mean
/// nothing in the other.
final class Catalog {
  static final String FAMILY = "catalog";
  private static final int FORMAT = 1;
  private static final byte[] FORMAT_KEY = "format".getBytes(UTF_8);
  private static final byte[] BOOT_KEY = "boot".getBytes(UTF_8);
  private static final byte[] COMMIT_KEY = "commit".getBytes(UTF_8);
  private static final byte[] CLEAN_KEY = "clean".getBytes(UTF_8);
  private static final byte[] COPY_KEY = "copy".getBytes(UTF_8);
  private static final String ON_DISK = "disk/";
  private static final String IN_MEMORY = "memory/";

  private final Database database;
  private final ColumnFamilyHandle family;

  /// A partition that has a number.
  record Entry(String stream, boolean memory) {
    private byte[] key() {
      return ((memory ? IN_MEMORY : ON_DISK) + stream).getBytes(UTF_8);
    }

    private static @Nullable Entry of(String key) {
      if (key.startsWith(ON_DISK)) {
        return new Entry(key.substring(ON_DISK.length()), false);
      }
      return key.startsWith(IN_MEMORY) ? new Entry(key.substring(IN_MEMORY.length()), true) : null;
    }
  }

  /// @throws StoreException if a later version wrote here
  Catalog(Database database) throws RocksDBException {
    this.database = database;
    family = database.family(FAMILY);
    byte[] format = database.db().get(family, FORMAT_KEY);
    if (format == null) {
      put(FORMAT_KEY, ByteBuffer.allocate(Integer.BYTES).putInt(FORMAT).array());
    } else if (ByteBuffer.wrap(format).getInt() > FORMAT) {
      throw new StoreException(
          "the data directory was written by a later version of Forebay (format "
              + ByteBuffer.wrap(format).getInt()
              + ", this one knows "
              + FORMAT
              + "): use that version, or another directory",
          null);
    }
  }

  private void put(byte[] key, byte[] value) throws RocksDBException {
    try (WriteBatch batch = new WriteBatch()) {
      batch.put(family, key, value);
      database.write(batch, true);
    }
  }

  /// How often the store was opened by a process; 0 if never.
  long boot() throws RocksDBException {
    byte[] boot = database.db().get(family, BOOT_KEY);
    return boot == null ? 0 : ByteBuffer.wrap(boot).getLong();
  }

  /// Whether all here is a copy of what is kept elsewhere.
  boolean isCopy() throws RocksDBException {
    return database.db().get(family, COPY_KEY) != null;
  }

  /// From now on it is.
  void becomeCopy() throws RocksDBException {
    put(COPY_KEY, new byte[0]);
  }

  /// The number of the last commit that is there; 0 if there is none.
  long commit() throws RocksDBException {
    byte[] commit = database.db().get(family, COMMIT_KEY);
    return commit == null ? 0 : ByteBuffer.wrap(commit).getLong();
  }

  /// Makes the number of a commit part of it.
  static void number(WriteBatch batch, ColumnFamilyHandle family, long commit)
      throws RocksDBException {
    batch.put(family, COMMIT_KEY, ByteBuffer.allocate(Long.BYTES).putLong(commit).array());
  }

  /// Counts this opening.
  ///
  /// @return the count
  long nextBoot() throws RocksDBException {
    long boot = boot() + 1;
    put(BOOT_KEY, ByteBuffer.allocate(Long.BYTES).putLong(boot).array());
    return boot;
  }

  /// Whether the store was closed in order before. From now on it is not, until [#closeInOrder].
  boolean takeClean() throws RocksDBException {
    boolean clean = database.db().get(family, CLEAN_KEY) != null;
    try (WriteBatch batch = new WriteBatch()) {
      batch.delete(family, CLEAN_KEY);
      database.write(batch, true);
    }
    return clean;
  }

  void closeInOrder() throws RocksDBException {
    put(CLEAN_KEY, new byte[0]);
  }

  /// The partitions by number, with those added that were not known.
  List<Entry> partitions(List<StreamSettings> streams) throws RocksDBException {
    List<@Nullable Entry> known = known();
    List<Entry> all = new ArrayList<>();
    for (int i = 0; i < known.size(); i++) {
      Entry entry = known.get(i);
      if (entry == null) {
        throw new StoreException("the catalog has no partition " + i + " but later ones", null);
      }
      all.add(entry);
    }
    for (StreamSettings stream : streams) {
      Entry entry = new Entry(stream.name(), stream.durability() == Durability.MEMORY);
      if (!all.contains(entry)) {
        put(entry.key(), ByteBuffer.allocate(Integer.BYTES).putInt(all.size()).array());
        all.add(entry);
      }
    }
    return all;
  }

  private List<@Nullable Entry> known() throws RocksDBException {
    List<@Nullable Entry> known = new ArrayList<>();
    try (RocksIterator rows = database.rows(family)) {
      for (rows.seekToFirst(); rows.isValid(); rows.next()) {
        Entry entry = Entry.of(new String(rows.key(), UTF_8));
        if (entry != null) {
          int number = ByteBuffer.wrap(rows.value()).getInt();
          while (known.size() <= number) {
            known.add(null);
          }
          known.set(number, entry);
        }
      }
      rows.status();
    }
    return known;
  }
}
