package io.forebay.store;

import io.forebay.core.log.Batch;
import io.forebay.core.log.EngineFailure;
import io.forebay.core.log.Replica.Change;
import io.forebay.core.log.Replica.Head;
import io.forebay.core.log.Replica.Place;
import io.forebay.core.log.Replica.ReplicaException;
import io.forebay.core.log.Stored;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes changes to a replica, each at once. On the writer's thread.
///
/// After a write that failed, the database is opened again before the next. If the change is there
/// all the same, and comes again, its messages are passed over, as all that are below the head, and
/// its rows are what they are already.
final class ReplicaWriter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ReplicaWriter.class);

  private final ReplicaHome home;
  private final Disk disk;
  private final SpaceGuard space;
  private final Runnable reopened;
  private final CommitFigures figures = new CommitFigures();
  private final WriteBatch write = new WriteBatch();
  private final List<Stored> staged = new ArrayList<>();

  /// Set from a failed write until the database works again.
  private volatile @Nullable EngineFailure broken;

  /// Said in the log, and not over yet.
  private boolean logged;

  /// @param reopened runs when the database works again
  ReplicaWriter(ReplicaHome home, Disk disk, SpaceGuard space, Runnable reopened) {
    this.home = home;
    this.disk = disk;
    this.space = space;
    this.reopened = reopened;
  }

  CommitFigures figures() {
    return figures;
  }

  /// Why messages cannot be written; null while they can. Any thread.
  @Nullable EngineFailure trouble() {
    EngineFailure why = broken;
    return why != null ? why : space.refusal();
  }

  /// As [ReplicaHome#partition].
  long partition(int number, Place place) {
    mend();
    try {
      return home.partition(number, place);
    } catch (RocksDBException e) {
      throw broke(e);
    }
  }

  void write(Change change) {
    mend();
    if (!change.messages().isEmpty()) {
      requireRoom();
    }
    try {
      stage(change);
      commit();
      logged = false;
    } catch (RocksDBException | RuntimeException | OutOfMemoryError e) {
      throw broke(e);
    }
  }

  private void requireRoom() {
    if (space.refusal() != null) {
      space.look();
    }
    EngineFailure full = space.refusal();
    if (full != null) {
      throw new ReplicaException(full, new StoreException(full.detail(), null));
    }
  }

  private void stage(Change change) throws RocksDBException {
    for (Stored stored : change.messages()) {
      DiskPartition log = home.begun(stored.partition(), stored.offset(), write);
      if (stored.offset() >= log.next()) {
        log.stage(stored, write);
        staged.add(stored);
      }
    }
    for (Head head : change.heads()) {
      DiskPartition log = home.begun(head.partition(), head.offset(), write);
      if (head.offset() > log.next()) {
        log.skipTo(head.offset());
        home.head(head.partition(), head.offset(), write);
      }
    }
    for (Batch.Row row : change.rows()) {
      home.table(row.table()).stage(home.database(), write, row.key(), row.value());
    }
    for (ReplicaHome.Copy copy : home.copies()) {
      copy.log().finish(write);
    }
  }

  private void commit() throws RocksDBException {
    if (write.count() > 0) {
      Database database = home.database();
      long bytes = write.getDataSize();
      disk.write(() -> database.write(write, false));
      figures.committed(staged.size(), bytes, false);
      space.wrote(bytes);
    }
    for (Stored stored : staged) {
      home.copies().get(stored.partition()).log().written(stored);
    }
    for (ReplicaHome.Copy copy : home.copies()) {
      copy.log().publish();
    }
    for (RocksTable table : home.tables()) {
      table.publish();
    }
    staged.clear();
    write.clear();
  }

  /// Removes what retention no longer keeps. What is broken is tried again.
  void tick(long nowMillis) {
    space.look();
    try {
      mend();
      retain(nowMillis);
    } catch (ReplicaException e) {
      LOG.debug("nothing is removed meanwhile: {}", e.getMessage());
    }
  }

  private void retain(long nowMillis) {
    try {
      for (ReplicaHome.Copy copy : home.copies()) {
        if (copy.log().isOpen()) {
          copy.log().retain(nowMillis, write);
        }
      }
      commit();
    } catch (RocksDBException | RuntimeException e) {
      throw broke(e);
    }
  }

  // ---------------------------------------------------------------- trouble

  private ReplicaException broke(Throwable e) {
    EngineFailure why = WriteTrouble.explain(e);
    log(why, e);
    broken = why;
    staged.clear();
    write.clear();
    home.copies().forEach(copy -> copy.log().abandon());
    home.tables().forEach(RocksTable::forget);
    return new ReplicaException(why, e);
  }

  private void log(EngineFailure why, Throwable e) {
    if (logged) {
      return;
    }
    logged = true;
    String words = "the local copy cannot be written, and is tried again: {}";
    if (why.kind() == EngineFailure.Kind.QUOTA) {
      LOG.warn(words, why.detail());
    } else {
      LOG.error(words, why.detail(), e);
    }
  }

  /// @throws ReplicaException if it still does not work
  private void mend() {
    if (broken == null) {
      return;
    }
    try {
      home.reopen();
    } catch (RuntimeException e) {
      space.look();
      boolean full = space.refusal() != null || WriteTrouble.isFull(e.getCause());
      EngineFailure why =
          new EngineFailure(
              full ? EngineFailure.Kind.QUOTA : EngineFailure.Kind.BROKEN,
              String.valueOf(e.getMessage()));
      broken = why;
      throw new ReplicaException(why, e);
    }
    broken = null;
    reopened.run();
  }

  /// Whether the last write did.
  boolean works() {
    return broken == null;
  }

  @Override
  public void close() {
    write.close();
  }
}
