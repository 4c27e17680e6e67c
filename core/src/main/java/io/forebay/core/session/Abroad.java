package io.forebay.core.session;

import static java.util.stream.Collectors.toSet;

import io.forebay.core.message.Message;
import io.forebay.core.message.Qos;
import io.forebay.core.routing.Figure;
import io.forebay.core.routing.Grant;
import io.forebay.core.routing.Lane;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The members of a queue as their nodes speak for them. To the queue they are members like others.
/// On the queue's lane.
final class Abroad {
  private final Queue queue;
  private final Queues queues;
  private final Lane lane;
  private final Map<Key, Far> members = new HashMap<>();

  /// What members got from another node that dealt before, and was not looked at here.
  private final Map<Progress.Item, Far> ahead = new HashMap<>();

  private record Key(long node, int seat) {}

  /// A member.
  private final class Far implements Taker {
    final Key key;
    final int windowSize;
    int attempt;
    Queue.Member member;

    /// It is a member no more; some leases are not back.
    boolean left;

    final Map<Progress.Item, Queue.Lease> leases = new HashMap<>();

    Far(Key key, Word.Join join) {
      this.key = key;
      this.windowSize = join.windowSize();
      this.member = member(join);
    }

    Queue.Member member(Word.Join join) {
      attempt = join.attempt();
      Grant grant = Grant.of(Qos.of(join.qos()), false, false, 0);
      Queue.Member made = new Queue.Member(queue, this, grant, join.number());
      made.round = join.round();
      made.paused = join.paused();
      return made;
    }

    @Override
    public int windowSize() {
      return windowSize;
    }

    @Override
    public void offer(Lane from, Queue.Lease lease) {
      if (lease.open) {
        leases.put(lease.item, lease);
      }
      Word.Place place = new Word.Place(lease.partition, lease.offset);
      say(place, lease.redeliveries, lease.round, lease.message());
    }

    @Override
    public void offer(Lane from, Message message, int partition, long offset, Grant grant) {
      if (offset < 0 && key.node() != Branches.HERE) {
        // It is in no log from which the other node could read it.
        lane.counters().increment(Figure.PUBLISH_DROPPED);
      } else {
        say(new Word.Place(partition, offset), 0, member.round, message);
      }
    }

    private void say(Word.Place place, int redeliveries, int round, Message message) {
      queues
          .branches()
          .say(
              lane,
              key.node(),
              new Word.Leased(queue.name(), key.seat(), place, redeliveries, round, message));
    }
  }

  Abroad(Queue queue, Queues queues, Lane lane) {
    this.queue = queue;
    this.queues = queues;
    this.lane = lane;
  }

  /// The queue is open.
  void hear(long node, Word.ToQueue word) {
    switch (word) {
      case Word.Join join -> join(node, join);
      case Word.Leave leave -> leave(new Key(node, leave.seat()), leave);
      case Word.Done done -> done(new Key(node, done.seat()), done.back());
      case Word.Resumed resumed -> {
        Far far = members.get(new Key(node, resumed.seat()));
        if (far != null) {
          queue.resumed(far.member, resumed.round());
        }
      }
      case Word.Ask ask -> queues.branches().asked(queue, node, ask);
    }
  }

  // ---------------------------------------------------------------- members

  private void join(long node, Word.Join join) {
    if (queues.branches().isGone(node)) {
      return;
    }
    Key key = new Key(node, join.seat());
    Far far = members.get(key);
    if (far == null) {
      far = new Far(key, join);
      members.put(key, far);
    } else if (far.left || far.member.number < join.number()) {
      // Its node may have turned to another in between.
      far.left = false;
      far.member = far.member(join);
    }
    far.attempt = join.attempt();
    for (Word.Place place : join.held()) {
      adopt(far, place.item());
    }
    queue.join(
        far.member,
        join.persistent(),
        () ->
            queues
                .branches()
                .say(lane, node, new Word.Joined(queue.name(), join.seat(), join.number())));
  }

  /// A member has a message from another node that dealt before: nobody else is to get it, if
  /// nobody has.
  private void adopt(Far far, Progress.Item place) {
    if (far.leases.containsKey(place)) {
      return;
    }
    boolean ours = queue.disown(place);
    Progress.Item item = queue.dealing().withdraw(place);
    if (!queue.hasPassed(place)) {
      ahead.put(place, far);
      return;
    }
    if (item == null && ours) {
      item = queue.dealing().progress().insert(place);
    }
    if (item != null) {
      far.leases.put(item, queue.dealing().adopt(item, far.member));
    }
  }

