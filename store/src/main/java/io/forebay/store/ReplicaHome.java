package io.forebay.store;

import io.forebay.core.log.Replica.Place;
import io.forebay.core.log.Tables;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/// What a replica has on disk: partitions and tables, from opening to close. Changed by the thread
/// that opens, writes and closes; partitions and tables may be asked for on any.
final class ReplicaHome {
  private static final List<String> KNOWN_TABLES =
      List.of(Tables.RETAINED, Tables.SESSIONS, Tables.PROGRESS, Tables.TIMERS, Tables.QUEUES);

  private final StoreSettings settings;
  private final Function<String, StreamSettings> settingsOfStream;
  private final Access access;
  private final Readers readers;
  private final Keeper keeper;
  private final BlockCache cache;
  private final Lookups lookups = new Lookups();
  private final Map<String, RocksTable> tables = new ConcurrentHashMap<>();

  /// By number.
  private final List<Copy> copies = new CopyOnWriteArrayList<>();

  private @Nullable Database database;

  /// A partition of this replica. Not open until something was written to it.
  record Copy(Place place, DiskPartition log) {}

  /// @throws StoreException with what to do
  ReplicaHome(
      StoreSettings settings,
      Function<String, StreamSettings> settingsOfStream,
      Access access,
      Readers readers,
      Executor keeperThread) {
    this.settings = settings;
    this.settingsOfStream = settingsOfStream;
    this.access = access;
    this.readers = readers;
    keeper = new Keeper(keeperThread, access);
    cache = new BlockCache(settings.decodedBytes());
    open();
  }

  /// Closes what does not work any more and opens it again.
  ///
  /// @throws StoreException if it still does not work
  void reopen() {
    letGo();
    open();
  }

  private void open() {
    Database opened = Database.open(settings);
    try {
      claim(new Catalog(opened));
      for (int number = 0; number < copies.size(); number++) {
        find(opened, number, copies.get(number));
      }
      for (String name : opened.names()) {
        if (!LogSlice.isName(name) && !name.equals(Catalog.FAMILY) && !name.equals("default")) {
          table(name).open(opened);
        }
      }
      for (String name : KNOWN_TABLES) {
        opened.family(name);
      }
      database = opened;
      access.open(opened);
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

  /// What an engine of its own has kept is no cache.
  private void claim(Catalog catalog) throws RocksDBException {
    if (catalog.isCopy()) {
      return;
    }
    if (catalog.boot() > 0) {
      throw new StoreException(
          "the data directory "
              + settings.directory()
              + " holds streams that a node has kept by itself: use another one for copies",
          null);
    }
    catalog.becomeCopy();
  }

  /// Finds what is there of a partition, and removes it if it is another one's.
  private static void find(Database opened, int number, Copy copy) throws RocksDBException {
    ReplicaCatalog catalog = new ReplicaCatalog(opened);
    ReplicaCatalog.Entry entry = catalog.find(number);
    if (entry != null && entry.place().equals(copy.place())) {
      copy.log().open(opened, entry.head());
    } else {
      copy.log().forget();
      catalog.drop(number);
    }
  }

  /// Makes a partition, or finds it as it was left.
  ///
  /// @return where it goes on, -1 if nothing was ever written to it
  long partition(int number, Place place) throws RocksDBException {
    Copy copy = copy(number);
    if (copy == null) {
      if (number != copies.size()) {
        throw new IllegalArgumentException(
            "partition " + number + " is made where " + copies.size() + " is next");
      }
      copy = make(number, place);
    } else if (!copy.place().equals(place)) {
      throw new IllegalArgumentException(
          "partition " + number + " is " + copy.place() + " and cannot be " + place);
    }
    return copy.log().isOpen() ? copy.log().head() : -1;
  }

  private Copy make(int number, Place place) throws RocksDBException {
    StreamSettings stream = settingsOfStream.apply(place.stream());
    Copy made =
        new Copy(
            place, new DiskPartition(number, stream, settings, keeper, readers, cache, lookups));
    try {
      find(database(), number, made);
    } catch (RocksDBException | RuntimeException e) {
      made.log().detach();
      throw e;
    }
    copies.add(made);
    return made;
  }

  /// The partition, ready to take messages. Writer.
  ///
  /// @param offset where it begins if nothing was written to it before
  /// @param batch makes that part of the write
  DiskPartition begun(int number, long offset, WriteBatch batch) throws RocksDBException {
    Copy copy = copy(number);
    if (copy == null) {
      throw new IllegalArgumentException("there is no partition " + number);
    }
    if (!copy.log().isOpen()) {
      copy.log().open(database(), offset);
      head(number, offset, batch);
    }
    return copy.log();
  }

  /// Makes it part of a write how far a partition is. Writer.
  void head(int number, long head, WriteBatch batch) throws RocksDBException {
    new ReplicaCatalog(database())
        .put(batch, number, new ReplicaCatalog.Entry(copies.get(number).place(), head));
  }

  /// Null if there is none.
  @Nullable Copy copy(int number) {
    return number >= 0 && number < copies.size() ? copies.get(number) : null;
  }

  /// By number.
  List<Copy> copies() {
    return copies;
  }

  RocksTable table(String name) {
    return tables.computeIfAbsent(name, each -> new RocksTable(each, readers));
  }

  Iterable<RocksTable> tables() {
    return tables.values();
  }

  Lookups lookups() {
    return lookups;
  }

  /// The writer's.
  Database database() {
    Database opened = database;
    if (opened == null) {
      throw new IllegalStateException("the copy is not open");
    }
    return opened;
  }

  private void detach() {
    copies.forEach(copy -> copy.log().detach());
  }

  private void letGo() {
    database = null;
    access.close(this::detach);
  }

  /// Writes what is in memory to files, and closes.
  ///
  /// @param works whether the last write did
  void close(boolean works) throws RocksDBException {
    Database opened = database;
    try {
      if (opened != null && works) {
        opened.flush();
      }
    } finally {
      letGo();
    }
  }
}
