package io.forebay.store;

import io.forebay.core.log.MessageFormat;
import io.forebay.core.message.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/// Fills a partition's slices. On the writer's thread.
///
/// To make a column family takes its time, so the next slice's is made while this one is filled; if
/// it is not there in time, this one grows.
final class SliceWriter {
  /// What a machine that lost its power may have told and forgotten, at most: far less.
  private static final long LOST_TAIL = 1L << 32;

  private final int partition;
  private final SliceLimits limits;
  private final Keeper keeper;
  private final BlockBuilder block = new BlockBuilder();
  private final List<LogSlice> slices = new ArrayList<>();
  private final AtomicReference<LogSlice.@Nullable Spare> spare = new AtomicReference<>();
  private @Nullable Database database;
  private boolean spareAsked;
  private long lastNumber;
  private long next;

  /// When the newest message was appended; never goes back, though clocks do.
  private long appendMillis = Long.MIN_VALUE;

  private long blockFirstMillis;

  SliceWriter(int partition, SliceLimits limits, Keeper keeper) {
    this.partition = partition;
    this.limits = limits;
    this.keeper = keeper;
  }

  /// Finds what is there.
  ///
  /// @param told all below was told to be kept
  /// @param mayLackTail what is there may be less than what was told in an earlier life
  void open(Database opened, long told, boolean mayLackTail) throws RocksDBException {
    database = opened;
    SliceRecovery.Found found = SliceRecovery.find(opened, partition);
    block.clear();
    slices.clear();
    slices.addAll(found.slices());
    spare.set(found.spare());
    spareAsked = found.spare() != null;
    lastNumber = found.lastNumber();
    next = Math.max(told, found.end());
    if (mayLackTail && next > 0) {
      next += LOST_TAIL;
    }
    if (slices.isEmpty()) {
      begin(opened);
    }
    for (LogSlice slice : slices) {
      appendMillis = Math.max(appendMillis, slice.newestMillis());
    }
  }

  private void begin(Database opened) throws RocksDBException {
    LogSlice.Spare place = spare.getAndSet(null);
    LogSlice first = new LogSlice(place == null ? make(opened) : place, next);
    spareAsked = false;
    slices.add(first);
    try (WriteBatch batch = new WriteBatch()) {
      SliceRecovery.begin(batch, first);
      opened.write(batch, true);
    }
  }

  private LogSlice.Spare make(Database opened) throws RocksDBException {
    long slice = ++lastNumber;
    String name = LogSlice.name(partition, slice);
    return new LogSlice.Spare(name, slice, opened.family(name));
  }

  private Database database() {
    Database opened = database;
    if (opened == null) {
      throw new IllegalStateException("the log is not open");
    }
    return opened;
  }

  /// The offset that the next message gets.
  long next() {
    return next;
  }

  LogSlice[] published() {
    return slices.toArray(LogSlice[]::new);
  }

  long totalBytes() {
    long total = 0;
    for (LogSlice slice : slices) {
      total += slice.bytes();
    }
    return total;
  }

  /// @return its offset
  long stage(Message message, WriteBatch batch) throws RocksDBException {
    int sizeBytes = MessageFormat.sizeBytes(message);
    if (!block.takes(sizeBytes)) {
      finish(batch);
    }
    appendMillis = Math.max(appendMillis, message.timestampMillis());
    if (block.isEmpty()) {
      if (limits.reached(slices.getLast(), appendMillis)) {
        roll(batch);
      }
      blockFirstMillis = appendMillis;
    }
    block.add(message, partition, next, sizeBytes);
    return next++;
  }

  /// Puts the block into the write.
  void finish(WriteBatch batch) throws RocksDBException {
    if (!block.isEmpty()) {
      LogSlice slice = slices.getLast();
      slice.grew(slice.bytes() + block.sizeBytes(), blockFirstMillis, appendMillis);
      block.finish(batch, slice.family(), appendMillis, slice.bytes());
      if (!spareAsked) {
        askForSpare();
      }
    }
  }

  private void askForSpare() {
    spareAsked = true;
    long slice = ++lastNumber;
    String name = LogSlice.name(partition, slice);
    keeper.later(
        database(), opened -> spare.set(new LogSlice.Spare(name, slice, opened.family(name))));
  }

  /// Begins the next slice, if there is a place for it.
  private boolean roll(WriteBatch batch) throws RocksDBException {
    LogSlice.Spare place = spare.getAndSet(null);
    if (place == null) {
      return false;
    }
    spareAsked = false;
    LogSlice complete = slices.getLast();
    LogSlice begun = new LogSlice(place, next);
    slices.add(begun);
    SliceRecovery.begin(batch, begun);
    keeper.later(database(), opened -> opened.flush(complete));
    return true;
  }

  /// Begins the next slice if all in this one is older.
  boolean rollIfOlderThan(long beforeMillis, WriteBatch batch) throws RocksDBException {
    LogSlice open = slices.getLast();
    return !open.isEmpty() && open.newestMillis() < beforeMillis && roll(batch);
  }

  void removeOldest() {
    LogSlice oldest = slices.removeFirst();
    Database opened = database();
    oldest.retire(() -> keeper.later(opened, there -> there.drop(oldest.name())));
  }

  /// Forgets what was not written. What is left of slices is found again when the database is
  /// opened again, before which nothing more is staged.
  void abandon(long head) {
    block.clear();
    next = head;
  }
}
