package io.forebay.store;

import io.forebay.core.log.Log;
import io.forebay.core.log.Replica.Place;
import io.forebay.core.log.Stored;
import io.forebay.core.message.Position;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/// A partition in a directory that is only read. On one thread.
final class FilePartition implements AutoCloseable {
  private static final int LOOKED_AT = 4_096;
  private static final long CACHE_BYTES = 1 << 20;

  /// An engine that cannot know what it had told leaves a gap of this many offsets.
  private static final long LARGE_GAP = 1L << 32;

  private static final Executor NOTHING_TO_SEAL =
      task -> {
        throw new IllegalStateException("who reads only has nothing to write");
      };

  private final Database database;
  private final int number;
  private final Place place;

  /// Offsets may be missing anywhere.
  private final boolean copy;

  private final BlockCache cache = new BlockCache(CACHE_BYTES);
  private final List<LogSlice> slices = new ArrayList<>();
  private @Nullable RocksDBException damage;
  private long head;

  /// Of an engine that gives the offsets itself.
  FilePartition(Database database, int number, String stream) throws RocksDBException {
    this(database, number, new Place(stream, 0, EmbeddedEngine.EPOCH), false);
  }

  /// Of a replica.
  FilePartition(Database database, int number, ReplicaCatalog.Entry entry) throws RocksDBException {
    this(database, number, entry.place(), true);
    head = Math.max(head, entry.head());
  }

  private FilePartition(Database database, int number, Place place, boolean copy)
      throws RocksDBException {
    this.database = database;
    this.number = number;
    this.place = place;
    this.copy = copy;
    for (String name : database.names()) {
      ColumnFamilyHandle family = database.find(name);
      if (family != null && name.startsWith(LogSlice.prefix(number))) {
        Long begin = begin(family);
        if (begin != null) {
          open(name, family, begin);
        }
      }
    }
  }

  /// Null if nothing was ever in it. If that cannot be read, it begins where the one before ends.
  private @Nullable Long begin(ColumnFamilyHandle family) {
    try {
      byte[] begin = database.db().get(family, SliceRecovery.BEGIN);
      return begin == null ? null : ByteBuffer.wrap(begin).getLong();
    } catch (RocksDBException e) {
      damage = e;
      return head;
    }
  }

  private void open(String name, ColumnFamilyHandle family, long begin) throws RocksDBException {
    LogSlice slice =
        new LogSlice(
            new LogSlice.Spare(name, LogSlice.number(name), family),
            begin,
            new SliceIndex(database.db(), family, NOTHING_TO_SEAL));
    slices.add(slice);
    try {
      head = Math.max(begin, SliceRecovery.measure(database, slice));
    } catch (RocksDBException e) {
      // What can be read of it is; who comes to the damage is told.
      damage = e;
      head = begin + LARGE_GAP;
    }
  }

  /// @throws RocksDBException if there is no saying where it ends
  void requireEnd() throws RocksDBException {
    if (damage != null) {
      throw damage;
    }
  }

  String stream() {
    return place.stream();
  }

  Position position(long offset) {
    return new Position(place.stream(), place.partition(), place.epoch(), offset);
  }

  int number() {
    return number;
  }

  List<LogSlice> slices() {
    return slices;
  }

  long start() {
    return slices.isEmpty() ? 0 : slices.getFirst().begin();
  }

  long head() {
    return head;
  }

  /// The offset after the last that slice `i` may hold.
  long end(int i) {
    return i + 1 < slices.size() ? slices.get(i + 1).begin() : head;
  }

  long bytes() {
    return slices.stream().mapToLong(LogSlice::bytes).sum();
  }

  /// How many messages there are. Counts them one by one only where offsets are missing.
  long messages() throws RocksDBException {
    long sum = 0;
    for (int i = 0; i < slices.size(); i++) {
      long span = end(i) - slices.get(i).begin();
      sum += span < LARGE_GAP && !copy ? span : count(slices.get(i));
    }
    return sum;
  }

  private long count(LogSlice slice) throws RocksDBException {
    long sum = 0;
    try (RocksIterator blocks = database.blocks(slice.family())) {
      for (blocks.seekToFirst(); blocks.isValid(); blocks.next()) {
        sum += BlockFormat.count(BlockFormat.check(blocks.value()));
      }
      blocks.status();
    }
    return sum;
  }

  /// When the oldest message came; null if there is none.
  @Nullable Long oldestMillis() throws RocksDBException {
    for (LogSlice slice : slices) {
      try (RocksIterator blocks = database.blocks(slice.family())) {
        blocks.seekToFirst();
        if (blocks.isValid()) {
          long first = BlockFormat.firstOffset(blocks.key());
          return new Block(blocks.value(), number, first).get(0).message().timestampMillis();
        }
        blocks.status();
      }
    }
    return null;
  }

  /// When the newest message came; null if there is none.
  @Nullable Long newestMillis() {
    for (LogSlice slice : slices.reversed()) {
      if (!slice.isEmpty()) {
        return slice.newestMillis();
      }
    }
    return null;
  }

  /// Reads some of what matches, from an offset on.
  Log.Slice read(Log.Request request) throws RocksDBException {
    long from = Math.max(request.fromOffset(), start());
    long next = from;
    List<Stored> found = new ArrayList<>();
    for (int i = 0; i < slices.size() && next - from < LOOKED_AT; i++) {
      if (next < end(i)) {
        next = Math.max(next, slices.get(i).begin());
        next = read(slices.get(i), next, end(i), request, found);
        if (next < end(i) || found.size() == request.maximumMessages()) {
          break;
        }
      }
    }
    long lost = Math.max(0, from - request.fromOffset());
    return new Log.Slice(found, Math.max(next, from), next >= head, lost);
  }

  private long read(LogSlice slice, long from, long to, Log.Request request, List<Stored> into)
      throws RocksDBException {
    int most = request.maximumMessages();
    try (SliceReader reader = new SliceReader(database, number, slice, cache)) {
      SliceIndex.Found known = slice.index().find(request.filters(), from, to, most - into.size());
      long next = from;
      if (known != null) {
        reader.fetch(known.offsets(), 0, known.count(), into);
        next = Math.min(known.nextOffset(), to);
      }
      return next >= to || into.size() == most
          ? next
          : reader.scan(next, to, request.filters(), most, LOOKED_AT, into);
    }
  }

  /// The first offset that was appended at a time or after it; the head if there is none.
  long seek(long timestampMillis) throws RocksDBException {
    for (int i = 0; i < slices.size(); i++) {
      LogSlice slice = slices.get(i);
      if (slice.begin() < end(i)) {
        try (SliceReader reader = new SliceReader(database, number, slice, cache)) {
          long found = reader.seekTime(slice.begin(), end(i), timestampMillis);
          if (found < end(i)) {
            return found;
          }
        }
      }
    }
    return head;
  }

  @Override
  public void close() {
    slices.forEach(LogSlice::detach);
  }
}
