package io.forebay.store;

import io.forebay.core.log.Batch;
import io.forebay.core.log.CommitListener;
import io.forebay.core.log.Engine;
import io.forebay.core.log.EngineFailure;
import io.forebay.core.log.Log;
import io.forebay.core.log.Stored;
import io.forebay.core.log.Table;
import io.forebay.core.message.Message;
import io.forebay.core.message.Position;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The embedded engine on disk: streams, tables and what belongs to them in one RocksDB, so that a
/// message and all that changes with it are kept together or not at all.
///
/// One thread writes ([CommitLoop]); a few read ([Readers]); one makes and drops files ([Keeper]).
/// What callers' threads do here takes no lock and does not touch the disk.
public final class EmbeddedEngine implements Engine, Log {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedEngine.class);

  /// Nobody else ever wrote here.
  static final int EPOCH = 1;

  private static final int CLOSE_SECONDS = 60;

  private final StoreSettings settings;
  private final Streams streams;
  private final Access access = new Access();
  private final ExecutorService keeper;
  private final Readers readers;
  private final Home home;
  private final Committer committer;
  private final CommitLoop loop;
  private boolean closed;

  /// @param keeper does the housekeeping; closed with the engine
  EmbeddedEngine(StoreSettings settings, List<StreamSettings> configured, ExecutorService keeper) {
    this.settings = settings;
    this.keeper = keeper;
    streams = new Streams(configured);
    readers = new Readers(settings.readerThreads(), access);
    try {
      home = new Home(settings, streams, access, readers, keeper);
    } catch (RuntimeException e) {
      readers.close();
      keeper.shutdown();
      throw e;
    }
    boolean rowsAreSynced =
        configured.stream().anyMatch(stream -> stream.durability() == Durability.DISK);
    SpaceGuard space = new SpaceGuard(settings);
    space.look();
    committer = new Committer(home, settings.disk(), space, rowsAreSynced, readers::resume);
    loop = new CommitLoop(committer);
  }

  /// Opens what is in the directory, or begins there.
  ///
  /// @param streams one of them named [StreamSettings#DEFAULT]
  /// @throws StoreException if that cannot be, with what to do
  public static EmbeddedEngine open(StoreSettings settings, List<StreamSettings> streams) {
    return new EmbeddedEngine(
        settings,
        streams,
        Executors.newSingleThreadExecutor(
            task -> Thread.ofPlatform().name("forebay-slices").daemon().unstarted(task)));
  }

  // ---------------------------------------------------------------- engine

  @Override
  public void start(CommitListener listener) {
    committer.tell(listener);
    loop.start();
  }

  @Override
  public void submit(Batch batch) {
    loop.submit(batch);
  }

  @Override
  public Log log() {
    return this;
  }

  @Override
  public Table table(String name) {
    return home.table(name);
  }

  @Override
  public @Nullable EngineFailure trouble() {
    return committer.trouble();
  }

  /// What the writer has done. Any thread.
  public CommitFigures figures() {
    return committer.figures();
  }

  /// How readers were answered. Any thread.
  public Lookups lookups() {
    return home.lookups();
  }

  @Override
  public void tick(long nowMillis) {
    loop.tick(nowMillis);
    readers.resume();
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    loop.close();
    readers.close();
    keeper.shutdown();
    try {
      if (!keeper.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("housekeeping of the log does not come to an end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    try {
      home.close(committer.inOrder());
    } catch (RocksDBException e) {
      LOG.error(
          "the log in {} was not closed in order, and will be read through at the next start",
          settings.directory(),
          e);
    }
    committer.close();
  }

  // ---------------------------------------------------------------- log

  private Partition at(int partition) {
    return home.partitions().get(partition);
  }

  @Override
  public int partitions() {
    return home.partitions().size();
  }

  @Override
  public boolean captures(Message message) {
    return streams.captures(message);
  }

  @Override
  public long head(int partition) {
    return at(partition).head();
  }

  @Override
  public long start(int partition) {
    return at(partition).start();
  }

  @Override
  public long endangered(int partition) {
    return at(partition).endangered();
  }

  @Override
  public Position position(int partition, long offset) {
    return new Position(at(partition).stream(), 0, EPOCH, offset);
  }

  @Override
  public int partition(String stream, int partition) {
    return partition == 0 ? home.partitionNamed(stream) : -1;
  }

  @Override
  public void seek(int partition, long timestampMillis, LongConsumer answer) {
    at(partition).seek(timestampMillis, answer);
  }

  @Override
  public void read(Request request, Consumer<Slice> answer) {
    at(request.partition()).read(request, answer);
  }

  @Override
  public void fetch(int partition, long[] offsets, Consumer<List<Stored>> answer) {
    at(partition).fetch(offsets, answer);
  }
}
