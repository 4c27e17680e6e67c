package io.forebay.core.session;

import io.forebay.core.message.Message;
import java.util.Arrays;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// What was delivered at QoS 1 or 2 and is not acknowledged: packet id → position and state, at
/// most as many as the client's Receive Maximum. Positions, not messages: the log has those.
///
/// A packet id lives in the slot `id & (capacity - 1)`. Ids ascend; an id whose slot is still taken
/// is skipped, so a message that is never acknowledged blocks one slot and nothing else, and both
/// finding and adding look at one slot as long as there is room.
///
/// How many may be in flight adapts: it begins at [#FIRST_MAXIMUM] and doubles, up to the client's
/// limit, when the client has acknowledged a full window within a second while the window was what
/// held it back. So a service that takes 100,000 messages a second gets the window that needs (a
/// round trip through two busy event loops is tens of milliseconds), and a million phones keep
/// small ones.
///
/// Touched on the session's lane only.
final class Window {
  /// In flight at the most until the client has shown that it takes more.
  static final int FIRST_MAXIMUM = 1_000;

  private static final long WIDEN_WITHIN_MILLIS = 1_000;

  /// Taken and not sent: its packet id is being kept, or that of one before it.
  static final int WAITING = 0;

  /// Sent as QoS 1, or as QoS 2 without PUBREC: the client may not have it.
  static final int PUBLISHED = 1;

  /// QoS 2, PUBREC came: the client has it, PUBREL was sent.
  static final int RELEASED = 2;

  /// QoS 2, over; in rows only, of what a cursor has not passed.
  static final int FINISHED = 3;

  private static final int MAXIMUM_PACKET_ID = 65_535;

  // Shared by the windows of all clients that were sent nothing yet.
  private static final int[] NO_INTS = {};
  private static final byte[] NO_BYTES = {};
  private static final long[] NO_LONGS = {};

  /// What must be kept beside the position: a message that is not in the log (a retained one), the
  /// lease of a queue that waits for the acknowledgement, or where the message came from if that is
  /// not one of the session's plain subscriptions.
  record Held(@Nullable Message message, Queue.@Nullable Lease lease, String source) {

    static Held retained(Message message) {
      return new Held(message, null, "");
    }

    static Held leased(Queue.Lease lease) {
      return new Held(null, lease, lease.member.queue.name());
    }
  }

  private final int limit;
  private int maximum;
  private int size;
  private int removed;
  private boolean wasFull;
  private long roundBeganMillis;
  private int pace;
  private int lastId;

  // One slot is (ids, states, partitions, offsets, held)[i]; ids[i] is 0 where the slot is free.
  private int[] ids = NO_INTS;
  private byte[] states = NO_BYTES;
  private int[] partitions = NO_INTS;
  private long[] offsets = NO_LONGS;
  private @Nullable Held @Nullable [] held;

  /// @param limit how many may ever be unacknowledged, 1 to 65,535
  Window(int limit) {
    this.limit = limit;
    this.maximum = Math.min(limit, FIRST_MAXIMUM);
  }

  int maximum() {
    return maximum;
  }

  /// Negative if a former connection of the client took more than this one does.
  int room() {
    return maximum - size;
  }

  /// Somebody wanted to add and there was no room.
  void noteFull() {
    wasFull = true;
  }

  /// Messages a second that the client acknowledged in its last round; 0 before the first.
  int pace() {
    return pace;
  }

  /// Whether a round of acknowledgements is complete: then ask [#widen].
  boolean roundComplete() {
    return removed >= maximum;
  }

  /// Ends a round of acknowledgements.
  void widen(long nowMillis) {
    pace = (int) (removed * 1_000L / Math.max(1, nowMillis - roundBeganMillis));
    if (wasFull && nowMillis - roundBeganMillis <= WIDEN_WITHIN_MILLIS) {
      maximum = Math.min(limit, 2 * maximum);
    }
    removed = 0;
    wasFull = false;
    roundBeganMillis = nowMillis;
  }

  int size() {
    return size;
  }

