package io.forebay.store;

import io.forebay.core.log.Log;
import io.forebay.core.log.Stored;
import io.forebay.core.message.Message;
import io.forebay.core.topic.FilterSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/// A partition on disk: slices, oldest first, of which the last is being written.
///
/// Readers are served at once from the newest messages, or on readers' threads from the slices. The
/// writer publishes slices before the head, and readers look at the head first: so what they see of
/// slices always holds what lies below the head they saw.
final class DiskPartition implements Partition {
  /// Messages that a reader looks at for one answer, so that one of little gives others their turn.
  private static final int LOOKED_AT = 4_096;

  /// Fewer on the thread that asks, since that may be an event loop.
  private static final int LOOKED_AT_AT_ONCE = 1_024;

  private final int number;
  private final StreamSettings settings;
  private final Readers readers;
  private final BlockCache cache;
  private final Lookups lookups;
  private final Recent recent;
  private final SliceWriter writer;

  private volatile LogSlice[] slices = {};
  private volatile long start;
  private volatile long head;
  private volatile long endangered;

  DiskPartition(
      int number,
      StreamSettings settings,
      StoreSettings store,
      Keeper keeper,
      Readers readers,
      BlockCache cache,
      Lookups lookups) {
    this.lookups = lookups;
    this.number = number;
    this.settings = settings;
    this.readers = readers;
    this.cache = cache;
    recent = new Recent(store.recentMessages(), store.recentBytes());
    writer = new SliceWriter(number, SliceLimits.of(settings, store), keeper, lookups);
  }

  @Override
  public String stream() {
    return settings.name();
  }

  @Override
  public Durability durability() {
    return settings.durability();
  }

  @Override
  public long head() {
    return head;
  }

  @Override
  public long start() {
    return start;
  }

  @Override
  public long endangered() {
    return Math.max(start, endangered);
  }

  // ---------------------------------------------------------------- reading

  @Override
  public void read(Log.Request request, Consumer<Log.Slice> answer) {
    Log.Slice atOnce = fromRecent(request);
    if (atOnce != null) {
      lookups.countRecent();
      answer.accept(atOnce);
      return;
    }
    readers.submit(
        new Readers.Task() {
          @Override
          public void run(Database database) throws RocksDBException {
            answer.accept(fromSlices(database, request));
          }

          @Override
          public void giveUp() {
            answer.accept(new Log.Slice(List.of(), request.fromOffset(), false, 0));
          }
        });
  }

  private Log.@Nullable Slice fromRecent(Log.Request request) {
    long end = head;
    long from = request.fromOffset();
    FilterSet filters = request.filters();
    if (from >= end || (filters.names().isEmpty() && filters.patterns().isEmpty())) {
      long begin = start;
      long next = Math.max(from, end);
      return new Log.Slice(List.of(), next, true, Math.max(0, Math.min(begin, end) - from));
    }
    if (from < start) {
      return null;
    }
    List<Stored> found = new ArrayList<>();
    long next = recent.read(from, filters, request.maximumMessages(), LOOKED_AT_AT_ONCE, found);
    return next < 0 ? null : new Log.Slice(found, next, next >= end, 0);
  }

  private Log.Slice fromSlices(Database database, Log.Request request) throws RocksDBException {
    long end = head;
    long from = Math.max(request.fromOffset(), start);
    long lost = from - request.fromOffset();
    long next = from;
    List<Stored> found = new ArrayList<>();
    LogSlice[] all = slices;
    for (int i = 0; i < all.length && next - from < LOOKED_AT; i++) {
      long sliceEnd = i + 1 < all.length ? Math.min(end, all[i + 1].begin()) : end;
      if (sliceEnd <= next) {
        continue;
      }
      if (!all[i].acquire()) {
        // Retention was faster.
        lost += sliceEnd - next;
        next = sliceEnd;
        continue;
      }
      try {
        next = fromSlice(database, all[i], next, sliceEnd, request, found);
      } finally {
        all[i].release();
      }
      if (next < sliceEnd || found.size() == request.maximumMessages()) {
        break;
      }
    }
    return new Log.Slice(found, next, next >= end, lost);
  }

  private long fromSlice(
      Database database,
      LogSlice slice,
      long from,
      long to,
      Log.Request request,
      List<Stored> found)
      throws RocksDBException {
    try (SliceReader reader = new SliceReader(database, number, slice, cache)) {
      FilterSet filters = request.filters();
      int most = request.maximumMessages();
      SliceIndex.Found known = slice.index().find(filters, from, to, most - found.size());
      long next = from;
      if (known != null) {
        reader.fetch(known.offsets(), 0, known.count(), found);
        next = known.nextOffset();
      }
      return next >= to || found.size() == most
          ? Math.min(next, to)
          : reader.scan(next, to, filters, most, LOOKED_AT, found);
    }
  }

  @Override
  public void fetch(long[] offsets, Consumer<List<Stored>> answer) {
    List<Stored> found = new ArrayList<>(offsets.length);
    for (long offset : offsets) {
      Stored stored = offset < start ? null : recent.get(offset);
      if (stored == null && offset >= start && offset < head) {
        fetchFromSlices(offsets, answer);
        return;
      }
      if (stored != null) {
        found.add(stored);
      }
    }
    answer.accept(found);
  }

