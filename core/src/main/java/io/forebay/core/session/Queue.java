package io.forebay.core.session;

import io.forebay.core.log.Log;
import io.forebay.core.log.Stored;
import io.forebay.core.message.Message;
import io.forebay.core.message.Qos;
import io.forebay.core.routing.Figure;
import io.forebay.core.routing.Grant;
import io.forebay.core.routing.Lane;
import io.forebay.core.routing.Router;
import io.forebay.core.routing.Subscriber;
import io.forebay.core.routing.Subscription;
import io.forebay.core.topic.FilterSet;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A named cursor over a filter with competing consumers: a `$share` group.
///
/// It is a subscriber like a session is, live or catching up, on a lane of its own choice (that of
/// its first member). What it takes it leases to one member, the one with the fewest leases that
/// has room; a member that goes gives its leases back, and they are dealt out first. Between the
/// lanes only leases travel, those of one turn together.
public final class Queue extends Subscriber implements CatchUp.Sink {
  /// Leases one member may hold, at most.
  private static final int MAXIMUM_LEASES = 256;

  /// A message in a member's hands.
  static final class Lease {
    final Member member;
    final Message message;
    final int partition;
    final long offset;

    Lease(Member member, Message message, int partition, long offset) {
      this.member = member;
      this.message = message;
      this.partition = partition;
      this.offset = offset;
    }
  }

  /// A connected session that consumes from this queue.
  static final class Member {
    final Queue queue;
    final Session session;
    final Grant grant;
    final int maximumLeases;
    int leases;

    Member(Queue queue, Session session, Grant grant) {
      this.queue = queue;
      this.session = session;
      this.grant = grant;
      this.maximumLeases = Math.min(MAXIMUM_LEASES, session.windowSize());
    }
  }

  private final Queues queues;
  private final String name;
  private final Lane lane;
  private final Router router;
  private final Subscription subscription;
  private final FilterSet filters;
  private final CatchUp catchUp;

  private final List<Member> members = new ArrayList<>();

  /// Clients whose session outlives the connection and who are away: while there are any, the
  /// cursor waits for them.
  private final Set<String> away = new HashSet<>();

  private final ArrayDeque<Lease> returned = new ArrayDeque<>();
  private int turn;
  private boolean gone;

  Queue(Queues queues, String name, String filter, Lane lane, Router router, Log log) {
    this.queues = queues;
    this.name = name;
    this.lane = lane;
    this.router = router;
    this.filters = new FilterSet(List.of(filter));
    this.catchUp = new CatchUp(lane, log, this);
    this.subscription =
        new Subscription(this, filter, Grant.of(Qos.EXACTLY_ONCE, false, true, 0), new long[0]);
  }

  Lane lane() {
    return lane;
  }

  @Override
  public String clientId() {
    return name;
  }

  // ---------------------------------------------------------------- members

  void open() {
    router.begin(lane, subscription);
  }

  /// @return false if the queue ended meanwhile: join another of the same name
  boolean join(Member member) {
    if (gone) {
      return false;
    }
    members.removeIf(present -> present.session == member.session);
    members.add(member);
    away.remove(member.session.clientId());
    deal();
    return true;
  }

  /// A member's connection went.
  ///
  /// @param leases what it held and did not acknowledge, in order
  /// @param comesBack whether its session stays
  void leave(Member member, List<Lease> leases, boolean comesBack) {
    // By session: when it joined twice, the earlier membership may be the one that got through
    // last.
    members.removeIf(present -> present.session == member.session);
    if (comesBack) {
      away.add(member.session.clientId());
    }
    giveBack(leases);
    endIfUnused();
  }

  /// A session that was away ended, or gave the subscription back.
  void forget(String clientId) {
    away.remove(clientId);
    endIfUnused();
  }

  private void endIfUnused() {
    if (members.isEmpty() && away.isEmpty() && !gone) {
      gone = true;
      catchUp.close();
      router.remove(lane, subscription);
      queues.ended(name, this);
    }
  }

  // ---------------------------------------------------------------- dealing out

  @Override
  public void offer(Message message, int partition, long offset, Grant grant) {
    if (offset >= 0 && message.qos() != Qos.AT_MOST_ONCE) {
      catchUp.offer(message, partition, offset, grant);
    } else if (!members.isEmpty()) {
      turn = (turn + 1) % members.size();
      Member member = members.get(turn);
      lane.post(member.session.lane(), () -> member.session.offer(message, -1, -1, member.grant));
    }
  }

  @Override
  public int room() {
    if (!returned.isEmpty()) {
      return 0;
    }
    int room = 0;
    for (Member member : members) {
      room += member.maximumLeases - member.leases;
    }
    return room;
  }

  /// Unknown: a group's members come and go, so publishers do not wait for it.
  @Override
  public int pace() {
    return 0;
  }

  @Override
  public FilterSet filters() {
    return filters;
  }

  @Override
  public @Nullable Grant decide(Stored stored) {
    return subscription.counts(stored.message(), stored.partition(), stored.offset())
            && stored.message().qos() != Qos.AT_MOST_ONCE
        ? subscription.grant()
        : null;
  }

  @Override
  public void take(Message message, int partition, long offset, Grant grant) {
    Member member = freest();
    if (member == null) {
      throw new IllegalStateException("take without room");
    }
    lease(member, message, partition, offset);
  }

  private void lease(Member member, Message message, int partition, long offset) {
    Lease lease = new Lease(member, message, partition, offset);
    if (Qos.min(message.qos(), member.grant.qos()) != Qos.AT_MOST_ONCE) {
      member.leases++;
    }
    lane.post(member.session.lane(), () -> member.session.offerLease(lease));
  }

  private @Nullable Member freest() {
    Member best = null;
    for (int i = 0; i < members.size(); i++) {
      Member member = members.get((turn + i) % members.size());
      if (member.leases < member.maximumLeases && (best == null || member.leases < best.leases)) {
        best = member;
      }
    }
    turn = (turn + 1) % Math.max(1, members.size());
    return best;
  }

  /// A member is done with a lease.
  void acknowledged(Lease lease) {
    lease.member.leases--;
    deal();
  }

  void giveBack(List<Lease> leases) {
    for (int i = leases.size() - 1; i >= 0; i--) {
      returned.addFirst(leases.get(i));
    }
    deal();
  }

  private void deal() {
    Member member = returned.isEmpty() ? null : freest();
    while (member != null) {
      Lease lease = returned.remove();
      lease(member, lease.message, lease.partition, lease.offset);
      member = returned.isEmpty() ? null : freest();
    }
    catchUp.pump();
  }

  @Override
  public void gap(long lost) {
    lane.counters().add(Figure.GAP_MESSAGES, lost);
  }

  @Override
  public void fellBehind() {
    lane.counters().increment(Figure.CATCH_UPS);
  }
}
