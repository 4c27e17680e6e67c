package io.forebay.store;

import io.forebay.core.log.Log;
import io.forebay.core.log.Stored;
import io.forebay.core.message.Message;
import io.forebay.core.topic.FilterSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One partition in memory: a ring of messages, and per topic the offsets of its messages, so that
/// a reader of few topics costs what it returns and not what the partition holds.
///
/// Touched by the engine's serial only, but for [#head] and [#start], which anybody may read.
final class MemoryPartition {
  /// Messages that a reader with wildcards looks at for one slice.
  private static final int SCANNED_PER_SLICE = 4_096;

  /// Up to so many topics are looked up one by one; a reader of more scans.
  private static final int LOOKED_UP_TOPICS = 32;

  private final int number;
  private final StreamSettings settings;
  private final long firstOffset;
  private final Map<String, Offsets> topics = new HashMap<>();
  private @Nullable Stored[] ring = new @Nullable Stored[1_024];
  private long bytes;

  private volatile long start;
  private volatile long head;
  private volatile boolean nearlyFull;

  /// @param firstOffset what lies below was never here, so it cannot be lost
  MemoryPartition(int number, StreamSettings settings, long firstOffset) {
    this.number = number;
    this.settings = settings;
    this.firstOffset = firstOffset;
    start = firstOffset;
    head = firstOffset;
  }

  StreamSettings settings() {
    return settings;
  }

  long start() {
    return start;
  }

  long head() {
    return head;
  }

  /// The older quarter, once the partition is three quarters full.
  long endangered() {
    long from = start;
    return nearlyFull ? from + (head - from) / 4 : from;
  }

  Stored append(Message message) {
    long offset = head;
    if (offset - start == ring.length) {
      grow();
    }
    Stored stored = new Stored(message, number, offset);
    ring[slot(offset)] = stored;
    topics.computeIfAbsent(message.topic(), topic -> new Offsets()).add(offset);
    bytes += message.sizeBytes();
    head = offset + 1;
    boolean full = bytes > settings.retainBytes() / 4 * 3;
    if (full != nearlyFull) {
      nearlyFull = full;
    }
    while (bytes > settings.retainBytes()) {
      removeOldest();
    }
    return stored;
  }

  private void grow() {
    @Nullable Stored[] larger = new @Nullable Stored[2 * ring.length];
    for (long offset = start; offset < head; offset++) {
      larger[(int) (offset & (larger.length - 1))] = ring[slot(offset)];
    }
    ring = larger;
  }

  private int slot(long offset) {
    return (int) (offset & (ring.length - 1));
  }

  private Stored get(long offset) {
    Stored stored = ring[slot(offset)];
    if (stored == null) {
      throw new IllegalStateException("offsets from start to head are there");
    }
    return stored;
  }

  private void removeOldest() {
    long offset = start;
    Message message = get(offset).message();
    ring[slot(offset)] = null;
    Offsets offsets = topics.get(message.topic());
    if (offsets != null) {
      offsets.removeFirst();
      if (offsets.size() == 0) {
        topics.remove(message.topic());
      }
    }
    bytes -= message.sizeBytes();
    start = offset + 1;
  }

  /// Removes what is older than the stream retains.
  void expire(long nowMillis) {
    while (start < head
        && get(start).message().timestampMillis() < nowMillis - settings.retainMillis()) {
      removeOldest();
    }
  }

  Log.Slice read(Log.Request request) {
    long from = Math.max(request.fromOffset(), start);
    long lost = Math.max(0, start - Math.max(firstOffset, request.fromOffset()));
    FilterSet filters = request.filters();
    return filters.patterns().isEmpty() && filters.names().size() <= LOOKED_UP_TOPICS
        ? lookUp(from, filters, request.maximumMessages(), lost)
        : scan(from, filters, request.maximumMessages(), lost);
  }

  private Log.Slice lookUp(long from, FilterSet filters, int maximum, long lost) {
    long[] found = new long[filters.names().size() * maximum];
    int count = 0;
    for (String name : filters.names()) {
      Offsets offsets = topics.get(name);
      int i = offsets == null ? 0 : offsets.firstFrom(from);
      for (int n = 0; offsets != null && n < maximum && i < offsets.size(); n++, i++) {
        found[count++] = offsets.get(i);
      }
    }
    Arrays.sort(found, 0, count);
    int taken = Math.min(count, maximum);
    List<Stored> messages = new ArrayList<>(taken);
    for (int i = 0; i < taken; i++) {
      messages.add(get(found[i]));
    }
    long next = taken == maximum ? found[taken - 1] + 1 : head;
    return new Log.Slice(messages, next, next == head, lost);
  }

  private Log.Slice scan(long from, FilterSet filters, int maximum, long lost) {
    List<Stored> messages = new ArrayList<>();
    long end = Math.min(head, from + SCANNED_PER_SLICE);
    long offset = from;
    while (offset < end && messages.size() < maximum) {
      Stored stored = get(offset++);
      if (filters.matches(stored.message().topic())) {
        messages.add(stored);
      }
    }
    return new Log.Slice(messages, offset, offset == head, lost);
  }

  /// The first offset that is not older than `timestampMillis`; the clock is taken to go forwards.
  long seek(long timestampMillis) {
    long low = start;
    long high = head;
    while (low < high) {
      long middle = (low + high) >>> 1;
      if (get(middle).message().timestampMillis() < timestampMillis) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  List<Stored> fetch(long[] offsets) {
    List<Stored> messages = new ArrayList<>(offsets.length);
    for (long offset : offsets) {
      if (offset >= start && offset < head) {
        messages.add(get(offset));
      }
    }
    return messages;
  }
}
