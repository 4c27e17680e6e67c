package io.forebay.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.forebay.core.log.Log;
import io.forebay.core.message.Position;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.LiveFileMetaData;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/// A data directory that is only read, with or without a node that writes there: shows what was
/// committed when it was opened. On one thread.
public final class LogFiles implements AutoCloseable {
  private final Path directory;
  private final Database database;
  private final List<FilePartition> partitions = new ArrayList<>();

  /// Where a stream's partition begins and ends. If the end is damaged, `head` is beyond it.
  ///
  /// @param number of the partition in [#read] and [#seek]
  public record StreamPlace(String name, int number, Position start, Position head) {}

  /// A stream's partition on disk.
  ///
  /// @param number of the partition in [#read] and [#seek]
  /// @param bytes what its messages take, as retention counts
  /// @param fileBytes the size of its files; what came lately is in the write-ahead log
  /// @param oldestMillis when its oldest message came, null if there is none
  public record StreamSummary(
      String name,
      int number,
      Position start,
      Position head,
      long messages,
      long bytes,
      long fileBytes,
      int slices,
      @Nullable Long oldestMillis,
      @Nullable Long newestMillis) {}

  /// @param fileBytes the size of its files; what came lately is in the write-ahead log
  public record TableSummary(String name, long rows, long fileBytes) {}

  private interface Reading<T> {
    T from() throws RocksDBException;
  }

  private LogFiles(Path directory, Database database) {
    this.directory = directory;
    this.database = database;
  }

  /// @throws StoreException if there is nothing, or it cannot be read, with what to do
  public static LogFiles open(Path directory) {
    if (!Files.exists(directory)) {
      throw new StoreException(
          "there is no data directory "
              + directory
              + ": name that of a node with --data, or its configuration with --config",
          null);
    }
    if (!Files.exists(directory.resolve("CURRENT")) && !holdsData(directory)) {
      throw new StoreException(
          directory + " is no data directory of Forebay: no node has written there", null);
    }
    Database database = Database.openReadOnly(StoreSettings.of(directory, 0));
    LogFiles files = new LogFiles(directory, database);
    try {
      files.find();
      return files;
    } catch (RocksDBException e) {
      files.close();
      throw OpeningTrouble.explain(directory, e);
    } catch (RuntimeException e) {
      files.close();
      throw e;
    }
  }

  private static boolean holdsData(Path directory) {
    String[] names = directory.toFile().list((d, name) -> name.endsWith(".sst"));
    return names != null && names.length > 0;
  }

  private void find() throws RocksDBException {
    if (database.find(Catalog.FAMILY) == null) {
      // The node was killed before it wrote anything.
      return;
    }
    List<Catalog.Entry> entries = new Catalog(database).partitions(List.of());
    for (int number = 0; number < entries.size(); number++) {
      if (!entries.get(number).memory()) {
        partitions.add(new FilePartition(database, number, entries.get(number).stream()));
      }
    }
    for (Map.Entry<Integer, ReplicaCatalog.Entry> copy :
        new ReplicaCatalog(database).all().entrySet()) {
      partitions.add(new FilePartition(database, copy.getKey(), copy.getValue()));
    }
  }

  private <T> T reading(Reading<T> reading) {
    try {
      return reading.from();
    } catch (RocksDBException e) {
      throw OpeningTrouble.explain(directory, e);
    } catch (IllegalArgumentException e) {
      throw new StoreException(
          "data in "
              + directory
              + " is damaged ("
              + e.getMessage()
              + "): nothing was changed; look at it with `forebay log verify`",
          e);
    }
  }

  Database database() {
    return database;
  }

  List<FilePartition> partitions() {
    return partitions;
  }

  /// Streams that have a place on disk, in the order of their numbers.
  public List<StreamPlace> places() {
    return partitions.stream()
        .map(
            each ->
                new StreamPlace(
                    each.stream(),
                    each.number(),
                    each.position(each.start()),
                    each.position(each.head())))
        .toList();
  }

  /// The same with what they hold.
  ///
  /// @throws StoreException if what there is to read for that is damaged
  public List<StreamSummary> streams() {
    Map<String, Long> sizes = fileSizes();
    return reading(
        () -> {
          List<StreamSummary> summaries = new ArrayList<>();
          for (FilePartition each : partitions) {
            summaries.add(summary(each, sizes));
          }
          return summaries;
        });
  }

  private static StreamSummary summary(FilePartition partition, Map<String, Long> sizes)
      throws RocksDBException {
    partition.requireEnd();
    long fileBytes = 0;
    for (LogSlice slice : partition.slices()) {
      fileBytes += sizes.getOrDefault(slice.name(), 0L);
    }
    return new StreamSummary(
        partition.stream(),
        partition.number(),
        partition.position(partition.start()),
        partition.position(partition.head()),
        partition.messages(),
        partition.bytes(),
        fileBytes,
        partition.slices().size(),
        partition.oldestMillis(),
        partition.newestMillis());
  }

  /// By name. Counts rows, which takes as long as reading them.
  public List<TableSummary> tables() {
    Map<String, Long> sizes = fileSizes();
    return reading(
        () -> {
          List<TableSummary> summaries = new ArrayList<>();
          for (String name : tableNames()) {
            summaries.add(new TableSummary(name, rows(name), sizes.getOrDefault(name, 0L)));
          }
          return summaries;
        });
  }

  List<String> tableNames() {
    return database.names().stream()
        .filter(name -> !LogSlice.isName(name))
        .filter(name -> !name.equals(Catalog.FAMILY) && !name.equals("default"))
        .toList();
  }

  private long rows(String table) throws RocksDBException {
    ColumnFamilyHandle family = database.find(table);
    long count = 0;
    if (family != null) {
      try (RocksIterator rows = database.rows(family)) {
        for (rows.seekToFirst(); rows.isValid(); rows.next()) {
          count++;
        }
        rows.status();
      }
    }
    return count;
  }

  private Map<String, Long> fileSizes() {
    Map<String, Long> sizes = new HashMap<>();
    for (LiveFileMetaData file : database.db().getLiveFilesMetaData()) {
      sizes.merge(new String(file.columnFamilyName(), UTF_8), file.size(), Long::sum);
    }
    return sizes;
  }

  private FilePartition at(int number) {
    for (FilePartition each : partitions) {
      if (each.number() == number) {
        return each;
      }
    }
    throw new IllegalArgumentException("no stream on disk has the number " + number);
  }

  /// Reads some messages, as [Log#read] does.
  ///
  /// @throws StoreException if they are damaged
  public Log.Slice read(Log.Request request) {
    return reading(() -> at(request.partition()).read(request));
  }

  /// Where a time is, as [Log#seek] says.
  ///
  /// @throws StoreException if what there is to read on the way is damaged
  public long seek(int number, long timestampMillis) {
    return reading(() -> at(number).seek(timestampMillis));
  }

  @Override
  public void close() {
    partitions.forEach(FilePartition::close);
    database.close();
  }
}
