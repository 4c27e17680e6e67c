package io.forebay.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.DBOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/// A RocksDB with one slice, which can be closed and opened again.
final class TestSlice implements AutoCloseable {
  private final Path directory;
  private final DBOptions options =
      new DBOptions().setCreateIfMissing(true).setCreateMissingColumnFamilies(true);
  private final List<ColumnFamilyHandle> families = new ArrayList<>();
  private RocksDB db;

  TestSlice(Path directory) throws RocksDBException {
    RocksDB.loadLibrary();
    this.directory = directory;
    db = open();
  }

  private RocksDB open() throws RocksDBException {
    return RocksDB.open(
        options,
        directory.toString(),
        List.of(
            new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY),
            new ColumnFamilyDescriptor("slice".getBytes(UTF_8))),
        families);
  }

  void reopen() throws RocksDBException {
    closeDatabase();
    db = open();
  }

  RocksDB db() {
    return db;
  }

  ColumnFamilyHandle family() {
    return families.get(1);
  }

  private void closeDatabase() {
    families.forEach(ColumnFamilyHandle::close);
    families.clear();
    db.close();
  }

  @Override
  public void close() {
    closeDatabase();
    options.close();
  }
}