  private void fetchFromSlices(long[] offsets, Consumer<List<Stored>> answer) {
    readers.submit(
        new Readers.Task() {
          @Override
          public void run(Database database) throws RocksDBException {
            List<Stored> found = new ArrayList<>(offsets.length);
            long end = head;
            LogSlice[] all = slices;
            for (int i = 0; i < all.length; i++) {
              long sliceEnd = i + 1 < all.length ? Math.min(end, all[i + 1].begin()) : end;
              fetch(database, all[i], sliceEnd, found);
            }
            answer.accept(found);
          }

          private void fetch(Database database, LogSlice slice, long sliceEnd, List<Stored> into)
              throws RocksDBException {
            int first = firstFrom(offsets, slice.begin());
            int end = firstFrom(offsets, sliceEnd);
            if (first < end && slice.acquire()) {
              try (SliceReader reader = new SliceReader(database, number, slice, cache)) {
                reader.fetch(offsets, first, end, into);
              } finally {
                slice.release();
              }
            }
          }

          @Override
          public void giveUp() {
            answer.accept(List.of());
          }
        });
  }

  private static int firstFrom(long[] ascending, long offset) {
    int found = Arrays.binarySearch(ascending, offset);
    return found < 0 ? -found - 1 : found;
  }

  @Override
  public void seek(long timestampMillis, LongConsumer answer) {
    readers.submit(
        new Readers.Task() {
          @Override
          public void run(Database database) throws RocksDBException {
            answer.accept(seekIn(database, timestampMillis));
          }

          @Override
          public void giveUp() {
            answer.accept(head);
          }
        });
  }

  private long seekIn(Database database, long timestampMillis) throws RocksDBException {
    long end = head;
    LogSlice[] all = slices;
    for (int i = 0; i < all.length; i++) {
      long sliceEnd = i + 1 < all.length ? Math.min(end, all[i + 1].begin()) : end;
      if (all[i].begin() >= sliceEnd || !all[i].acquire()) {
        continue;
      }
      try (SliceReader reader = new SliceReader(database, number, all[i], cache)) {
        long found = reader.seekTime(all[i].begin(), sliceEnd, timestampMillis);
        if (found < sliceEnd) {
          return found;
        }
      } finally {
        all[i].release();
      }
    }
    return end;
  }

  // ---------------------------------------------------------------- the writer's

  @Override
  public Stored stage(Message message, WriteBatch batch) throws RocksDBException {
    Stored stored = new Stored(message, number, writer.next());
    writer.stage(message, stored.offset(), batch);
    return stored;
  }

  /// Prepares the write of a message that has its offset, not below [#next].
  void stage(Stored stored, WriteBatch batch) throws RocksDBException {
    writer.stage(stored.message(), stored.offset(), batch);
  }

  /// There is no message below `offset` any more.
  void skipTo(long offset) {
    writer.skipTo(offset);
  }

  /// The offset after all that is staged.
  long next() {
    return writer.next();
  }

  @Override
  public void finish(WriteBatch batch) throws RocksDBException {
    writer.finish(batch);
  }

  @Override
  public void written(Stored stored) {
    recent.append(stored);
    writer.written(stored);
  }

  @Override
  public void publish() {
    if (writer.committed()) {
      slices = writer.published();
      noteEndangered();
      recent.publish(writer.next());
      head = writer.next();
    }
  }

  private void noteEndangered() {
    LogSlice[] all = slices;
    boolean nearlyFull = writer.totalBytes() > settings.retainBytes() / 10 * 9;
    long until = nearlyFull && all.length > 1 ? all[1].begin() : 0;
    if (until != endangered) {
      endangered = until;
    }
  }

  @Override
  public void abandon() {
    writer.abandon(head);
    recent.restart(head);
  }

  @Override
  public boolean retain(long nowMillis, WriteBatch batch) throws RocksDBException {
    writer.tick();
    boolean tooOld = removeOne(nowMillis - settings.retainMillis());
    while (!tooOld && writer.totalBytes() - slices[0].bytes() >= settings.retainBytes()) {
      if (!removeOldest()) {
        break;
      }
    }
    return !tooOld
        && slices.length == 1
        && writer.rollIfOlderThan(nowMillis - settings.retainMillis(), batch);
  }

  /// One at a time: were the clock ahead by mistake, not all would be gone at once.
  private boolean removeOne(long beforeMillis) {
    LogSlice oldest = slices[0];
    return (oldest.isEmpty() || oldest.newestMillis() < beforeMillis) && removeOldest();
  }

  /// The last one stays, since it is being written.
  private boolean removeOldest() {
    if (slices.length < 2) {
      return false;
    }
    start = slices[1].begin();
    writer.removeOldest();
    slices = writer.published();
    noteEndangered();
    return true;
  }

  @Override
  public void detach() {
    writer.detach();
  }

  @Override
  public void reopen(Database database, boolean clean) throws RocksDBException {
    open(database, head, !clean && settings.durability() == Durability.OS);
  }

  /// As [#reopen], if others know better how far it is.
  ///
  /// @param told where it goes on, or begins if there is nothing
  void open(Database database, long told) throws RocksDBException {
    open(database, told, false);
  }

  private void open(Database database, long told, boolean mayLackTail) throws RocksDBException {
    writer.open(database, told, mayLackTail);
    slices = writer.published();
    start = slices[0].begin();
    recent.restart(writer.next());
    noteEndangered();
    head = writer.next();
  }

  /// Whether it was opened and not forgotten since.
  boolean isOpen() {
    return slices.length > 0;
  }

  /// There is nothing on disk. While the database is not open, or before it is opened first.
  void forget() {
    slices = new LogSlice[0];
    start = 0;
    head = 0;
    endangered = 0;
    recent.restart(0);
  }
}
