package io.forebay.core.session;

import io.forebay.core.log.Log;
import io.forebay.core.log.Stored;
import io.forebay.core.message.Message;
import io.forebay.core.message.Qos;
import io.forebay.core.message.UserProperty;
import io.forebay.core.routing.Figure;
import io.forebay.core.routing.Lane;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// How a queue deals messages out: to whom, what comes back, what is given up. On the queue's lane.
///
/// A message is an item from when it was looked at until somebody acknowledged it. It is leased to
/// one member at a time. What comes back is dealt out first, in the order of the log. Where an
/// order is asked for, the items of one key go to the member that holds some of them, and wait for
/// it if it is busy.
final class Dealing {
  /// Items that may wait for a busy member because of their key.
  private static final int MOST_PARKED = 1_024;

  /// Items looked at and not acknowledged, so that what is kept of a queue stays small.
  private static final int MOST_OUTSTANDING = 65_536;

  /// Messages read from the log again at once.
  private static final int FETCHED = 256;

  /// Who has items of a key.
  private static final class Stuck {
    final Queue.Member member;
    int items;

    Stuck(Queue.Member member) {
      this.member = member;
    }
  }

  private final Queue queue;
  private final QueueSettings settings;
  private final Lane lane;
  private final Log log;
  private final LongSupplier clock;
  private final DeadLetters deadLetters;
  private final Crew crew;
  private final Progress progress = new Progress();
  private final TreeSet<Progress.Item> returned = new TreeSet<>();
  private final Map<String, Stuck> keys = new HashMap<>();

  /// Could not be given up: no room for the dead letter.
  private final ArrayDeque<Progress.Item> stranded = new ArrayDeque<>();

  private int parked;
  private int leased;
  private boolean fetching;
  private long redelivered;

  Dealing(Queue queue, QueueSettings settings, Lane lane, Log log, LongSupplier clock) {
    this.queue = queue;
    this.settings = settings;
    this.lane = lane;
    this.log = log;
    this.clock = clock;
    this.deadLetters = new DeadLetters(queue.clientId(), settings, lane, clock);
    this.crew = new Crew(settings.exclusive());
  }

  Crew crew() {
    return crew;
  }

  Progress progress() {
    return progress;
  }

  long redelivered() {
    return redelivered;
  }

  /// Whether nothing is with a member, or on its way to the dead letters.
  boolean idle() {
    return leased == 0 && deadLetters.underWay() == 0;
  }

  long deadLettered() {
    return deadLetters.count();
  }

  /// Begins where the row says.
  void restore(QueueRow row) {
    redelivered = row.redelivered();
    deadLetters.begin(row.deadLettered());
    for (QueueRow.Outstanding each : row.outstanding()) {
      returned.add(progress.add(each.partition(), each.offset(), null, each.redeliveries()));
    }
  }

  /// This item is done already.
  void settle(Progress.Item item) {
    if (progress.settle(item)) {
      queue.settled();
    }
    queue.changed();
  }

  // ---------------------------------------------------------------- out

  int room() {
    if (!returned.isEmpty()) {
      return 0;
    }
    int room = Math.min(crew.room(), MOST_OUTSTANDING - progress.size());
    return settings.orderBy() == null ? room : Math.min(room, MOST_PARKED - parked);
  }

  /// Takes a message of the log; there is room.
  void take(Progress.Item item, Message message) {
    progress.add(item);
    queue.changed();
    item.key = key(message);
    if (tooOld(message)) {
      giveUp(item, DeadLetters.TOO_OLD);
    } else if (!place(item, message)) {
      throw new IllegalStateException("take without room");
    }
  }

  /// Takes a message of the log that a member has already.
  Queue.Lease takeHeld(Progress.Item item, Message message, Queue.Member member) {
    progress.add(item);
    item.key = key(message);
    Queue.Lease lease = adopt(item, member);
    if (item.key != null) {
      Stuck stuck = keys.computeIfAbsent(item.key, key -> new Stuck(member));
      if (stuck.member == member) {
        stuck.items++;
      } else {
        item.key = null;
      }
    }
    return lease;
  }

