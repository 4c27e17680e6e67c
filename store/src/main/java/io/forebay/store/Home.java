package io.forebay.store;

import io.forebay.core.log.Tables;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/// What is on disk: partitions and tables, from opening to close. Opened, opened again and closed
/// by one thread at a time; partitions and tables may be asked for on any.
final class Home {
  /// Offsets that a stream in memory may use before the next start: a cursor of an earlier life
  /// never points at a message of a later one.
  private static final int OFFSETS_PER_BOOT_BITS = 40;

  private static final List<String> KNOWN_TABLES =
      List.of(Tables.RETAINED, Tables.SESSIONS, Tables.TIMERS);

  private final StoreSettings settings;
  private final Streams streams;
  private final Access access;
  private final Readers readers;
  private final Map<String, RocksTable> tables = new ConcurrentHashMap<>();
  private final List<Partition> partitions = new ArrayList<>();
  private final Lookups lookups = new Lookups();

  /// By the stream's place in the configuration.
  private final Partition[] byStream;

  private @Nullable Database database;
  private long boot;
  private long lastCommit;

  /// @throws StoreException with what to do
  Home(
      StoreSettings settings,
      Streams streams,
      Access access,
      Readers readers,
      Executor keeperThread) {
    this.settings = settings;
    this.streams = streams;
    this.access = access;
    this.readers = readers;
    byStream = new Partition[streams.all().size()];
    Database opened = Database.open(settings);
    try {
      Catalog catalog = new Catalog(opened);
      if (catalog.isCopy()) {
        throw new StoreException(
            "the data directory "
                + settings.directory()
                + " holds copies of streams that are kept elsewhere: use another one, or an engine"
                + " that copies",
            null);
      }
      boot = catalog.nextBoot();
      makePartitions(catalog.partitions(streams.all()), new Keeper(keeperThread, access));
      settle(opened, catalog.takeClean());
    } catch (RocksDBException e) {
      detach();
      opened.close();
      throw OpeningTrouble.explain(settings.directory(), e);
    } catch (RuntimeException e) {
      detach();
      opened.close();
      throw e;
    }
  }

  private void makePartitions(List<Catalog.Entry> entries, Keeper keeper) {
    BlockCache cache = new BlockCache(settings.decodedBytes());
    for (Catalog.Entry entry : entries) {
      int number = partitions.size();
      StreamSettings stream = settingsOf(entry);
      partitions.add(
          entry.memory()
              ? new MemoryStream(number, stream, boot << OFFSETS_PER_BOOT_BITS, readers)
              : new DiskPartition(number, stream, settings, keeper, readers, cache, lookups));
      for (int i = 0; i < byStream.length; i++) {
        if (stream.equals(streams.all().get(i))) {
          byStream[i] = partitions.getLast();
        }
      }
    }
  }

  /// Of a stream that is no longer configured, what is left goes as `default` says.
  private StreamSettings settingsOf(Catalog.Entry entry) {
    for (StreamSettings stream : streams.all()) {
      if (stream.name().equals(entry.stream())
          && entry.memory() == (stream.durability() == Durability.MEMORY)) {
        return stream;
      }
    }
    StreamSettings fallback = streams.fallback();
    return new StreamSettings(
        entry.stream(),
        List.of(),
        StreamSettings.Capture.NONE,
        entry.memory() ? Durability.MEMORY : Durability.DISK,
        fallback.retainMillis(),
        fallback.retainBytes());
  }

  private void settle(Database opened, boolean clean) throws RocksDBException {
    for (Partition partition : partitions) {
      partition.reopen(opened, clean);
    }
    for (String name : opened.names()) {
      if (!LogSlice.isName(name) && !name.equals(Catalog.FAMILY) && !name.equals("default")) {
        table(name).open(opened);
      }
    }
    for (String name : KNOWN_TABLES) {
      opened.family(name);
    }
    lastCommit = new Catalog(opened).commit();
    database = opened;
    access.open(opened);
  }

  /// The number of the last commit that was there when the database was opened.
  long lastCommit() {
    return lastCommit;
  }

  /// Closes what does not work any more and opens it again.
  ///
  /// @throws StoreException if it still does not work
  void reopen() {
    database = null;
    access.close(this::detach);
    Database opened = Database.open(settings);
    try {
      Catalog catalog = new Catalog(opened);
      if (catalog.boot() != boot) {
        throw new StoreException(
            "the data directory "
                + settings.directory()
                + " is not what it was when this node started: put it back, or start the node"
                + " again",
            null);
      }
      settle(opened, true);
    } catch (RocksDBException e) {
      detach();
      opened.close();
      throw OpeningTrouble.explain(settings.directory(), e);
    } catch (RuntimeException e) {
      detach();
      opened.close();
      throw e;
    }
  }

  /// The number of the last commit that is on disk, while the database is not open. Reads without
  /// writing, so a disk without room is no hindrance.
  ///
  /// @throws StoreException if it cannot be read
  long commitOnDisk() {
    try (Database found = Database.openReadOnly(settings)) {
      return new Catalog(found).commit();
    } catch (RocksDBException e) {
      throw OpeningTrouble.explain(settings.directory(), e);
    }
  }

  private void detach() {
    partitions.forEach(Partition::detach);
  }

  /// The writer's.
  Database database() {
    Database opened = database;
    if (opened == null) {
      throw new IllegalStateException("the log is not open");
    }
    return opened;
  }

  List<Partition> partitions() {
    return partitions;
  }

  Lookups lookups() {
    return lookups;
  }

  /// Where a message on this topic goes.
  Partition partitionOf(String topic) {
    return byStream[streams.of(topic)];
  }

  /// The number of the stream's partition, of configured streams first; -1 if there is none.
  int partitionNamed(String stream) {
    for (Partition configured : byStream) {
      if (configured.stream().equals(stream)) {
        return partitions.indexOf(configured);
      }
    }
    for (int i = 0; i < partitions.size(); i++) {
      if (partitions.get(i).stream().equals(stream)) {
        return i;
      }
    }
    return -1;
  }

  RocksTable table(String name) {
    return tables.computeIfAbsent(name, each -> new RocksTable(each, readers));
  }

  Iterable<RocksTable> tables() {
    return tables.values();
  }

  /// Writes what is in memory to files, and closes.
  ///
  /// @param inOrder all that was told is written
  void close(boolean inOrder) throws RocksDBException {
    Database opened = database;
    try {
      if (opened != null && inOrder) {
        new Catalog(opened).closeInOrder();
        opened.flush();
      }
    } finally {
      database = null;
      access.close(this::detach);
    }
  }
}
