package io.forebay.sim;

import io.forebay.core.log.EngineFailure;
import io.forebay.core.message.Message;
import io.forebay.core.message.Qos;
import io.forebay.core.message.UserProperty;
import io.forebay.core.routing.Lane;
import io.forebay.core.session.Consumer;
import io.forebay.core.session.Opening;
import io.forebay.core.session.Session;
import io.forebay.core.session.Sessions;
import io.forebay.core.topic.TopicFilter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A client's end of one connection: holds the broker to its word on each delivery.
final class ClientConnection implements Consumer, Sessions.Opened {
  private final World world;
  private final Client client;
  final int number;
  final Lane lane;
  final Opening opening;
  private final Ledger.@Nullable Entry will;
  private boolean goodbye;
  private boolean resumed;

  @Nullable Session session;
  private @Nullable SessionModel model;
  private boolean closed;
  private boolean writable = true;

  /// A subscription that asked for retained messages.
  ///
  /// @param retained what there was, by topic
  record Ask(
      String filter, boolean owed, boolean noLocal, long[] heads, Map<String, Integer> retained) {}

  private final List<Ask> asks = new ArrayList<>();
  private final Map<Integer, Integer> retainedSeen = new HashMap<>();

  ClientConnection(
      World world,
      Client client,
      int number,
      Lane lane,
      Opening opening,
      Ledger.@Nullable Entry will) {
    this.world = world;
    this.client = client;
    this.number = number;
    this.lane = lane;
    this.opening = opening;
    this.will = will;
  }

  Outbox outbox() {
    return client.outbox;
  }

  boolean closed() {
    return closed;
  }

  boolean open() {
    return session != null && !closed;
  }

  Session session() {
    return Objects.requireNonNull(session);
  }

  private SessionModel model() {
    return Objects.requireNonNull(model, "delivered before it was opened");
  }

  // ---------------------------------------------------------------- life

  @Override
  public void opened(Session mine, boolean present) {
    session = mine;
    resumed = present;
    boolean known = client.begun(this, present);
    model = client.model();
    if (closed || !known) {
      if (!closed) {
        // A session that the client knows nothing of is none that it may use (MQTT 5 §3.2.2.1.1).
        mine.expirySeconds(0);
        closed = true;
        letGo();
      }
      forbidWill();
      mine.dropWill();
      mine.close();
      gone();
    } else {
      mine.resume();
      client.outbox.resume(this);
    }
  }

  /// The node died.
  void crashed() {
    closed = true;
    letGo();
  }

  @Override
  public void refused(@Nullable EngineFailure failure) {
    forbidWill();
    closed = true;
    letGo();
  }

  void sayGoodbye() {
    goodbye = true;
    session().dropWill();
    forbidWill();
  }

  private void forbidWill() {
    if (will != null) {
      world.ledger.forbidden.add(will.number());
    }
  }

  void close() {
    if (closed) {
      return;
    }
    closed = true;
    letGo();
    if (session != null) {
      owedWill();
      gone();
      session.close();
    }
  }

  @Override
  public void accessChanged() {}

  @Override
  public void usersGone(Set<String> users) {}

  @Override
  public void end(End why) {
    if (closed) {
      // It hung up while its session was still with a predecessor: the broker need not know.
      return;
    }
    closed = true;
    letGo();
    if (session != null) {
      owedWill();
      gone();
    }
  }

  private void letGo() {
    if (client.current == this) {
      client.current = null;
    }
  }

  private void owedWill() {
    boolean ends = session().expirySeconds() == 0;
    if (will != null
        && !goodbye
        && (ends || Objects.requireNonNull(opening.will()).delaySeconds() == 0)) {
      world.ledger.required.add(will.number());
    }
  }

  /// What the session looks like without a connection.
  private void gone() {
    long expirySeconds = session().expirySeconds();
    model()
        .inFlight
        .values()
        .removeIf(flight -> flight.group != null && flight.qos != Qos.EXACTLY_ONCE);
    if (expirySeconds == 0) {
      world.forget(model());
    } else if (expirySeconds != Opening.NEVER) {
      model().endsAtMillis = world.nowMillis() + 1_000 * expirySeconds;
    }
  }

