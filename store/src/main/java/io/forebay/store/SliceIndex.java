package io.forebay.store;

import io.forebay.core.topic.FilterSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Which offsets of a slice are of which topic, so that a reader of few topics costs what it gets
/// and not what the slice holds.
///
/// Offsets are collected in memory in a segment; one of 65,536 messages is sealed: written to the
/// slice's column family ([IndexRows]) on the executor given, beside the commits, after which the
/// next takes its place. While that takes its time the open segment grows to twice its size; then
/// [#add] waits, since a disk that is too slow for the index is too slow for the messages too. If
/// writing fails, the index ends where it is: lookups answer up to there, nobody waits, and the
/// next start makes up for it, as it does for all that a crash has left in memory.
///
/// A crash amid the writing leaves rows of a segment whose end is not marked. They are true, and
/// the messages come again through [#add], perhaps cut into segments of other sizes; readers heed
/// of a row only what is below the next one of its topic and below the mark, so nothing comes
/// twice.
///
/// The writer thread adds, finishes and closes; lookups run on readers' threads. Its lock is held
/// for moments, but by threads that may block, so event loops keep away.
final class SliceIndex implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SliceIndex.class);

  private static final int SEGMENT_MESSAGES = 65_536;

  /// What was found.
  ///
  /// @param offsets the first `count` of them ascend
  /// @param nextOffset nothing below it and from where the search began is missing
  record Found(long[] offsets, int count, long nextOffset) {}

  private final IndexRows rows;
  private final Executor sealer;
  private final Lookups lookups;
  private final int segmentMessages;

  private final Set<String> tooWide = ConcurrentHashMap.newKeySet();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition sealed = lock.newCondition();

  // Guarded by the lock.
  private IndexSegment open;
  private @Nullable IndexSegment sealing;
  private long indexedTo;
  private boolean finished;
  private boolean failed;
  private boolean closed;
  private boolean writing;

  SliceIndex(RocksDB db, ColumnFamilyHandle slice, Executor sealer) throws RocksDBException {
    this(db, slice, sealer, new Lookups(), SEGMENT_MESSAGES);
  }

  /// @param lookups where lookups are counted
  SliceIndex(RocksDB db, ColumnFamilyHandle slice, Executor sealer, Lookups lookups)
      throws RocksDBException {
    this(db, slice, sealer, lookups, SEGMENT_MESSAGES);
  }

  SliceIndex(
      RocksDB db, ColumnFamilyHandle slice, Executor sealer, Lookups lookups, int segmentMessages)
      throws RocksDBException {
    this.sealer = sealer;
    this.lookups = lookups;
    this.segmentMessages = segmentMessages;
    rows = new IndexRows(db, slice);
    indexedTo = rows.indexedTo();
    open = new IndexSegment(indexedTo);
  }

  /// All below it is on disk; the messages from here on have to be added again after a start. 0 if
  /// there is nothing.
  long indexedTo() {
    lock.lock();
    try {
      return indexedTo;
    } finally {
      lock.unlock();
    }
  }

  /// Writer: a message that has been written, even if not synced yet. Offsets ascend; those that
  /// are there already are passed over.
  void add(String topic, long offset) {
    lock.lock();
    try {
      if (offset < open.end()) {
        return;
      }
      while (open.count() >= 2 * segmentMessages && sealing != null && !failed && !closed) {
        sealed.awaitUninterruptibly();
      }
      if (open.count() >= 2 * segmentMessages) {
        return;
      }
      open.add(topic, offset);
      if (!cut()) {
        return;
      }
    } finally {
      lock.unlock();
    }
    seal();
  }

  /// Writer: no message is to come. What is in memory is sealed.
  void finish() {
    lock.lock();
    try {
      finished = true;
      if (!cut()) {
        return;
      }
    } finally {
      lock.unlock();
    }
    seal();
  }

  /// Takes the open segment for sealing if it is time to. Called with the lock.
  private boolean cut() {
    boolean due = finished ? open.count() > 0 : open.count() >= segmentMessages;
    if (!due || sealing != null || failed || closed) {
      return false;
    }
    sealing = open;
    open = new IndexSegment(open.end());
    return true;
  }

  private void seal() {
    try {
      sealer.execute(this::write);
    } catch (RejectedExecutionException e) {
      written(false, e);
    }
  }

  private void write() {
    IndexSegment segment;
    lock.lock();
    try {
      segment = sealing;
      if (segment == null || closed) {
        return;
      }
      writing = true;
    } finally {
      lock.unlock();
    }
    boolean done = false;
    Exception failure = null;
    try {
      done = rows.write(segment, this::isClosed);
    } catch (RocksDBException | RuntimeException e) {
      failure = e;
    }
    if (written(done, failure)) {
      seal();
    }
  }

  /// @return whether another segment is to be written
  private boolean written(boolean done, @Nullable Exception failure) {
    lock.lock();
    try {
      writing = false;
      if (failure != null) {
        failed = true;
        LOG.warn(
            "cannot write the topic index beyond offset {}: readers of few topics are slower from"
                + " there until the next start",
            indexedTo,
            failure);
      }
      if (done && sealing != null) {
        indexedTo = sealing.end();
        sealing = null;
      }
      sealed.signalAll();
      return cut();
    } finally {
      lock.unlock();
    }
  }

  private boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  /// Finds messages by their topics. Blocks on the disk.
  ///
  /// @param from the first offset of interest
  /// @param to the first that is not; what was not added yet is not found
  /// @param maximum at most so many are found, the lowest
  /// @return null if looking at all messages is cheaper
  @Nullable Found find(FilterSet filters, long from, long to, int maximum) throws RocksDBException {
    IndexSearch search;
    lock.lock();
    try {
      search = new IndexSearch(rows, indexedTo, sealing, open, lock, segmentMessages, tooWide);
    } finally {
      lock.unlock();
    }
    Found found = search.find(filters, from, to, maximum);
    lookups.count(found != null);
    return found;
  }

  /// Writer: lets go of the column family once what is being written just now is. No lookup may be
  /// running.
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      sealed.signalAll();
      while (writing) {
        sealed.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
    rows.close();
  }
}
