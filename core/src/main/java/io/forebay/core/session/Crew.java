package io.forebay.core.session;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The connected members of a queue, and who of them is next: the one with the fewest leases; of
/// several, the one that waited longest.
///
/// Those that may get something hang in lists by their number of leases, so that finding one costs
/// the same however many there are. On the queue's lane.
final class Crew {
  private final boolean exclusive;
  private final Map<Taker, Queue.Member> members = new LinkedHashMap<>();

  // By number of leases.
  private Queue.@Nullable Member[] first = new Queue.@Nullable Member[4];
  private Queue.@Nullable Member[] last = new Queue.@Nullable Member[4];

  /// No list below this has anybody.
  private int lowest;

  private int room;

  /// @param exclusive only the member that came first gets messages
  Crew(boolean exclusive) {
    this.exclusive = exclusive;
  }

  int size() {
    return members.size();
  }

  boolean isEmpty() {
    return members.isEmpty();
  }

  /// How many leases the members can take together.
  int room() {
    return room;
  }

  /// Adds a member, unless a later membership of its session is there.
  ///
  /// @return an earlier one that it takes the place of
  Queue.@Nullable Member add(Queue.Member member) {
    Queue.Member present = members.get(member.taker);
    if (present != null && present.number > member.number) {
      return null;
    }
    // Where the earlier one stood: an exclusive member stays the first.
    Queue.Member former = members.put(member.taker, member);
    if (former != null) {
      unlist(former);
    }
    list(member);
    return former;
  }

  /// Removes the member, or an earlier membership of its session.
  ///
  /// @return what was there
  Queue.@Nullable Member remove(Queue.Member member) {
    Queue.Member gone = members.get(member.taker);
    if (gone == null || gone.number > member.number) {
      return null;
    }
    members.remove(member.taker);
    unlist(gone);
    if (exclusive && !members.isEmpty()) {
      Queue.Member heir = members.values().iterator().next();
      unlist(heir);
      list(heir);
    }
    return gone;
  }

  /// Who is next; null if nobody has room.
  Queue.@Nullable Member next() {
    if (room == 0) {
      return null;
    }
    while (first[lowest] == null) {
      lowest++;
    }
    return first[lowest];
  }

  /// Changes how many leases a member holds; it goes behind those with as many.
  void load(Queue.Member member, int change) {
    unlist(member);
    member.leases += change;
    list(member);
  }

  /// Whether a member's window is full.
  void pause(Queue.Member member, boolean paused) {
    unlist(member);
    member.paused = paused;
    list(member);
  }

  boolean hasRoom(Queue.Member member) {
    return member.listedAt >= 0;
  }

  private boolean mayGet(Queue.Member member) {
    return !member.paused
        && member.leases < member.maximumLeases
        && members.get(member.taker) == member
        && (!exclusive || members.values().iterator().next() == member);
  }

  private void list(Queue.Member member) {
    if (!mayGet(member)) {
      return;
    }
    int at = member.leases;
    if (at >= first.length) {
      first = Arrays.copyOf(first, 2 * at);
      last = Arrays.copyOf(last, 2 * at);
    }
    Queue.Member before = last[at];
    member.listedAt = at;
    member.before = before;
    member.after = null;
    if (before == null) {
      first[at] = member;
    } else {
      before.after = member;
    }
    last[at] = member;
    lowest = Math.min(lowest, at);
    room += member.maximumLeases - at;
  }

  private void unlist(Queue.Member member) {
    int at = member.listedAt;
    if (at < 0) {
      return;
    }
    if (member.before == null) {
      first[at] = member.after;
    } else {
      member.before.after = member.after;
    }
    if (member.after == null) {
      last[at] = member.before;
    } else {
      member.after.before = member.before;
    }
    member.before = null;
    member.after = null;
    member.listedAt = -1;
    room -= member.maximumLeases - at;
  }
}
