package io.forebay.core.session;

import io.forebay.core.log.Log;
import io.forebay.core.log.Stored;
import io.forebay.core.message.Message;
import io.forebay.core.routing.Grant;
import io.forebay.core.routing.Lane;
import io.forebay.core.topic.FilterSet;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Live or catching up: the one mechanism behind slow consumers, reconnects, shared groups and
/// replay.
///
/// Per partition a subscriber is
///
/// - **live**: it takes what the router offers, in order of offset. When it has no room for an
///   offer it remembers the offset, drops the message (the log has it) and is from then on
/// - **behind**: offers only raise `skippedTo`. When there is room, a slice of the log is asked
///   for, from `next` on, through the subscriber's filters. When a slice ends at the committed head
///   and nothing beyond it was skipped, nothing has been missed: live again.
///
/// Why nothing is lost on the way back: the log is read after the message is committed, and the
/// router offers it after that. A message the slice did not see was therefore committed after the
/// slice was read; its offer comes to this lane either before the slice, and then raised
/// `skippedTo` beyond it, or after, and then finds the subscriber live.
///
/// A slice that was read through other filters than those of its arrival proves nothing about the
/// new ones: it is thrown away and read again.
///
/// All on the subscriber's lane.
final class CatchUp {
  /// Messages in a slice, at most.
  private static final int SLICE_MESSAGES = 512;

  /// Publishers wait for a reader that loses messages otherwise and would have caught up within so
  /// many seconds if they paused. Slower ones lose what retention says they lose, and slow nobody
  /// down.
  private static final int WORTH_WAITING_SECONDS = 10;

  /// The subscriber.
  interface Sink {
    /// Messages it has shown to take in a second.
    int pace();

    /// How many messages it can take now.
    int room();

    /// Whether it can take this message now.
    default boolean takes(Message message, Grant grant) {
      return room() > 0;
    }

    /// Its filters, for reading; the same object as long as they are the same.
    FilterSet filters();

    /// What its subscriptions allow for a message of the log, decided as the router would have;
    /// null if it is not for it, or would go out at QoS 0 and that is not made up for.
    @Nullable Grant decide(Stored stored);

    /// Takes a message. There was room.
    void take(Message message, int partition, long offset, Grant grant);

    /// Retention removed offsets it had not read.
    void gap(long lost);

    /// It began to read the log.
    void fellBehind();
  }

  private final Lane lane;
  private final Log log;
  private final Sink sink;
  private @Nullable Cursor[] cursors = {};
  private boolean pumpQueued;
  private boolean closed;

  CatchUp(Lane lane, Log log, Sink sink) {
    this.lane = lane;
    this.log = log;
    this.sink = sink;
  }

  private Cursor cursor(int partition) {
    if (partition >= cursors.length) {
      cursors = Arrays.copyOf(cursors, partition + 1);
    }
    Cursor cursor = cursors[partition];
    if (cursor == null) {
      cursor = new Cursor();
      cursors[partition] = cursor;
    }
    return cursor;
  }

  /// What the router offers.
  void offer(Message message, int partition, long offset, Grant grant) {
    Cursor cursor = cursor(partition);
    if (offset < cursor.next) {
      return;
    }
    if (cursor.behind) {
      cursor.skippedTo = Math.max(cursor.skippedTo, offset + 1);
    } else if (closed || !sink.takes(message, grant)) {
      cursor.fallBehind(offset);
      sink.fellBehind();
    } else {
      cursor.next = offset + 1;
      sink.take(message, partition, offset, grant);
    }
  }

  /// Begins behind, at a stored cursor.
  void restore(int partition, long next) {
    Cursor cursor = cursor(partition);
    cursor.next = next;
    cursor.behind = true;
    cursor.skippedTo = next;
  }

  /// Whether a message was looked at before.
  boolean hasPassed(int partition, long offset) {
    Cursor cursor = partition < cursors.length ? cursors[partition] : null;
    return cursor != null && offset < cursor.next;
  }

  /// Whether a partition is read from the log.
  boolean isBehind(int partition) {
    Cursor cursor = partition < cursors.length ? cursors[partition] : null;
    return cursor != null && cursor.behind;
  }