  /// Whether a member has a message already that the queue meets in the log.
  boolean holds(Progress.Item item, Message message) {
    Far far = ahead.isEmpty() ? null : ahead.remove(item);
    if (far == null) {
      return false;
    }
    far.leases.put(item, queue.dealing().takeHeld(item, message, far.member));
    return true;
  }

  private void leave(Key key, Word.Leave leave) {
    Far far = members.get(key);
    if (far == null) {
      return;
    }
    List<Queue.Lease> returned = new ArrayList<>();
    List<Queue.Lease> its = new ArrayList<>();
    for (Word.Back back : leave.backs()) {
      Queue.Lease lease = far.leases.remove(back.place().item());
      if (lease == null) {
        doneAhead(back);
      } else if (back.how() == Word.How.ITS) {
        its.add(lease);
      } else {
        lease.sent = back.how() == Word.How.SENT;
        returned.add(lease);
      }
    }
    far.left = true;
    if (leave.comesBack()) {
      queue.waitForSomebody();
    }
    forgetIfDone(far);
    queue.leave(far.member, returned, its, false);
  }

  private void forgetIfDone(Far far) {
    // What it has and was not looked at here comes back too, perhaps after it was.
    if (far.left && far.leases.isEmpty() && !ahead.containsValue(far)) {
      members.remove(far.key);
    }
  }

  // ---------------------------------------------------------------- leases

  private void done(Key key, Word.Back back) {
    Far far = members.get(key);
    Progress.Item place = back.place().item();
    Queue.Lease lease = far == null ? null : far.leases.get(place);
    if (far == null || lease == null) {
      doneAhead(back);
      if (far != null) {
        forgetIfDone(far);
      }
      return;
    }
    if (back.how() != Word.How.OWNED) {
      far.leases.remove(place);
      forgetIfDone(far);
    }
    if (lease.adopted() && isDone(back.how())) {
      // There may be a row that says so.
      queue.owned(lease);
    }
    switch (back.how()) {
      case ACKNOWLEDGED -> queue.acknowledged(lease);
      case REFUSED -> queue.refused(lease);
      case OWNED -> queue.owned(lease);
      case ITS -> queue.giveBack(List.of(), List.of(lease));
      case FULL -> queue.full(lease);
      case SENT, UNSENT -> {
        lease.sent = back.how() == Word.How.SENT;
        queue.giveBack(List.of(lease), List.of());
      }
    }
  }

  private boolean isDone(Word.How how) {
    return switch (how) {
      case ACKNOWLEDGED, OWNED, ITS -> true;
      case REFUSED -> !queue.declared();
      case SENT, UNSENT, FULL -> false;
    };
  }

  /// Of a message that the member got from another node that dealt before.
  private void doneAhead(Word.Back back) {
    Progress.Item place = back.place().item();
    ahead.remove(place);
    if (isDone(back.how())) {
      queue.doneElsewhere(place);
    }
  }

  // ---------------------------------------------------------------- nodes

  /// A node died: what its members have goes to others, but for what a row says is a session's own.
  void gone(long node) {
    List<Far> gone = members.values().stream().filter(far -> far.key.node() == node).toList();
    if (gone.isEmpty()) {
      return;
    }
    ahead.values().removeIf(far -> far.key.node() == node);
    List<Queue.Lease> leases = new ArrayList<>();
    for (Far far : gone) {
      members.remove(far.key);
      leases.addAll(far.leases.values());
      queue.leave(far.member, List.of(), List.of(), false);
    }
    boolean anyOwned =
        leases.stream().anyMatch(lease -> lease.member.grant.qos() == Qos.EXACTLY_ONCE);
    if (anyOwned) {
      queues.table().owned(queue.name(), owned -> lane.execute(() -> giveBack(leases, owned)));
    } else {
      giveBack(leases, List.of());
    }
  }

  private void giveBack(List<Queue.Lease> leases, List<byte[]> owned) {
    Set<Progress.Item> theirs = owned.stream().map(QueueFormat::owned).collect(toSet());
    List<Queue.Lease> returned = new ArrayList<>();
    List<Queue.Lease> its = new ArrayList<>();
    for (Queue.Lease lease : leases) {
      if (theirs.contains(lease.item)) {
        queue.owned(lease);
        its.add(lease);
      } else {
        // The client may have it.
        lease.sent = true;
        returned.add(lease);
      }
    }
    queue.giveBack(returned, its);
  }

  /// Another node deals from now on.
  void elsewhere() {
    for (Far far : members.values()) {
      queues.branches().say(lane, far.key.node(), new Word.Elsewhere(queue.name(), far.attempt));
    }
    members.clear();
  }
}