  /// A member has this item already, which waited.
  Queue.Lease adopt(Progress.Item item, Queue.Member member) {
    Queue.Lease lease = new Queue.Lease(member, item, null, member.round, item.redeliveries);
    lease.open = true;
    leased++;
    crew.load(member, 1);
    queue.changed();
    return lease;
  }

  /// Takes back what waits to be dealt.
  ///
  /// @return null if it does not wait
  Progress.@Nullable Item withdraw(Progress.Item place) {
    Progress.Item item = returned.ceiling(place);
    if (item == null || !item.equals(place)) {
      return null;
    }
    returned.remove(item);
    return item;
  }

  /// Deals out what came back.
  void deal() {
    while (!returned.isEmpty()) {
      Progress.Item item = returned.first();
      Message message = item.message;
      if (message == null) {
        fetch();
        return;
      }
      if (failedTooOften(item)) {
        returned.remove(item);
        giveUp(item, DeadLetters.FAILED);
      } else if (tooOld(message)) {
        returned.remove(item);
        giveUp(item, DeadLetters.TOO_OLD);
      } else if (parked < MOST_PARKED && place(item, message)) {
        returned.remove(item);
      } else {
        return;
      }
    }
  }

  private boolean place(Progress.Item item, Message message) {
    Stuck stuck = item.key == null ? null : keys.get(item.key);
    if (stuck != null) {
      park(stuck, item);
      unpark(stuck.member);
      return true;
    }
    Queue.Member member = crew.next();
    if (member == null) {
      return false;
    }
    if (item.key != null) {
      Stuck begun = new Stuck(member);
      begun.items = 1;
      keys.put(item.key, begun);
    }
    lease(member, item, message);
    return true;
  }

  private void park(Stuck stuck, Progress.Item item) {
    stuck.items++;
    stuck.member.parked.add(item);
    parked++;
  }

  private void lease(Queue.Member member, Progress.Item item, Message message) {
    int redeliveries = queue.declared() ? item.redeliveries : 0;
    Queue.Lease lease =
        new Queue.Lease(member, item, shown(message, redeliveries), member.round, redeliveries);
    if (Qos.min(message.qos(), member.grant.qos()) == Qos.AT_MOST_ONCE) {
      crew.load(member, 0);
      unstick(item);
      settle(item);
    } else {
      lease.open = true;
      leased++;
      crew.load(member, 1);
    }
    member.taker.offer(lane, lease);
  }

  /// A declared queue's consumers are told how often the message was dealt before.
  static Message shown(Message message, int redeliveries) {
    return redeliveries == 0
        ? message
        : DeadLetters.with(message, List.of(new UserProperty("redeliveries", "" + redeliveries)));
  }

  private void unpark(Queue.Member member) {
    while (!member.parked.isEmpty() && crew.hasRoom(member)) {
      Progress.Item item = member.parked.removeFirst();
      parked--;
      Message message = item.message;
      if (message != null && tooOld(message)) {
        unstick(item);
        giveUp(item, DeadLetters.TOO_OLD);
      } else if (message != null) {
        lease(member, item, message);
      }
    }
  }

  private @Nullable String key(Message message) {
    String orderBy = settings.orderBy();
    if (orderBy == null) {
      return null;
    }
    if (orderBy.equals(QueueSettings.BY_TOPIC)) {
      return message.topic();
    }
    String name = orderBy.substring(QueueSettings.BY_PROPERTY.length());
    for (UserProperty property : message.properties().userProperties()) {
      if (property.name().equals(name)) {
        return property.value();
      }
    }
    return null;
  }

  // ---------------------------------------------------------------- back

  void acknowledged(Queue.Lease lease) {
    if (release(lease)) {
      settle(lease.item);
      freed(lease.member);
    }
  }