  // ---------------------------------------------------------------- deliveries

  @Override
  public boolean writable() {
    return writable;
  }

  void writable(boolean now) {
    writable = now;
    if (now) {
      session().pump();
    }
  }

  @Override
  public boolean deliver(
      Message message,
      Qos qos,
      boolean dup,
      boolean retain,
      int packetId,
      int[] subscriptionIds,
      List<UserProperty> extras) {
    Violation.unless(!closed, "%s: a delivery to a closed connection", client.id);
    Ledger.Entry entry = world.ledger.of(message);
    boolean fits = entry.number() % 17 != 0;
    boolean shared = subscriptionIds.length > 0 && subscriptionIds[0] >= SessionModel.SHARED_IDS;
    String group = shared ? World.SHARED.get(subscriptionIds[0] - SessionModel.SHARED_IDS) : null;
    boolean told = subscriptionIds.length > 0 || !model().mayBeOfAGroup(entry.topic());
    String way = retain ? "retained" : group != null ? group : told ? "" : "?";
    if (dup || withoutDup(entry, packetId)) {
      again(entry, qos, packetId, way, fits);
      return fits;
    }
    if (qos != Qos.AT_MOST_ONCE) {
      model().saw(entry.number(), way, qos, fits);
    }
    if (retain) {
      retained(entry);
    }
    if (qos == Qos.AT_MOST_ONCE) {
      Violation.unless(packetId == 0, "%s: a packet id at QoS 0", client.id);
      if (!retain && !shared) {
        model().atMostOnce(entry);
      }
      return fits;
    }
    if (!retain && group == null && resumed && model().mayBeOfAGroup(entry.topic())) {
      model().ofAGroupPerhaps(entry.number());
      model().joined.forEach(given -> world.groups.excuse(given, entry.number()));
    } else if (!retain && group == null) {
      model().first(entry, world.ledger, qos, number);
    }
    Map<Integer, SessionModel.Flight> inFlight = model().inFlight;
    checkWindow();
    Violation.unless(
        !inFlight.containsKey(packetId), "%s: packet id %s is taken", client.id, packetId);
    if (fits) {
      inFlight.put(packetId, new SessionModel.Flight(entry.number(), qos, retain, group, number));
    } else if (group != null) {
      world.groups.acknowledged(group, entry.number());
    }
    return fits;
  }

  /// What a former connection left over takes no room until it is sent again: quotas begin anew
  /// with each connection (MQTT 5 §4.9).
  private void checkWindow() {
    long taken =
        model().inFlight.values().stream().filter(flight -> flight.connection == number).count();
    Violation.unless(taken < opening.windowSize(), "%s: more than its window", client.id);
  }

  /// After a crash the broker need not know that it had sent a message already.
  private boolean withoutDup(Ledger.Entry entry, int packetId) {
    SessionModel.Flight flight = model().inFlight.get(packetId);
    return packetId > 0
        && model().shaken()
        && flight != null
        && flight.connection != number
        && flight.number == entry.number();
  }

  private void again(Ledger.Entry entry, Qos qos, int packetId, String way, boolean fits) {
    SessionModel.Flight flight = model().inFlight.get(packetId);
    if (flight == null && model().shaken()) {
      boolean retain = way.equals("retained");
      boolean asked = retain && model().asks.stream().anyMatch(ask -> mayGet(ask, entry));
      model().unknownAgain(entry, world.ledger.stored(entry.number()), way, asked);
      model().saw(entry.number(), way, qos, fits);
      flight = new SessionModel.Flight(entry.number(), qos, retain, null, 0);
      model().inFlight.put(packetId, flight);
    }
    Violation.unless(
        flight != null
            && flight.number == entry.number()
            && flight.qos == qos
            && (!flight.received || model().shaken())
            && !flight.released
            && flight.connection != number,
        "%s: %s comes again as packet id %s",
        client.id,
        entry,
        packetId);
    checkWindow();
    flight.received = false;
    flight.connection = number;
    if (!fits) {
      model().inFlight.remove(packetId);
    }
  }

