package io.forebay.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rocksdb.LiveFileMetaData;
import org.rocksdb.Options;
import org.rocksdb.RocksDBException;
import org.rocksdb.SstFileReader;

/// Reads all of a data directory and tells what is damaged. Changes nothing; may run beside a node.
/// On one thread.
public final class LogCheck {
  private final Path directory;
  private final RowReader rowReader;
  private final Progress progress;
  private final Consumer<Damage> found;

  /// @param where the file, the slice or the table
  /// @param what is wrong with it
  public record Damage(String where, String what) {}

  /// Knows what is in the rows of tables.
  public interface RowReader {
    /// @throws IllegalArgumentException if that is no row of this table
    void read(String table, byte[] key, byte[] value);
  }

  /// Told how far it is.
  public interface Progress {
    /// @param what is being read
    /// @param done of `all`, in bytes or messages
    void at(String what, long done, long all);
  }

  private LogCheck(Path directory, RowReader rowReader, Progress progress, Consumer<Damage> found) {
    this.directory = directory;
    this.rowReader = rowReader;
    this.progress = progress;
    this.found = found;
  }

  /// @param found is told what is damaged, each place once
  /// @throws StoreException if there is no data directory
  public static void run(
      Path directory, RowReader rowReader, Progress progress, Consumer<Damage> found) {
    new LogCheck(directory, rowReader, progress, found).run();
  }

  private void run() {
    LogFiles files;
    try {
      files = LogFiles.open(directory);
    } catch (StoreException e) {
      if (!(e.getCause() instanceof RocksDBException)) {
        throw e;
      }
      found.accept(new Damage("the directory cannot be opened", words(e.getCause())));
      checkFiles(Map.of());
      return;
    }
    try (files) {
      checkFiles(owners(files));
      SliceCheck slices = new SliceCheck(files.database(), progress, found);
      for (FilePartition partition : files.partitions()) {
        slices.check(partition);
      }
      new TableCheck(files.database(), rowReader, progress, found).check(files.tableNames());
    }
  }

  /// RocksDB's words, which name the file and the place in it.
  static String words(Throwable trouble) {
    return trouble.getMessage() == null ? trouble.toString() : trouble.getMessage();
  }

  /// What each file belongs to.
  private static Map<String, String> owners(LogFiles files) {
    Map<String, String> streams = new HashMap<>();
    for (FilePartition partition : files.partitions()) {
      for (LogSlice slice : partition.slices()) {
        streams.put(slice.name(), "slice " + slice.number() + " of stream " + partition.stream());
      }
    }
    Map<String, String> owners = new HashMap<>();
    for (LiveFileMetaData file : files.database().db().getLiveFilesMetaData()) {
      String family = new String(file.columnFamilyName(), UTF_8);
      String name = String.valueOf(Path.of(file.fileName()).getFileName());
      owners.put(name, streams.getOrDefault(family, "table " + family));
    }
    return owners;
  }

  /// The checksum of every block of every file.
  private void checkFiles(Map<String, String> owners) {
    List<Path> files = dataFiles();
    long all = files.stream().mapToLong(file -> file.toFile().length()).sum();
    long done = 0;
    try (Options options = new Options()) {
      for (Path file : files) {
        progress.at("files, bytes", done, all);
        done += file.toFile().length();
        String name = String.valueOf(file.getFileName());
        String what = checksum(options, file);
        if (what != null) {
          String owner = owners.get(name);
          found.accept(new Damage(owner == null ? name : name + " (" + owner + ")", what));
        }
      }
    }
  }

  private List<Path> dataFiles() {
    try (Stream<Path> all = Files.list(directory)) {
      return all.filter(file -> file.toString().endsWith(".sst")).sorted().toList();
    } catch (IOException e) {
      throw new StoreException(
          "cannot list the data directory " + directory + ": let this user read it", e);
    }
  }

  private static @Nullable String checksum(Options options, Path file) {
    try (SstFileReader reader = new SstFileReader(options)) {
      reader.open(file.toString());
      reader.verifyChecksum();
      return null;
    } catch (RocksDBException e) {
      // A node that runs beside removes what it no longer needs.
      return Files.exists(file) ? words(e) : null;
    }
  }
}
