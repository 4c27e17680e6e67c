package io.forebay.core.session;

import io.forebay.core.routing.Grant;
import io.forebay.core.routing.Lane;
import io.forebay.core.topic.TopicFilter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How a session takes part in shared groups: which it is a member of, and what they leased to it
/// while its window had no room. On the session's lane.
final class Memberships {
  private final Session session;
  private final Queues queues;
  private final Map<String, Membership> byFilter = new HashMap<>();
  private final ArrayDeque<Queue.Lease> waiting = new ArrayDeque<>();

  /// Queues that we asked to take us in and that have not answered.
  private int joining;

  private @Nullable Runnable whenJoined;

  /// @param member null until the queue took us in
  private record Membership(TopicFilter filter, Grant grant, Queue.@Nullable Member member) {}

  Memberships(Session session, Queues queues) {
    this.session = session;
    this.queues = queues;
  }

  int size() {
    return byFilter.size();
  }

  boolean holds(TopicFilter filter) {
    return byFilter.containsKey(filter.given());
  }

  /// @param done runs when messages may come
  void join(TopicFilter filter, Grant grant, Runnable done) {
    Membership asked = new Membership(filter, grant, null);
    byFilter.put(filter.given(), asked);
    joining++;
    queues.join(
        session,
        filter,
        grant,
        member -> {
          joined(asked, member);
          done.run();
        });
  }

  @SuppressWarnings("ReferenceEquality") // equal memberships are still two
  private void joined(Membership asked, Queue.Member member) {
    String given = asked.filter().given();
    Membership present = byFilter.get(given);
    if (present == asked) {
      byFilter.put(given, new Membership(asked.filter(), asked.grant(), member));
    } else if (present == null) {
      // Given back before the queue had answered. If it was asked for again instead, the later
      // membership takes the place of this one.
      queues.leave(member.queue, member, takeWaiting(member), false);
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
    if (membership != null && membership.member() != null) {
      Queue.Member member = membership.member();
      queues.leave(member.queue, member, takeWaiting(member), false);
    }
    return membership != null;
  }

  private List<Queue.Lease> takeWaiting(Queue.Member member) {
    List<Queue.Lease> taken = new ArrayList<>();
    waiting.removeIf(lease -> lease.member == member && taken.add(lease));
    return taken;
  }

  /// A lease arrives.
  ///
  /// @param closed the session is gone: it goes back
  void offer(Queue.Lease lease, boolean closed) {
    if (closed || byFilter.get(lease.member.queue.clientId()) == null) {
      giveBack(lease.member.queue, List.of(lease));
    } else if (waiting.isEmpty() && session.room() > 0) {
      session.send(lease);
    } else {
      waiting.add(lease);
    }
  }

  void sendWaiting() {
    while (!waiting.isEmpty() && session.room() > 0) {
      session.send(waiting.remove());
    }
  }

  static void acknowledge(Lane lane, Queue.Lease lease) {
    lane.post(lease.member.queue.lane(), () -> lease.member.queue.acknowledged(lease));
  }

  private void giveBack(Queue queue, List<Queue.Lease> leases) {
    session.lane().post(queue.lane(), () -> queue.giveBack(leases));
  }

  /// The connection went: everything goes back but what was sent at QoS 2, which no other member
  /// may get (MQTT 5 §4.8.2).
  void close(Window window, boolean comesBack) {
    Map<Queue.Member, List<Queue.Lease>> leases = new HashMap<>();
    window.forEach(
        slot -> {
          Window.Held held = window.held(slot);
          if (held != null && held.lease() != null && !window.exactlyOnce(slot)) {
            leases
                .computeIfAbsent(held.lease().member, member -> new ArrayList<>())
                .add(held.lease());
          }
        });
    for (Membership membership : byFilter.values()) {
      Queue.Member member = membership.member();
      if (member != null) {
        List<Queue.Lease> held =
            leases.containsKey(member) ? leases.remove(member) : new ArrayList<>();
        held.addAll(takeWaiting(member));
        queues.leave(member.queue, member, held, comesBack);
      }
    }
    // What is left came through memberships that were given back or replaced meanwhile.
    leases.forEach((member, held) -> giveBack(member.queue, held));
    waiting.forEach(lease -> giveBack(lease.member.queue, List.of(lease)));
    waiting.clear();
  }

  void addTo(List<SessionRow.Kept> kept) {
    for (Membership membership : byFilter.values()) {
      kept.add(new SessionRow.Kept(membership.filter().given(), membership.grant(), new long[0]));
    }
  }
}
