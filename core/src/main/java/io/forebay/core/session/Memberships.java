package io.forebay.core.session;

import io.forebay.core.log.Batch;
import io.forebay.core.message.Qos;
import io.forebay.core.routing.Grant;
import io.forebay.core.routing.Lane;
import io.forebay.core.topic.TopicFilter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// How a session takes part in shared groups and declared queues: which it is a member of, and what
/// becomes of what they lease to it. On the session's lane.
///
/// A lease that finds no room goes back at once, so that another member gets it, and the queue
/// leaves this one out until it says that it has room.
final class Memberships {
  private final Session session;
  private final Queues queues;
  private final Map<String, Membership> byFilter = new HashMap<>();

  private int joins;

  /// Queues that we asked to take us in and that have not answered.
  private int joining;

  /// Queues that leave us out.
  private int full;

  private @Nullable Runnable whenJoined;

  private static final class Membership {
    final TopicFilter filter;
    final Grant grant;

    /// Null until the queue took us in, and if it refused.
    Queue.@Nullable Member member;

    boolean full;

    /// As in [Queue.Member].
    int round;

    /// This session wrote down that it is a member.
    boolean kept;

    Membership(TopicFilter filter, Grant grant) {
      this.filter = filter;
      this.grant = grant;
    }

    String name() {
      return filter.given();
    }
  }

  Memberships(Session session, Queues queues) {
    this.session = session;
    this.queues = queues;
  }

  int size() {
    return byFilter.size();
  }

  /// The options of the membership of this name; null if there is none.
  @Nullable Grant grant(String name) {
    Membership membership = byFilter.get(name);
    return membership == null ? null : membership.grant;
  }

  boolean holds(TopicFilter filter) {
    return byFilter.containsKey(filter.given());
  }

  // ---------------------------------------------------------------- joining and leaving

  /// The client asks for it.
  ///
  /// @param done runs when messages may come, or when the queue has refused: then it is not held
  void join(TopicFilter filter, Grant grant, Runnable done) {
    join(
        filter,
        grant,
        asked -> {
          if (asked.member == null && byFilter.remove(asked.name(), asked) && asked.kept) {
            forget(asked);
          }
          done.run();
        });
  }

  /// The session had it before. A queue that refuses now may be there the next time.
  void rejoin(TopicFilter filter, Grant grant) {
    join(filter, grant, asked -> {});
  }

  private void join(TopicFilter filter, Grant grant, Consumer<Membership> answered) {
    Membership asked = new Membership(filter, grant);
    Membership former = byFilter.put(filter.given(), asked);
    if (former != null) {
      asked.kept = former.kept;
      noLongerFull(former);
    }
    joining++;
    boolean persistent = session.expirySeconds() > 0;
    queues.join(
        session,
        filter,
        grant,
        ++joins,
        persistent,
        member -> {
          joined(asked, member);
          answered.accept(asked);
        });
  }

  private void joined(Membership asked, Queue.@Nullable Member member) {
    asked.member = member;
    if (member != null && byFilter.get(asked.name()) == null) {
      // Given back before the queue had answered. If it was asked for again instead, the later
      // membership takes the place of this one.
      leave(member, List.of(), List.of(), false);
    }
    joining--;
    Runnable next = whenJoined;
    if (joining == 0 && next != null) {
      whenJoined = null;
      next.run();
    }
  }

  /// Runs `next` when no queue owes us an answer: only then can we leave them all.
  void whenJoined(Runnable next) {
    if (joining == 0) {
      next.run();
    } else {
      whenJoined = next;
    }
  }

  /// @return whether it was a member
  boolean leave(TopicFilter filter) {
    Membership membership = byFilter.remove(filter.given());
    if (membership == null) {
      return false;
    }
    noLongerFull(membership);
    forget(membership);
    if (membership.member != null) {
      leave(membership.member, List.of(), List.of(), false);
    }
    return true;
  }

  private void forget(Membership membership) {
    if (session.state().hasRow()) {
      queues.forget(session.lane(), membership.name(), session.clientId());
    }
  }

  private void leave(
      Queue.Member member, List<Queue.Lease> returned, List<Queue.Lease> its, boolean comesBack) {
    // After the acknowledgements of this turn.
    Dealer queue = member.queue;
    session.lane().post(queue.lane(), () -> queue.leave(member, returned, its, comesBack));
  }

  /// Writes that this client is a member, together with its session's row.
  void keep() {
    for (Membership each : byFilter.values()) {
      if (!each.kept && Queues.keepsMembers(each.name())) {
        each.kept = true;
        Batch batch = session.lane().batch();
        batch.row(QueueTable.member(each.name(), session.clientId(), true));
        batch.afterwards(failure -> each.kept &= failure == null);
      }
    }
  }

  // ---------------------------------------------------------------- leases

  /// A lease arrives.
  ///
  /// @param closed the session is gone: it goes back
  void offer(Queue.Lease lease, boolean closed) {
    if (Qos.min(lease.message().qos(), lease.member.grant.qos()) == Qos.AT_MOST_ONCE) {
      if (!closed) {
        session.send(lease);
      }
      return;
    }
    Membership membership = byFilter.get(lease.member.queue.name());
    if (closed || membership == null || membership.member != lease.member) {
      giveBack(lease.member.queue, List.of(lease), List.of());
    } else if (membership.full || lease.round < membership.round || session.room() <= 0) {
      refuse(membership, lease);
    } else {
      lease.sent = true;
      session.send(lease);
    }
  }