  /// There may be room again. Many calls in a turn of the event loop cost one look.
  void pump() {
    if (!pumpQueued && anyBehind()) {
      pumpQueued = true;
      lane.execute(this::standInLine);
    }
  }

  private boolean anyBehind() {
    for (Cursor cursor : cursors) {
      if (cursor != null && cursor.behind && !cursor.reading) {
        return true;
      }
    }
    return false;
  }

  private void standInLine() {
    lane.readTurns().request(this::pumpNow);
  }

  private void pumpNow() {
    pumpQueued = false;
    for (int partition = 0; partition < cursors.length && !closed; partition++) {
      Cursor cursor = cursors[partition];
      if (cursor != null && cursor.behind && !cursor.reading) {
        read(partition, cursor);
      }
    }
  }

  private void read(int partition, Cursor cursor) {
    int room = sink.room();
    if (room == 0) {
      return;
    }
    cursor.reading = true;
    lane.readTurns().began();
    FilterSet filters = sink.filters();
    // What is near the head is there before the call returns; what is far has to be fetched.
    AtomicBoolean returned = new AtomicBoolean();
    log.read(
        new Log.Request(partition, cursor.next, filters, Math.min(room, SLICE_MESSAGES)),
        slice -> {
          boolean far = returned.get();
          lane.execute(() -> brought(partition, cursor, filters, slice, far));
        });
    returned.set(true);
  }

  private void brought(
      int partition, Cursor cursor, FilterSet readThrough, Log.Slice slice, boolean far) {
    try {
      sliced(partition, cursor, readThrough, slice);
    } finally {
      lane.readTurns().ended(far);
    }
  }

  @SuppressWarnings("ReferenceEquality") // the same object means that nothing has changed
  private void sliced(int partition, Cursor cursor, FilterSet readThrough, Log.Slice slice) {
    cursor.reading = false;
    if (closed) {
      return;
    }
    if (readThrough != sink.filters()) {
      pump();
      return;
    }
    if (slice.lost() > 0) {
      sink.gap(slice.lost());
    }
    for (Stored stored : slice.messages()) {
      Grant grant = stored.offset() < cursor.next ? null : sink.decide(stored);
      if (grant == null) {
        continue;
      }
      if (!sink.takes(stored.message(), grant)) {
        cursor.next = stored.offset();
        return;
      }
      cursor.next = stored.offset() + 1;
      sink.take(stored.message(), stored.partition(), stored.offset(), grant);
    }
    cursor.next = Math.max(cursor.next, slice.nextOffset());
    watchLag(partition, cursor);
    if (slice.atHead() && cursor.skippedTo <= slice.nextOffset()) {
      cursor.behind = false;
    } else {
      pump();
    }
  }

  private void watchLag(int partition, Cursor cursor) {
    long head = log.head(partition);
    long start = log.start(partition);
    if (cursor.next - start >= (head - start) / 2) {
      lane.goOn(cursor);
    } else if (cursor.next < log.endangered(partition)
        && head - cursor.next <= (long) WORTH_WAITING_SECONDS * sink.pace()) {
      lane.waitFor(cursor);
    }
  }

  /// Whether it reads the log instead of taking what is offered.
  boolean behind() {
    for (Cursor cursor : cursors) {
      if (cursor != null && cursor.behind) {
        return true;
      }
    }
    return false;
  }

  /// Takes nothing any more; offers that still come are remembered as skipped, for [#settle].
  void close() {
    closed = true;
    for (Cursor cursor : cursors) {
      if (cursor != null) {
        lane.goOn(cursor);
      }
    }
  }

  /// The cursors to keep, one per partition.
  ///
  /// @param routed per partition what [io.forebay.core.routing.Router#routed] said when the
  ///   subscriber was closed; everything handed over until then has been offered since, so a
  ///   subscriber that is still live has seen all below
  long[] settle(long[] routed) {
    long[] next = Arrays.copyOf(routed, Math.max(routed.length, cursors.length));
    for (int i = 0; i < cursors.length; i++) {
      Cursor cursor = cursors[i];
      if (cursor != null) {
        next[i] = cursor.behind ? cursor.next : Math.max(cursor.next, next[i]);
      }
    }
    return next;
  }
}