  /// Nobody acknowledged it.
  ///
  /// @param failed the member had it, or may have had it
  void back(Queue.Lease lease, boolean failed) {
    if (!release(lease)) {
      return;
    }
    Progress.Item item = lease.item;
    if (!item.settled()) {
      if (failed) {
        item.redeliveries++;
        redelivered++;
        lane.counters().increment(Figure.QUEUE_REDELIVERED);
        queue.changed();
      }
      if (failedTooOften(item) && item.message != null) {
        giveUp(item, DeadLetters.FAILED);
      } else if (!waitsWithOthers(item)) {
        returned.add(item);
      }
    }
    freed(lease.member);
  }

  /// Where an order is asked for, and the member has more of the key: those must not overtake it.
  private boolean waitsWithOthers(Progress.Item item) {
    Stuck stuck = item.key == null ? null : keys.get(item.key);
    if (stuck == null || stuck.member.gone) {
      return false;
    }
    park(stuck, item);
    return true;
  }

  private boolean release(Queue.Lease lease) {
    if (!lease.open) {
      return false;
    }
    lease.open = false;
    leased--;
    crew.load(lease.member, -1);
    unstick(lease.item);
    return true;
  }

  private void unstick(Progress.Item item) {
    Stuck stuck = item.key == null ? null : keys.get(item.key);
    if (stuck != null && --stuck.items == 0) {
      keys.remove(item.key);
    }
  }

  private void freed(Queue.Member member) {
    if (member.gone) {
      unparkElsewhere(member);
    } else {
      unpark(member);
    }
  }

  /// A member went: what waits for it is dealt to others.
  void unparkElsewhere(Queue.Member member) {
    for (Progress.Item item : member.parked) {
      parked--;
      unstick(item);
      returned.add(item);
    }
    member.parked.clear();
  }

  /// A member has room again.
  void resumed(Queue.Member member) {
    crew.pause(member, false);
    unpark(member);
  }

  // ---------------------------------------------------------------- from the log again

  private void fetch() {
    if (fetching) {
      return;
    }
    List<Progress.Item> wanted = new ArrayList<>();
    int partition = returned.first().partition;
    for (Progress.Item item : returned) {
      if (item.partition != partition || item.message != null || wanted.size() == FETCHED) {
        break;
      }
      wanted.add(item);
    }
    fetching = true;
    long[] offsets = wanted.stream().mapToLong(item -> item.offset).toArray();
    log.fetch(partition, offsets, found -> lane.execute(() -> fetched(wanted, found)));
  }

  private void fetched(List<Progress.Item> wanted, List<Stored> found) {
    fetching = false;
    Map<Long, Message> byOffset = new HashMap<>();
    found.forEach(stored -> byOffset.put(stored.offset(), stored.message()));
    for (Progress.Item item : wanted) {
      Message message = byOffset.get(item.offset);
      if (message != null) {
        item.message = message;
        item.key = key(message);
      } else if (returned.remove(item)) {
        lane.counters().increment(Figure.GAP_MESSAGES);
        settle(item);
      }
    }
    queue.goOn();
  }

  // ---------------------------------------------------------------- given up

  private boolean failedTooOften(Progress.Item item) {
    return settings.maximumRedeliveries() != QueueSettings.UNLIMITED
        && item.redeliveries > settings.maximumRedeliveries();
  }

  private boolean tooOld(Message message) {
    return settings.ttlMillis() > 0
        && clock.getAsLong() - message.timestampMillis() >= settings.ttlMillis();
  }

  private void giveUp(Progress.Item item, String reason) {
    deadLetters.give(
        item,
        reason,
        kept -> {
          if (!kept) {
            stranded.add(item);
            queue.changed();
          } else if (settings.deadLetterTopic() == null) {
            settle(item);
          } else {
            queue.settledByRow(item);
            queue.closeIfUnused();
          }
        });
  }

  /// About once a second: tries again to give up what could not be.
  void tick() {
    returned.addAll(stranded);
    stranded.clear();
  }
}