  /// Takes a slot; there must be [#room].
  ///
  /// @param partition -1 with `offset` if the message is not in the log
  /// @return the packet id
  int add(boolean exactlyOnce, int partition, long offset, @Nullable Held extra) {
    if (size == ids.length) {
      grow();
    }
    int id = lastId;
    do {
      id = id == MAXIMUM_PACKET_ID ? 1 : id + 1;
    } while (ids[slot(id)] != 0);
    lastId = id;
    put(id, exactlyOnce ? PUBLISHED | 4 : PUBLISHED, partition, offset, extra);
    return id;
  }

  /// Puts back what a former connection had sent under `id`.
  void restore(
      int id, boolean exactlyOnce, int state, int partition, long offset, @Nullable Held extra) {
    while (ids.length == 0 || ids[slot(id)] != 0) {
      grow();
    }
    put(id, state | (exactlyOnce ? 4 : 0), partition, offset, extra);
    lastId = Math.max(lastId, id);
  }

  private void put(int id, int state, int partition, long offset, @Nullable Held extra) {
    int slot = slot(id);
    ids[slot] = id;
    states[slot] = (byte) state;
    partitions[slot] = partition;
    offsets[slot] = offset;
    if (extra != null) {
      if (held == null) {
        held = new @Nullable Held[ids.length];
      }
      held[slot] = extra;
    }
    size++;
  }

  private int slot(int id) {
    return id & (ids.length - 1);
  }

  private void grow() {
    Window larger = new Window(limit);
    int capacity = Math.max(4, ids.length * 2);
    larger.ids = new int[capacity];
    larger.states = new byte[capacity];
    larger.partitions = new int[capacity];
    larger.offsets = new long[capacity];
    larger.held = held == null ? null : new @Nullable Held[capacity];
    // Ids that differ below the old capacity differ below the new one: nothing collides.
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] != 0) {
        larger.put(ids[i], states[i], partitions[i], offsets[i], held == null ? null : held[i]);
      }
    }
    ids = larger.ids;
    states = larger.states;
    partitions = larger.partitions;
    offsets = larger.offsets;
    held = larger.held;
  }

  /// The slot of a packet id, -1 if it is not in flight.
  int find(int id) {
    if (ids.length == 0 || id == 0) {
      return -1;
    }
    int slot = slot(id);
    return ids[slot] == id ? slot : -1;
  }

  int id(int slot) {
    return ids[slot];
  }

  int state(int slot) {
    return states[slot] & 3;
  }

  boolean exactlyOnce(int slot) {
    return (states[slot] & 4) != 0;
  }

  int partition(int slot) {
    return partitions[slot];
  }

  long offset(int slot) {
    return offsets[slot];
  }

  @Nullable Held held(int slot) {
    return held == null ? null : held[slot];
  }

  /// What a slot's message came through, see [Held].
  String source(int slot) {
    Held extra = held(slot);
    return extra == null ? "" : extra.source();
  }

  /// The message has to wait before it is sent.
  void waits(int slot) {
    states[slot] &= 4;
  }

  /// It is sent now.
  void leaves(int slot) {
    states[slot] = (byte) ((states[slot] & 4) | PUBLISHED);
  }

  /// PUBREC came: from now on only PUBREL is sent for it.
  void released(int slot) {
    states[slot] = (byte) (RELEASED | 4);
  }

  /// The handshake is over.
  void remove(int slot) {
    ids[slot] = 0;
    if (held != null) {
      held[slot] = null;
    }
    size--;
    removed++;
  }

  /// Gives the slots in use, by position: the order in which the messages were published.
  void forEach(IntConsumer action) {
    if (size == 0) {
      return;
    }
    Integer[] used = new Integer[size];
    int n = 0;
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] != 0) {
        used[n++] = i;
      }
    }
    Arrays.sort(
        used,
        (a, b) ->
            partitions[a] != partitions[b]
                ? Integer.compare(partitions[a], partitions[b])
                : Long.compare(offsets[a], offsets[b]));
    for (Integer slot : used) {
      action.accept(slot);
    }
  }
}
