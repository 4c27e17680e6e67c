package io.forebay.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.forebay.core.log.Batch;
import io.forebay.core.log.CommitListener;
import io.forebay.core.log.EngineFailure;
import io.forebay.core.log.MessageFormat;
import io.forebay.core.log.Stored;
import io.forebay.core.log.Tables;
import io.forebay.core.message.Message;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One commit after the other: stages what was gathered, writes it at once, lets readers at it, and
/// tells. On the writer's thread.
final class Committer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Committer.class);

  private static final EngineFailure UNKNOWN =
      new EngineFailure(EngineFailure.Kind.BROKEN, "the commit failed");

  private final Home home;
  private final Disk disk;
  private final SpaceGuard space;
  private final Runnable reopened;
  private final boolean rowsAreSynced;
  private final CommitFigures figures = new CommitFigures();
  private final WriteBatch write = new WriteBatch();
  private final List<Stored> staged = new ArrayList<>();
  private volatile @Nullable CommitListener listener;

  /// Set from a failed write until the database works again.
  private volatile @Nullable EngineFailure broken;

  private boolean sync;
  private boolean refused;

  /// The number of the last commit that was tried.
  private long commit;

  /// Whether the commit under way was given to the disk.
  private boolean tried;

  /// What a failed write left open: it is there or not, which is seen when the database is opened
  /// again. To tell before would be to guess; who is told that a message is not kept may give its
  /// packet id to another.
  private @Nullable Doubt doubt;

  /// @param looked whether it was seen on disk; it counts when the database works again
  private record Doubt(
      long commit, List<Batch> batches, List<Stored> staged, boolean refused, boolean looked) {
    Doubt there() {
      return new Doubt(commit, batches, staged, refused, true);
    }
  }

  /// @param rowsAreSynced whether rows wait for the disk
  /// @param reopened runs when the database works again
  Committer(Home home, Disk disk, SpaceGuard space, boolean rowsAreSynced, Runnable reopened) {
    this.home = home;
    this.disk = disk;
    this.space = space;
    this.rowsAreSynced = rowsAreSynced;
    this.reopened = reopened;
    this.commit = home.lastCommit();
  }

  /// Before the first commit.
  void tell(CommitListener commitListener) {
    listener = commitListener;
  }

  CommitFigures figures() {
    return figures;
  }

  /// Why messages are refused; null while they are taken. Any thread.
  @Nullable EngineFailure trouble() {
    EngineFailure why = broken;
    return why != null ? why : space.refusal();
  }

  // ---------------------------------------------------------------- committing

  void commit(List<Batch> batches) {
    EngineFailure why = broken;
    if (why == null) {
      why = keep(batches);
    }
    if (why == null) {
      tellAll(batches);
    } else if (tried) {
      doubt = new Doubt(commit, List.copyOf(batches), List.copyOf(staged), refused, false);
    } else {
      settle(batches, why);
    }
    tried = false;
    staged.clear();
  }

  /// @return null if all is written and can be read
  private @Nullable EngineFailure keep(List<Batch> batches) {
    try {
      sync = false;
      EngineFailure full = space.refusal();
      refused = full != null;
      for (Batch batch : batches) {
        stage(batch, full);
      }
      for (Partition partition : home.partitions()) {
        partition.finish(write);
      }
      write();
      publish();
      return null;
    } catch (RocksDBException | RuntimeException | OutOfMemoryError e) {
      return broke(e);
    }
  }

  private void stage(Batch batch, @Nullable EngineFailure full) throws RocksDBException {
    if (full != null) {
      batch.refuseAppends(full);
    } else {
      for (Batch.Append append : batch.appends()) {
        stage(append);
      }
    }
    for (Batch.Row row : batch.rows()) {
      stage(row);
      sync |= rowsAreSynced;
    }
  }

  private void stage(Batch.Append append) throws RocksDBException {
    Message message = append.message();
    Partition partition = home.partitionOf(message.topic());
    Stored stored = new Stored(message, -1, -1);
    if (append.stored()) {
      stored = partition.stage(message, write);
      staged.add(stored);
    }
    if (message.retain()) {
      byte[] value = message.payload().length == 0 ? null : MessageFormat.encode(stored);
      stage(new Batch.Row(Tables.RETAINED, message.topic().getBytes(UTF_8), value));
    }
    Batch.Row row = append.row();
    if (row != null) {
      stage(row);
    }
    sync |= partition.durability() == Durability.DISK;
  }

  private void stage(Batch.Row row) throws RocksDBException {
    home.table(row.table()).stage(home.database(), write, row.key(), row.value());
  }

  private void write() throws RocksDBException {
    long bytes = write.getDataSize();
    if (write.count() == 0) {
      bytes = 0;
    } else {
      Database database = home.database();
      Catalog.number(write, database.family(Catalog.FAMILY), ++commit);
      boolean synced = sync;
      tried = true;
      disk.write(() -> database.write(write, synced));
    }
    tried = false;
    if (bytes > 0 || !staged.isEmpty()) {
      figures.committed(staged.size(), bytes, sync && bytes > 0);
    }
    space.wrote(bytes);
    write.clear();
  }

  private void publish() {
    for (Stored stored : staged) {
      home.partitions().get(stored.partition()).written(stored);
    }
    for (Partition partition : home.partitions()) {
      partition.publish();
    }
    for (RocksTable table : home.tables()) {
      table.publish();
    }
  }

  // ---------------------------------------------------------------- telling

  private void tellAll(List<Batch> batches) {
    int next = 0;
    for (Batch batch : batches) {
      if (!refused) {
        boolean[] matched = new boolean[batch.appends().size()];
        for (int i = 0; i < matched.length; i++) {
          matched[i] = batch.appends().get(i).stored() && committed(staged.get(next++));
        }
        batch.matched(matched);
      }
      settled(batch, null);
    }
    endOfCommit();
  }

  private CommitListener told() {
    CommitListener there = listener;
    if (there == null) {
      throw new IllegalStateException("a commit before the start");
    }
    return there;
  }

  private boolean committed(Stored stored) {
    try {
      return told().committed(stored);
    } catch (RuntimeException e) {
      LOG.error("whoever is told of committed messages failed", e);
      return false;
    }
  }

  private void settled(Batch batch, @Nullable EngineFailure failure) {
    try {
      told().settled(batch, failure);
    } catch (RuntimeException e) {
      LOG.error("whoever is told of settled batches failed", e);
    }
  }

  private void settle(List<Batch> batches, EngineFailure why) {
    for (Batch batch : batches) {
      settled(batch, why);
    }
    endOfCommit();
  }

  private void endOfCommit() {
    try {
      told().endOfCommit();
    } catch (RuntimeException e) {
      LOG.error("whoever is told of commits failed", e);
    }
  }

  /// Tells batches that came after the close.
  void refuse(List<Batch> batches) {
    settle(batches, new EngineFailure(EngineFailure.Kind.UNAVAILABLE, "the node is shutting down"));
  }

  // ---------------------------------------------------------------- trouble

  private EngineFailure broke(Throwable e) {
    EngineFailure why = WriteTrouble.explain(e);
    logBroken(why, e);
    broken = why;
    write.clear();
    home.partitions().forEach(Partition::abandon);
    home.tables().forEach(RocksTable::forget);
    return why;
  }

  /// A full disk is the operator's to see to; everything else may be a fault of ours.
  private static void logBroken(EngineFailure why, Throwable e) {
    String words = "a commit failed, messages are refused until the log works again: {}";
    if (why.kind() == EngineFailure.Kind.QUOTA) {
      LOG.warn(words, why.detail());
    } else {
      LOG.error(words, why.detail(), e);
    }
  }

  /// About once a second: looks whether what was broken works again, and removes what retention no
  /// longer keeps.
  void tick(long nowMillis) {
    space.look();
    if (broken != null && !mended()) {
      return;
    }
    try {
      sync = true;
      boolean any = false;
      for (Partition partition : home.partitions()) {
        any |= partition.retain(nowMillis, write);
      }
      if (any) {
        write();
        home.partitions().forEach(Partition::publish);
      }
    } catch (RocksDBException | RuntimeException e) {
      broke(e);
    }
  }

  private boolean mended() {
    try {
      home.reopen();
    } catch (RuntimeException e) {
      boolean full = space.refusal() != null || WriteTrouble.isFull(e.getCause());
      broken =
          new EngineFailure(
              full ? EngineFailure.Kind.QUOTA : EngineFailure.Kind.BROKEN,
              String.valueOf(e.getMessage()));
      refuseWhatIsMissing(broken);
      return false;
    }
    EngineFailure why = broken;
    broken = null;
    LOG.info("the log works again");
    resolve(why);
    reopened.run();
    return true;
  }

  /// If the commit that failed is not on disk, it will not be there later: whoever waits for it is
  /// told now, and need not wait until the database can be opened again, on a full disk until
  /// somebody makes room.
  private void refuseWhatIsMissing(EngineFailure why) {
    Doubt open = doubt;
    if (open == null || open.looked()) {
      return;
    }
    try {
      if (home.commitOnDisk() < open.commit()) {
        doubt = null;
        settle(open.batches(), why);
      } else {
        doubt = open.there();
      }
    } catch (StoreException unreadable) {
      LOG.debug("what is on disk cannot be read: {}", unreadable.getMessage());
    }
  }

  /// Tells what became of the commit that failed.
  private void resolve(@Nullable EngineFailure why) {
    Doubt open = doubt;
    if (open == null) {
      return;
    }
    doubt = null;
    if (home.lastCommit() >= open.commit()) {
      for (Stored stored : open.staged()) {
        staged.add(inMemory(stored) ? again(stored.message()) : stored);
      }
      home.partitions().forEach(Partition::publish);
      refused = open.refused();
      tellAll(open.batches());
      staged.clear();
    } else {
      settle(open.batches(), why == null ? UNKNOWN : why);
    }
  }

  private boolean inMemory(Stored stored) {
    return home.partitions().get(stored.partition()).durability() == Durability.MEMORY;
  }

  /// What is in memory only was forgotten with the commit.
  private Stored again(Message message) {
    try {
      Partition partition = home.partitionOf(message.topic());
      Stored stored = partition.stage(message, write);
      partition.written(stored);
      return stored;
    } catch (RocksDBException e) {
      throw new IllegalStateException("memory does not fail", e);
    }
  }

  /// Whether all that was told is written.
  boolean inOrder() {
    return broken == null;
  }

  @Override
  public void close() {
    write.close();
  }
}
