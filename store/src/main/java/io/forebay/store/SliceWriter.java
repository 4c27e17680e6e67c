package io.forebay.store;

import io.forebay.core.log.MessageFormat;
import io.forebay.core.log.Stored;
import io.forebay.core.message.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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
  private final Lookups lookups;
  private final BlockBuilder block = new BlockBuilder();
  private final List<LogSlice> slices = new ArrayList<>();

  /// Complete since the last commit.
  private final List<LogSlice> complete = new ArrayList<>(1);

  /// Removed, and perhaps still read.
  private final Set<LogSlice> retired = ConcurrentHashMap.newKeySet();

  private final AtomicReference<LogSlice.@Nullable Spare> spare = new AtomicReference<>();
  private @Nullable Database database;
  private boolean spareAsked;
  private volatile boolean spareFailed;
  private long lastNumber;
  private long next;

  /// When the newest message was appended; never goes back, though clocks do.
  private long appendMillis = Long.MIN_VALUE;

  private long blockFirstMillis;

  /// Something was staged since the last commit.
  private boolean changed;

  SliceWriter(int partition, SliceLimits limits, Keeper keeper, Lookups lookups) {
    this.lookups = lookups;
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
    block.clear();
    slices.clear();
    complete.clear();
    retired.clear();
    spareFailed = false;
    SliceRecovery.Found found =
        SliceRecovery.find(opened, partition, keeper.thread(), lookups, slices);
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
    // What was not written does not count.
    appendMillis = Long.MIN_VALUE;
    for (LogSlice slice : slices) {
      appendMillis = Math.max(appendMillis, slice.newestMillis());
    }
  }

  private void begin(Database opened) throws RocksDBException {
    LogSlice.Spare place = spare.getAndSet(null);
    LogSlice first = slice(opened, place == null ? make(opened) : place);
    spareAsked = false;
    slices.add(first);
    try (WriteBatch batch = new WriteBatch()) {
      SliceRecovery.begin(batch, first);
      opened.write(batch, true);
    }
  }

  private LogSlice slice(Database opened, LogSlice.Spare place) throws RocksDBException {
    return new LogSlice(
        place, next, new SliceIndex(opened.db(), place.family(), keeper.thread(), lookups));
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

  /// @param offset not below [#next]
  void stage(Message message, long offset, WriteBatch batch) throws RocksDBException {
    skipTo(offset);
    int sizeBytes = MessageFormat.sizeBytes(message);
    if (!block.takes(offset, sizeBytes)) {
      finish(batch);
    }
    appendMillis = Math.max(appendMillis, message.timestampMillis());
    if (block.isEmpty()) {
      if (limits.reached(slices.getLast(), appendMillis)) {
        roll(batch);
      }
      blockFirstMillis = appendMillis;
    }
    block.add(message, partition, offset, sizeBytes);
    next = offset + 1;
  }

  /// There is no message below `offset` any more.
  void skipTo(long offset) {
    changed = true;
    next = offset;
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
        database(),
        opened -> {
          try {
            spare.set(new LogSlice.Spare(name, slice, opened.family(name)));
          } catch (RocksDBException e) {
            spareFailed = true;
            throw e;
          }
        });
  }

  /// Asks again for what could not be made. About once a second.
  void tick() {
    if (spareFailed) {
      spareFailed = false;
      spareAsked = false;
    }
  }

  /// Begins the next slice, if there is a place for it.
  private boolean roll(WriteBatch batch) throws RocksDBException {
    changed = true;
    LogSlice.Spare place = spare.getAndSet(null);
    if (place == null) {
      return false;
    }
    spareAsked = false;
    LogSlice former = slices.getLast();
    LogSlice begun = slice(database(), place);
    slices.add(begun);
    complete.add(former);
    SliceRecovery.begin(batch, begun);
    return true;
  }

  /// Begins the next slice if all in this one is older.
  boolean rollIfOlderThan(long beforeMillis, WriteBatch batch) throws RocksDBException {
    LogSlice open = slices.getLast();
    return !open.isEmpty() && open.newestMillis() < beforeMillis && roll(batch);
  }

  /// The message is on disk; readers do not see it yet.
  void written(Stored stored) {
    int i = slices.size() - 1;
    while (i > 0 && stored.offset() < slices.get(i).begin()) {
      i--;
    }
    slices.get(i).index().add(stored.message().topic(), stored.offset());
  }

  /// All of the commit is on disk.
  ///
  /// @return whether there was anything in it
  boolean committed() {
    if (!changed) {
      return false;
    }
    changed = false;
    for (LogSlice each : complete) {
      each.index().finish();
      keeper.later(database(), opened -> opened.flush(each));
    }
    complete.clear();
    return true;
  }

  void removeOldest() {
    LogSlice oldest = slices.removeFirst();
    retired.add(oldest);
    Database opened = database();
    oldest.retire(() -> keeper.later(opened, there -> drop(there, oldest)));
  }

  private void drop(Database opened, LogSlice slice) throws RocksDBException {
    slice.detach();
    retired.remove(slice);
    opened.drop(slice.name());
  }

  /// The database is about to be closed; nobody reads.
  void detach() {
    slices.forEach(LogSlice::detach);
    retired.forEach(LogSlice::detach);
  }

  /// Forgets what was not written. What is left of slices is found again when the database is
  /// opened again, before which nothing more is staged.
  void abandon(long head) {
    changed = false;
    block.clear();
    next = head;
  }
}
