package io.forebay.store;

import io.forebay.core.log.EngineFailure;
import io.forebay.core.log.Log;
import io.forebay.core.log.Replica;
import io.forebay.core.log.Stored;
import io.forebay.core.log.Table;
import io.forebay.core.message.Message;
import io.forebay.core.message.Position;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A replica on disk: the partitions and tables of the embedded engine, but for their offsets,
/// which come from elsewhere, and for fsync, which nobody waits for. It survives the end of the
/// process; after a loss of power it is what it was some time ago, as a whole.
///
/// A partition begins with the first head or message that is written to it: what lies below was
/// never here, and [Log#start] says so.
public final class LocalReplica implements Replica, Log {
  private static final Logger LOG = LoggerFactory.getLogger(LocalReplica.class);
  private static final int CLOSE_SECONDS = 60;

  private final StoreSettings settings;
  private final Access access = new Access();
  private final ExecutorService keeper;
  private final Readers readers;
  private final ReplicaHome home;
  private final ReplicaWriter writer;
  private boolean closed;

  /// @param keeper does the housekeeping; closed with the replica
  LocalReplica(
      StoreSettings settings,
      Function<String, StreamSettings> settingsOfStream,
      ExecutorService keeper) {
    this.settings = settings;
    this.keeper = keeper;
    readers = new Readers(settings.readerThreads(), access);
    try {
      home = new ReplicaHome(settings, settingsOfStream, access, readers, keeper);
    } catch (RuntimeException e) {
      readers.close();
      keeper.shutdown();
      throw e;
    }
    SpaceGuard space = new SpaceGuard(settings);
    space.look();
    writer = new ReplicaWriter(home, settings.disk(), space, readers::resume);
  }

  /// Opens what is in the directory, or begins there. Has no partitions until they are asked for.
  ///
  /// @param settingsOfStream how long streams are retained, by name; of the rest of the settings
  ///   nothing counts
  /// @throws StoreException if that cannot be, with what to do
  public static LocalReplica open(
      StoreSettings settings, Function<String, StreamSettings> settingsOfStream) {
    return new LocalReplica(
        settings,
        settingsOfStream,
        Executors.newSingleThreadExecutor(
            task -> Thread.ofPlatform().name("forebay-slices").daemon().unstarted(task)));
  }

  // ---------------------------------------------------------------- replica

  @Override
  public Log log() {
    return this;
  }

  @Override
  public Table table(String name) {
    return home.table(name);
  }

  @Override
  public long partition(int number, Place place) {
    return writer.partition(number, place);
  }

  @Override
  public void write(Change change) {
    writer.write(change);
  }

  @Override
  public void tick(long nowMillis) {
    writer.tick(nowMillis);
    readers.resume();
  }

  /// Why messages cannot be written just now; null while they can. Any thread.
  public @Nullable EngineFailure trouble() {
    return writer.trouble();
  }

  /// What was written. Any thread.
  public CommitFigures figures() {
    return writer.figures();
  }

  /// How readers were answered. Any thread.
  public Lookups lookups() {
    return home.lookups();
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    readers.close();
    keeper.shutdown();
    try {
      if (!keeper.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("housekeeping of the local copy does not come to an end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    try {
      home.close(writer.works());
    } catch (RocksDBException e) {
      LOG.error(
          "the local copy in {} was not closed in order, and will be read through at the next"
              + " start",
          settings.directory(),
          e);
    }
    writer.close();
  }

  // ---------------------------------------------------------------- log

  private @Nullable DiskPartition at(int partition) {
    ReplicaHome.Copy copy = home.copy(partition);
    return copy == null ? null : copy.log();
  }

  @Override
  public int partitions() {
    return home.copies().size();
  }

  /// All that is in the log elsewhere is written here.
  @Override
  public boolean captures(Message message) {
    return true;
  }

  @Override
  public long head(int partition) {
    DiskPartition there = at(partition);
    return there == null ? 0 : there.head();
  }

  @Override
  public long start(int partition) {
    DiskPartition there = at(partition);
    return there == null ? 0 : there.start();
  }

  @Override
  public long endangered(int partition) {
    DiskPartition there = at(partition);
    return there == null ? 0 : there.endangered();
  }

  @Override
  public Position position(int partition, long offset) {
    ReplicaHome.Copy copy = home.copy(partition);
    if (copy == null) {
      return new Position("", 0, 0, offset);
    }
    Place place = copy.place();
    return new Position(place.stream(), place.partition(), place.epoch(), offset);
  }

  /// Of those that were made one after the other, the last.
  @Override
  public int partition(String stream, int partition) {
    int found = -1;
    int epoch = Integer.MIN_VALUE;
    for (int number = 0; number < partitions(); number++) {
      Place place = home.copies().get(number).place();
      if (place.partition() == partition
          && place.stream().equals(stream)
          && place.epoch() >= epoch) {
        found = number;
        epoch = place.epoch();
      }
    }
    return found;
  }

  @Override
  public void seek(int partition, long timestampMillis, LongConsumer answer) {
    DiskPartition there = at(partition);
    if (there == null) {
      answer.accept(0);
    } else {
      there.seek(timestampMillis, answer);
    }
  }

  @Override
  public void read(Request request, Consumer<Slice> answer) {
    DiskPartition there = at(request.partition());
    if (there == null) {
      answer.accept(new Slice(List.of(), request.fromOffset(), true, 0));
    } else {
      there.read(request, answer);
    }
  }

  @Override
  public void fetch(int partition, long[] offsets, Consumer<List<Stored>> answer) {
    DiskPartition there = at(partition);
    if (there == null) {
      answer.accept(List.of());
    } else {
      there.fetch(offsets, answer);
    }
  }
}
