package io.forebay.core.session;

import io.forebay.core.message.Message;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a queue has looked at and nobody has acknowledged, per partition in order of offset. Adding
/// and settling cost the same however much there is. On the queue's lane.
final class Progress {

  /// A message that somebody still has to acknowledge.
  static final class Item implements Comparable<Item> {
    final int partition;
    final long offset;

    /// Null until it was read from the log again.
    @Nullable Message message;

    /// What ties it to others; null if nothing does.
    @Nullable String key;

    int redeliveries;
    private boolean settled;
    private @Nullable Item previous;
    private @Nullable Item next;

    Item(int partition, long offset, @Nullable Message message, int redeliveries) {
      this.partition = partition;
      this.offset = offset;
      this.message = message;
      this.redeliveries = redeliveries;
    }

    boolean settled() {
      return settled;
    }

    @Override
    public int compareTo(Item other) {
      return partition != other.partition
          ? Integer.compare(partition, other.partition)
          : Long.compare(offset, other.offset);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Item item && compareTo(item) == 0;
    }

    @Override
    public int hashCode() {
      return Long.hashCode(offset) * 31 + partition;
    }
  }

  private @Nullable Item[] first = {};
  private @Nullable Item[] last = {};
  private int size;

  int size() {
    return size;
  }

  /// Adds the message after those of its partition.
  Item add(int partition, long offset, @Nullable Message message, int redeliveries) {
    return add(new Item(partition, offset, message, redeliveries));
  }

  /// As [#add(int, long, Message, int)].
  Item add(Item item) {
    int partition = item.partition;
    if (partition >= first.length) {
      first = Arrays.copyOf(first, partition + 1);
      last = Arrays.copyOf(last, partition + 1);
    }
    Item before = last[partition];
    item.previous = before;
    if (before == null) {
      first[partition] = item;
    } else {
      before.next = item;
    }
    last[partition] = item;
    size++;
    return item;
  }

  /// Adds the message where it belongs among those of its partition.
  Item insert(Item item) {
    add(item);
    Item before = item.previous;
    while (before != null && before.offset > item.offset) {
      before = before.previous;
    }
    unlink(item);
    link(item, before);
    return item;
  }

  private void link(Item item, @Nullable Item before) {
    Item after = before == null ? first[item.partition] : before.next;
    item.previous = before;
    item.next = after;
    if (before == null) {
      first[item.partition] = item;
    } else {
      before.next = item;
    }
    if (after == null) {
      last[item.partition] = item;
    } else {
      after.previous = item;
    }
  }

  /// It is done. Does nothing the second time.
  ///
  /// @return whether it was not before
  boolean settle(Item item) {
    if (item.settled) {
      return false;
    }
    item.settled = true;
    unlink(item);
    size--;
    return true;
  }

  private void unlink(Item item) {
    if (item.previous == null) {
      first[item.partition] = item.next;
    } else {
      item.previous.next = item.next;
    }
    if (item.next == null) {
      last[item.partition] = item.previous;
    } else {
      item.next.previous = item.previous;
    }
  }

  List<QueueRow.Outstanding> list() {
    List<QueueRow.Outstanding> list = new ArrayList<>(size);
    for (Item head : first) {
      for (Item item = head; item != null; item = item.next) {
        list.add(new QueueRow.Outstanding(item.partition, item.offset, item.redeliveries));
      }
    }
    return list;
  }
}
