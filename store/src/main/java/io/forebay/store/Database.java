package io.forebay.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;

/// RocksDB with its column families by name, from one opening to the next close.
///
/// To use it after the close ends the process, so nobody holds one but through [Access].
final class Database implements AutoCloseable {
  private static final int READ_ONLY_ATTEMPTS = 5;

  private final DatabaseOptions options;
  private final RocksDB db;
  private final Map<String, ColumnFamilyHandle> families = new ConcurrentSkipListMap<>();

  private Database(DatabaseOptions options, RocksDB db, List<ColumnFamilyHandle> handles)
      throws RocksDBException {
    this.options = options;
    this.db = db;
    for (ColumnFamilyHandle handle : handles) {
      families.put(new String(handle.getName(), UTF_8), handle);
    }
  }

  /// @throws StoreException with what to do
  static Database open(StoreSettings settings) {
    Path directory = settings.directory();
    prepare(directory);
    DatabaseOptions options = new DatabaseOptions(settings);
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    try {
      RocksDB db =
          RocksDB.open(options.database, directory.toString(), there(options, directory), handles);
      return new Database(options, db, handles);
    } catch (RocksDBException e) {
      options.close();
      throw OpeningTrouble.explain(directory, e);
    } catch (RuntimeException e) {
      options.close();
      throw e;
    }
  }

  /// Opens what is there without changing it, also beside a node that writes: shows what was
  /// written when it was opened, to the end.
  ///
  /// @throws StoreException with what to do
  static Database openReadOnly(StoreSettings settings) {
    Path directory = settings.directory();
    for (int attempt = 1; ; attempt++) {
      DatabaseOptions options = new DatabaseOptions(settings);
      // Files that the node removes meanwhile are read on through what is open.
      options.database.setMaxOpenFiles(-1);
      List<ColumnFamilyHandle> handles = new ArrayList<>();
      try {
        List<ColumnFamilyDescriptor> families = there(options, directory);
        RocksDB db =
            RocksDB.openReadOnly(options.database, directory.toString(), families, handles);
        return new Database(options, db, handles);
      } catch (RocksDBException e) {
        options.close();
        // Files may come and go between two looks at the directory.
        if (attempt == READ_ONLY_ATTEMPTS) {
          throw OpeningTrouble.explain(directory, e);
        }
      } catch (RuntimeException e) {
        options.close();
        throw e;
      }
    }
  }

  private static void prepare(Path directory) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new StoreException(
          "cannot make the data directory "
              + directory
              + " ("
              + e
              + "): make it, or let this user write to the directory above it",
          e);
    }
    if (!Files.isWritable(directory)) {
      throw new StoreException(
          "cannot write to the data directory "
              + directory
              + ": let this user write to it, or set another",
          null);
    }
  }

  private static List<ColumnFamilyDescriptor> there(DatabaseOptions options, Path directory)
      throws RocksDBException {
    List<ColumnFamilyDescriptor> found = new ArrayList<>();
    if (Files.exists(directory.resolve("CURRENT"))) {
      try (Options plain = new Options()) {
        for (byte[] name : RocksDB.listColumnFamilies(plain, directory.toString())) {
          found.add(new ColumnFamilyDescriptor(name, optionsFor(options, new String(name, UTF_8))));
        }
      }
    } else {
      mustBeNew(directory);
    }
    if (found.isEmpty()) {
      // New, or damaged: then the opening says how.
      found.add(new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, options.tables));
    }
    return found;
  }

  /// RocksDB would begin anew there, and remove what it does not know.
  private static void mustBeNew(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      if (files.anyMatch(Database::isData)) {
        throw new StoreException(
            "the file CURRENT is missing in the data directory "
                + directory
                + ", where there is data: put it back from a backup, or use an empty directory",
            null);
      }
    } catch (IOException e) {
      throw new StoreException(
          "cannot list the data directory " + directory + ": let this user read it", e);
    }
  }

  /// Both come after CURRENT; what a kill leaves of the very first start is not data.
  private static boolean isData(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.endsWith(".sst") || name.endsWith(".log");
  }

  private static ColumnFamilyOptions optionsFor(DatabaseOptions options, String name) {
    return LogSlice.isName(name) ? options.slices : options.tables;
  }

  RocksDB db() {
    return db;
  }

  DatabaseOptions options() {
    return options;
  }

  /// Names of all column families, in order.
  List<String> names() {
    return List.copyOf(families.keySet());
  }

  /// Null if there is no column family of this name.
  @Nullable ColumnFamilyHandle find(String name) {
    return families.get(name);
  }

  /// The column family of this name, made if it is not there.
  ColumnFamilyHandle family(String name) throws RocksDBException {
    ColumnFamilyHandle found = families.get(name);
    return found != null ? found : create(name);
  }

  private synchronized ColumnFamilyHandle create(String name) throws RocksDBException {
    ColumnFamilyHandle found = families.get(name);
    if (found == null) {
      found =
          db.createColumnFamily(
              new ColumnFamilyDescriptor(name.getBytes(UTF_8), optionsFor(options, name)));
      families.put(name, found);
    }
    return found;
  }

  /// Removes a column family that nobody reads.
  void drop(String name) throws RocksDBException {
    ColumnFamilyHandle handle = families.remove(name);
    if (handle != null) {
      try (handle) {
        // What follows the dropped data may be in the log only, not synced.
        db.syncWal();
        db.dropColumnFamily(handle);
      }
    }
  }

  void write(WriteBatch batch, boolean sync) throws RocksDBException {
    db.write(sync ? options.synced : options.unsynced, batch);
  }

  /// The blocks of a slice.
  RocksIterator blocks(ColumnFamilyHandle slice) {
    return db.newIterator(slice, options.blocks);
  }

  RocksIterator rows(ColumnFamilyHandle table) {
    return db.newIterator(table, options.rows);
  }

  /// Writes what is in memory to files, so that the next opening has no log to read.
  void flush() throws RocksDBException {
    try (FlushOptions wait = new FlushOptions().setWaitForFlush(true)) {
      db.flush(wait, new ArrayList<>(families.values()));
    }
  }

  /// Begins to write a slice's memory to a file.
  void flush(LogSlice slice) throws RocksDBException {
    ColumnFamilyHandle family = families.get(slice.name());
    if (family != null) {
      try (FlushOptions begin =
          new FlushOptions().setWaitForFlush(false).setAllowWriteStall(true)) {
        db.flush(begin, family);
      }
    }
  }

  @Override
  public void close() {
    families.values().forEach(ColumnFamilyHandle::close);
    families.clear();
    db.close();
    options.close();
  }
}
