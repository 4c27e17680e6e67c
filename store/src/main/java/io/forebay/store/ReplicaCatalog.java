package io.forebay.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.forebay.core.log.Replica.Place;
import java.nio.ByteBuffer;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;

/// Which partitions a replica has, in the column family of the [Catalog]:
///
/// ```
/// copy/NUMBER → epoch 4 | partition 4 | head 8 | stream (UTF-8)
/// ```
///
/// The head counts where it is above the offset after the last message. A slice whose partition is
/// not here is what a crash has left of the first write to it.
final class ReplicaCatalog {
  private static final String PREFIX = "copy/";

  /// @param head all below it was written
  record Entry(Place place, long head) {}

  private final Database database;
  private final ColumnFamilyHandle family;

  ReplicaCatalog(Database database) throws RocksDBException {
    this.database = database;
    family = database.family(Catalog.FAMILY);
  }

  private static byte[] key(int number) {
    return (PREFIX + number).getBytes(UTF_8);
  }

  /// Null if nothing was ever written to it.
  @Nullable Entry find(int number) throws RocksDBException {
    byte[] value = database.db().get(family, key(number));
    return value == null ? null : entry(value);
  }

  /// All by their numbers, of which some may be missing.
  SortedMap<Integer, Entry> all() throws RocksDBException {
    SortedMap<Integer, Entry> all = new TreeMap<>();
    try (RocksIterator rows = database.rows(family)) {
      for (rows.seek(PREFIX.getBytes(UTF_8)); rows.isValid(); rows.next()) {
        String key = new String(rows.key(), UTF_8);
        if (!key.startsWith(PREFIX)) {
          break;
        }
        all.put(Integer.parseInt(key.substring(PREFIX.length())), entry(rows.value()));
      }
      rows.status();
    }
    return all;
  }

  private static Entry entry(byte[] value) {
    ByteBuffer from = ByteBuffer.wrap(value);
    int epoch = from.getInt();
    int partition = from.getInt();
    long head = from.getLong();
    return new Entry(new Place(UTF_8.decode(from).toString(), partition, epoch), head);
  }

  void put(WriteBatch batch, int number, Entry entry) throws RocksDBException {
    byte[] stream = entry.place().stream().getBytes(UTF_8);
    ByteBuffer value =
        ByteBuffer.allocate(2 * Integer.BYTES + Long.BYTES + stream.length)
            .putInt(entry.place().epoch())
            .putInt(entry.place().partition())
            .putLong(entry.head())
            .put(stream);
    batch.put(family, key(number), value.array());
  }

  /// Removes a partition and all that is in it. Nobody reads it.
  void drop(int number) throws RocksDBException {
    // First, so that what a crash leaves is not taken for the whole.
    try (WriteBatch batch = new WriteBatch()) {
      batch.delete(family, key(number));
      database.write(batch, false);
    }
    for (String name : database.names()) {
      if (name.startsWith(LogSlice.prefix(number))) {
        database.drop(name);
      }
    }
  }
}