  private void refuse(Membership membership, Queue.Lease lease) {
    if (!membership.full && lease.round == membership.round) {
      membership.full = true;
      full++;
    }
    Dealer queue = lease.member.queue;
    session.lane().post(queue.lane(), () -> queue.full(lease));
  }

  private void noLongerFull(Membership membership) {
    if (membership.full) {
      membership.full = false;
      full--;
    }
  }

  /// There may be room: asks those queues for more that leave us out.
  void askForMore() {
    if (full == 0 || session.room() <= 0) {
      return;
    }
    for (Membership each : byFilter.values()) {
      Queue.Member member = each.member;
      if (each.full && member != null) {
        noLongerFull(each);
        int round = ++each.round;
        session.lane().post(member.queue.lane(), () -> member.queue.resumed(member, round));
      }
    }
  }

  /// The client has it.
  static void acknowledge(Lane lane, Queue.Lease lease) {
    lane.post(lease.member.queue.lane(), () -> lease.member.queue.acknowledged(lease));
  }

  /// The client refused it, which counts as a failed delivery.
  static void refused(Lane lane, Queue.Lease lease) {
    lane.post(lease.member.queue.lane(), () -> lease.member.queue.refused(lease));
  }

  /// A row that says that the session has taken the message over. It goes into the batch with the
  /// packet id under which the message is to leave at QoS 2; when that is kept, call [#owned].
  ///
  /// @param is false if it is to go again
  static Batch.Row ownership(Queue.Lease lease, String clientId, boolean is) {
    String name = lease.member.queue.name();
    return QueueTable.owned(name, lease.partition, lease.offset, clientId, is);
  }

  /// The batch with [#ownership] is kept.
  static void owned(Lane lane, Queue.Lease lease) {
    lane.post(lease.member.queue.lane(), () -> lease.member.queue.owned(lease));
  }

  private void giveBack(Dealer queue, List<Queue.Lease> returned, List<Queue.Lease> its) {
    session.lane().post(queue.lane(), () -> queue.giveBack(returned, its));
  }

  // ---------------------------------------------------------------- the end

  /// What of a member's leases the window holds.
  private record Held(List<Queue.Lease> returned, List<Queue.Lease> its) {
    Held() {
      this(new ArrayList<>(), new ArrayList<>());
    }
  }

  /// What of the window waits for its row, and came from a queue; null if that is not so.
  static Queue.@Nullable Lease unsent(Window window, int slot) {
    Window.Held held = window.held(slot);
    return held == null || window.state(slot) != Window.WAITING ? null : held.lease();
  }

  /// The connection went: everything goes back but what was sent at QoS 2, which no other member
  /// may get (MQTT 5 §4.8.2). In the turn in which the session's row is written or removed.
  void close(Window window, boolean comesBack) {
    if (comesBack) {
      keep();
    } else {
      byFilter.values().forEach(this::forget);
    }
    Map<Queue.Member, Held> leases = held(window);
    for (Membership membership : byFilter.values()) {
      Queue.Member member = membership.member;
      if (member != null) {
        Held held = leases.remove(member);
        if (held == null) {
          held = new Held();
        }
        leave(member, held.returned(), held.its(), comesBack);
        if (comesBack) {
          Dealer queue = member.queue;
          Lane lane = session.lane();
          lane.batch().afterwards(failure -> lane.post(queue.lane(), queue::departed));
        }
      }
    }
    // What is left came through memberships that were given back or replaced meanwhile.
    leases.forEach((member, held) -> giveBack(member.queue, held.returned(), held.its()));
    giveBackUnsent(window);
  }

  /// What was about to leave at QoS 2 goes back once no row says any more that it is this client's:
  /// were the node to die before, both it and another member would get the message.
  private void giveBackUnsent(Window window) {
    Batch batch = session.lane().batch();
    window.forEach(
        slot -> {
          Queue.Lease lease = unsent(window, slot);
          if (lease != null && window.exactlyOnce(slot)) {
            batch.row(ownership(lease, session.clientId(), false));
            batch.afterwards(failure -> giveBack(lease.member.queue, List.of(lease), List.of()));
          }
        });
  }

  private static Map<Queue.Member, Held> held(Window window) {
    Map<Queue.Member, Held> leases = new HashMap<>();
    window.forEach(
        slot -> {
          Window.Held extra = window.held(slot);
          if (extra != null && extra.lease() != null) {
            Queue.Lease lease = extra.lease();
            Held held = leases.computeIfAbsent(lease.member, member -> new Held());
            lease.sent = unsent(window, slot) == null;
            if (!window.exactlyOnce(slot)) {
              held.returned().add(lease);
            } else if (lease.sent) {
              held.its().add(lease);
            }
          }
        });
    return leases;
  }

  void addTo(List<SessionRow.Kept> kept) {
    for (Membership membership : byFilter.values()) {
      kept.add(new SessionRow.Kept(membership.filter.given(), membership.grant, new long[0]));
    }
  }
}