  @Override
  public void release(int packetId) {
    Violation.unless(!closed, "%s: a release to a closed connection", client.id);
    SessionModel.Flight flight = model().inFlight.get(packetId);
    if (flight == null && model().shaken()) {
      // The client has said PUBCOMP; the broker does not know any more.
      flight = new SessionModel.Flight(-1, Qos.EXACTLY_ONCE, false, null, number);
      flight.received = true;
      model().inFlight.put(packetId, flight);
    }
    Violation.unless(flight != null && flight.received, "%s: a release of %s", client.id, packetId);
    flight.released = true;
    flight.connection = number;
  }

  /// Answers one delivery.
  ///
  /// @return false if there is none
  boolean acknowledge(RandomGenerator dice) {
    List<Integer> ids =
        model().inFlight.entrySet().stream()
            .filter(each -> each.getValue().connection == number)
            .filter(each -> each.getValue().released || !each.getValue().received)
            .map(Map.Entry::getKey)
            .toList();
    if (ids.isEmpty()) {
      return false;
    }
    int id = ids.get(dice.nextInt(ids.size()));
    SessionModel.Flight flight = Objects.requireNonNull(model().inFlight.get(id));
    boolean known;
    if (flight.released) {
      model().inFlight.remove(id);
      known = session().inFlight().completed(id);
    } else {
      if (flight.group != null && !flight.counted) {
        flight.counted = true;
        world.groups.acknowledged(flight.group, flight.number);
      }
      boolean refused = flight.qos == Qos.EXACTLY_ONCE && dice.nextInt(10) == 0;
      if (flight.qos == Qos.AT_LEAST_ONCE || refused) {
        model().inFlight.remove(id);
        if (refused) {
          model().refused(flight.number);
        }
      } else {
        flight.received = true;
      }
      known =
          flight.qos == Qos.AT_LEAST_ONCE
              ? session().inFlight().acknowledged(id)
              : session().inFlight().received(id, refused);
    }
    Violation.unless(known, "%s: packet id %s is unknown", client.id, id);
    return true;
  }

  // ---------------------------------------------------------------- retained messages

  /// @param owed false if the broker may have a reason not to send them
  void asks(String filter, boolean owed, boolean noLocal, long[] heads) {
    Ask ask = new Ask(filter, owed, noLocal, heads, Map.copyOf(world.ledger.retained));
    asks.add(ask);
    model().asks.add(ask);
  }

  /// The broker has refused a subscription.
  void refusedSubscription(String filter) {
    asks.replaceAll(
        ask ->
            ask.filter().equals(filter)
                ? new Ask(filter, false, ask.noLocal(), ask.heads(), ask.retained())
                : ask);
  }

  private void retained(Ledger.Entry entry) {
    // One that waited for its row may come on a later connection than the one that asked.
    long allowed = model().asks.stream().filter(ask -> mayGet(ask, entry)).count();
    retainedSeen.merge(entry.number(), 1, Integer::sum);
    int seen = model().retainedSeen.merge(entry.number(), 1, Integer::sum);
    Violation.unless(
        seen <= allowed || model().shaken(),
        "%s got the retained %s %s times",
        client.id,
        entry,
        seen);
  }

  private boolean mayGet(Ask ask, Ledger.Entry entry) {
    var stored = Objects.requireNonNull(world.ledger.stored(entry.number()));
    return TopicFilter.matches(ask.filter(), entry.topic())
        && stored.offset() < ask.heads()[stored.partition()]
        && !(ask.noLocal() && entry.publisher().equals(client.id));
  }

  /// All is quiet: what was retained when we asked, and still is, has come.
  void checkRetained() {
    for (Map.Entry<String, Integer> now : world.ledger.retained.entrySet()) {
      Ledger.Entry entry = world.ledger.entry(now.getValue());
      long owed =
          asks.stream()
              .filter(Ask::owed)
              .filter(ask -> now.getValue().equals(ask.retained().get(now.getKey())))
              .filter(ask -> mayGet(ask, entry))
              .count();
      int seen = retainedSeen.getOrDefault(now.getValue(), 0);
      Violation.unless(
          seen >= owed, "%s got the retained %s %s times of %s", client.id, entry, seen, owed);
    }
  }
}
