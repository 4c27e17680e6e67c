package io.forebay.store;

import io.forebay.core.log.Stored;
import io.forebay.core.message.Message;
import io.forebay.core.message.Properties;
import io.forebay.core.message.Qos;
import io.forebay.core.topic.FilterSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The newest messages of one partition as objects, for readers that are only a little behind. One
/// thread writes; any number read, on any thread, without locks and without holding the writer up.
///
/// Messages are put in before their commit is durable and shown afterwards ([#publish]): readers
/// see nothing at or beyond [#head].
///
/// Why the order of memory is right. The writer stores into plain slots, and then into the volatile
/// `head`; a reader loads `head`, then the volatile array, then slots. So for an offset below the
/// `head` it loaded, it sees the array and the slot as they were when that offset was published, or
/// as they became later. Later means emptied, taken by a higher offset, or in an array that was
/// filled before it took the place of the former; and every [Stored] says which offset it is: what
/// the reader finds in the slot is its message, or it is seen not to be. Records are frozen by
/// their constructor, so one that is found by a race is whole. Nothing has to be checked again
/// afterwards.
///
/// An offset that no message has is taken by [#NOTHING], which says it like any other: so a reader
/// knows it from a slot that was emptied.
final class Recent {
  private static final int FIRST_SLOTS = 16;

  /// What is at an offset that was skipped.
  private static final Message NOTHING =
      new Message(
          "",
          new byte[0],
          Qos.AT_MOST_ONCE,
          false,
          Properties.NONE,
          "",
          Long.MIN_VALUE,
          Message.NEVER);

  private final int maximumMessages;
  private final long maximumBytes;

  // The writer's own.
  private long next;
  private long bytes;

  // Written by the writer, read by anybody. A power of two of slots; an offset is in the slot of
  // its
  // last bits.
  private volatile @Nullable Stored[] slots = new @Nullable Stored[FIRST_SLOTS];
  private volatile long start;
  private volatile long head;

  /// @param maximumBytes of messages as [io.forebay.core.message.Message#sizeBytes] estimates them;
  ///   the newest stays, however large it is
  Recent(int maximumMessages, long maximumBytes) {
    this.maximumMessages = maximumMessages;
    this.maximumBytes = maximumBytes;
  }

  /// The lowest offset that is still here; above [#head] while a commit is written that is larger
  /// than all of this. Any thread.
  long start() {
    return start;
  }

  /// All below it, from [#start] on, can be read. Any thread.
  long head() {
    return head;
  }

  /// Writer: forgets all and goes on with offset `head`: when it begins, and when what was appended
  /// did not become durable, whose offsets will be given to others.
  void restart(long head) {
    beginAt(head);
    publish(head);
  }

  private void beginAt(long offset) {
    slots = new @Nullable Stored[FIRST_SLOTS];
    bytes = 0;
    next = offset;
    start = offset;
  }

  /// Writer: adds a message that readers do not see yet. Offsets between it and the one before are
  /// no message's.
  void append(Stored stored) {
    if (stored.offset() < next) {
      throw new IllegalArgumentException(
          "offset " + stored.offset() + " is appended where " + next + " is next");
    }
    skipTo(stored.offset());
    put(stored);
  }

  private void skipTo(long offset) {
    if (offset - next >= maximumMessages) {
      beginAt(offset);
    }
    while (next < offset) {
      put(new Stored(NOTHING, -1, next));
    }
  }

  private void put(Stored stored) {
    bytes += stored.message().sizeBytes();
    long oldest = start;
    while (oldest < next && (next - oldest >= maximumMessages || bytes > maximumBytes)) {
      remove(oldest++);
    }
    if (next - oldest == slots.length) {
      slots = larger();
    }
    @Nullable Stored[] into = slots;
    into[slot(into, next)] = stored;
    next++;
  }

  /// Writer: shows readers all below `head`, where what was not appended is no message.
  void publish(long head) {
    skipTo(head);
    this.head = head;
  }

  private void remove(long oldest) {
    @Nullable Stored[] from = slots;
    Stored removed = from[slot(from, oldest)];
    if (removed == null) {
      throw new IllegalStateException("offsets from start on are there");
    }
    bytes -= removed.message().sizeBytes();
    start = oldest + 1;
    from[slot(from, oldest)] = null;
  }

  private @Nullable Stored[] larger() {
    @Nullable Stored[] from = slots;
    @Nullable Stored[] larger = new @Nullable Stored[2 * from.length];
    for (long offset = start; offset < next; offset++) {
      larger[slot(larger, offset)] = from[slot(from, offset)];
    }
    return larger;
  }

  private static int slot(@Nullable Stored[] slots, long offset) {
    return (int) offset & (slots.length - 1);
  }

  private static @Nullable Stored find(@Nullable Stored[] slots, long offset) {
    Stored stored = slots[slot(slots, offset)];
    return stored != null && stored.offset() == offset ? stored : null;
  }

  @SuppressWarnings("ReferenceEquality") // there is one
  private static boolean isNothing(Stored stored) {
    return stored.message() == NOTHING;
  }

  /// The message at `offset`; null if it is none's, not here, or not yet. Any thread.
  @Nullable Stored get(long offset) {
    Stored stored = offset < head() ? find(slots, offset) : null;
    return stored == null || isNothing(stored) ? null : stored;
  }

  /// Copies what matches, from `from` on and in order. Any thread.
  ///
  /// @param maximumFound how many messages are copied at most
  /// @param maximumLooked how many are looked at at most
  /// @param into gets what was found, all of it right even if the writer was faster later on
  /// @return the offset to go on with: all below it was looked at; -1 if `from` is not here any
  ///   more
  long read(long from, FilterSet filters, int maximumFound, int maximumLooked, List<Stored> into) {
    // Before the slots: see above.
    long end = Math.min(head(), from + maximumLooked);
    @Nullable Stored[] seen = slots;
    long offset = from;
    int found = 0;
    while (offset < end && found < maximumFound) {
      Stored stored = find(seen, offset);
      if (stored == null) {
        return offset == from ? -1 : offset;
      }
      if (!isNothing(stored) && filters.matches(stored.message().topic())) {
        into.add(stored);
        found++;
      }
      offset++;
    }
    return offset;
  }
}
