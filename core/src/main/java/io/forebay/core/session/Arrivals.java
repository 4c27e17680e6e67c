package io.forebay.core.session;

import io.forebay.core.log.Log;
import io.forebay.core.log.Stored;
import io.forebay.core.message.Message;
import io.forebay.core.routing.Lane;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Messages of one partition that another node leased to members of this one: read from the node's
/// own log, in the order in which they were leased. What it has not read yet is waited for; there
/// are no more than members may hold. On one lane.
final class Arrivals {
  private static final int FETCHED = 256;
  private static final long RETRY_NANOS = 1_000_000;

  private final int partition;
  private final Lane lane;
  private final Log log;
  private final Arrived arrived;
  private final ArrayDeque<Word.Leased> waiting = new ArrayDeque<>();
  private boolean busy;
  private boolean closed;

  interface Arrived {
    /// @param message null if retention removed it
    void is(Word.Leased leased, @Nullable Message message);
  }

  Arrivals(int partition, Lane lane, Log log, Arrived arrived) {
    this.partition = partition;
    this.lane = lane;
    this.log = log;
    this.arrived = arrived;
  }

  void add(Word.Leased leased) {
    waiting.add(leased);
    goOn();
  }

  /// Nothing that waits is to arrive.
  void close() {
    closed = true;
    waiting.clear();
  }

  private void goOn() {
    if (busy || waiting.isEmpty()) {
      return;
    }
    busy = true;
    List<Word.Leased> found = new ArrayList<>();
    long head = partition < log.partitions() ? log.head(partition) : 0;
    while (!waiting.isEmpty()
        && waiting.element().place().offset() < head
        && found.size() < FETCHED) {
      found.add(waiting.remove());
    }
    if (found.isEmpty()) {
      lane.after(RETRY_NANOS, () -> fetched(found, List.of()));
    } else {
      long[] offsets =
          found.stream().mapToLong(each -> each.place().offset()).sorted().distinct().toArray();
      log.fetch(partition, offsets, stored -> lane.execute(() -> fetched(found, stored)));
    }
  }

  private void fetched(List<Word.Leased> wanted, List<Stored> found) {
    if (closed) {
      return;
    }
    busy = false;
    Map<Long, Message> byOffset = new HashMap<>();
    found.forEach(stored -> byOffset.put(stored.offset(), stored.message()));
    for (Word.Leased leased : wanted) {
      arrived.is(leased, byOffset.get(leased.place().offset()));
    }
    goOn();
  }
}
