package io.forebay.sim;

import io.forebay.core.message.Qos;
import io.forebay.core.routing.Grant;
import io.forebay.core.session.Opening;
import io.forebay.core.session.Session;
import io.forebay.core.session.Will;
import io.forebay.core.topic.TopicFilter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A client that does what comes to its mind, within the protocol.
final class Client {
  private static final long[] EXPIRIES = {0, 5, 60, Opening.NEVER};

  private final World world;
  private final RandomGenerator dice;
  final String id;

  /// The latest connection, if it is not closed.
  @Nullable ClientConnection current;

  /// The last connection whose session began.
  private @Nullable ClientConnection begun;

  @Nullable SessionModel model;

  final Outbox outbox;
  private final Map<String, Integer> joins = new HashMap<>();

  Client(World world, String id) {
    this.world = world;
    this.dice = world.dice;
    this.id = id;
    this.outbox = new Outbox(world);
  }

  private <T> T any(List<T> of) {
    return of.get(dice.nextInt(of.size()));
  }

  private boolean chance(int percent) {
    return dice.nextInt(100) < percent;
  }

  void act() {
    ClientConnection connection = current;
    if (connection == null || chance(3)) {
      connect(chance(20), EXPIRIES[dice.nextInt(EXPIRIES.length)], 1 + dice.nextInt(20), true);
    } else if (chance(4)) {
      disconnect(connection);
    } else if (connection.open()) {
      switch (dice.nextInt(10)) {
        case 0 -> subscribe(connection);
        case 1 -> unsubscribe(connection);
        case 2 -> connection.writable(!connection.writable() || !chance(50));
        case 3, 4, 5 -> publish(connection);
        case 6 -> outbox.release(connection, dice);
        default -> connection.acknowledge(dice);
      }
    }
  }

  // ---------------------------------------------------------------- come and go

  void connect(boolean cleanStart, long expirySeconds, int window, boolean mayHaveWill) {
    int number = world.newConnection();
    Ledger.Entry entry = null;
    Will will = null;
    if (mayHaveWill && chance(30)) {
      entry =
          world.ledger.newEntry(
              any(World.TOPICS), Qos.of(1 + dice.nextInt(2)), false, id, "will" + number);
      will =
          new Will(
              entry.topic(),
              new byte[] {1},
              entry.qos(),
              false,
              Ledger.properties(entry),
              -1,
              chance(50) ? 0 : dice.nextInt(10));
    }
    Opening opening = new Opening(id, cleanStart, expirySeconds, window, will);
    ClientConnection connection =
        new ClientConnection(world, this, number, any(world.broker().lanes()), opening, entry);
    current = connection;
    world.broker().open(connection.lane, opening, connection, connection);
  }

  private void disconnect(ClientConnection connection) {
    Session session = connection.session;
    if (session != null && chance(50)) {
      if (chance(30)) {
        session.expirySeconds(0);
      }
      connection.sayGoodbye();
    }
    connection.close();
  }

  /// A session began for a connection of ours.
  ///
  /// @return false if it is one that we know nothing of, since the broker has forgotten its end
  boolean begun(ClientConnection connection, boolean present) {
    ClientConnection before = begun;
    Violation.unless(
        before == null || before.closed(), "%s: two connections act for one session", id);
    begun = connection;
    SessionModel former = model;
    if (present
        && former != null
        && (former.haunted || (former.dead && world.failures() > 0))
        && !connection.opening.cleanStart()) {
      if (!connection.closed()) {
        world.forget(former);
        model = new SessionModel(id);
        outbox.forgetExactlyOnce();
      }
      return false;
    }
    boolean stays = former != null && !former.dead;
    Violation.unless(!present || (stays && !connection.opening.cleanStart()), "%s: a ghost", id);
    Violation.unless(
        present
            || !stays
            || connection.opening.cleanStart()
            || world.nowMillis() >= former.endsAtMillis
            || ((former.shaken() || world.failures() > 0) && !former.kept),
        "%s: its session is lost",
        id);
    if (!present) {
      if (former != null) {
        world.forget(former);
      }
      model = new SessionModel(id);
      // Exactly once is over with the session that it was said in.
      outbox.forgetExactlyOnce();
    } else if (world.failures() > 0) {
      model().shake();
    }
    model().haunted = world.failures() > 0 && !model().kept;
    model().endsAtMillis = Long.MAX_VALUE;
    return true;
  }

  /// The node died.
  ///
  /// @param calm nothing was under way, so all that we know was kept
  void crashed(boolean calm) {
    ClientConnection connection = begun;
    boolean connected = connection != null && !connection.closed();
    if (connected) {
      long expirySeconds = connection.session().expirySeconds();
      model().endsAtMillis =
          expirySeconds == Opening.NEVER
              ? Long.MAX_VALUE
              : world.nowMillis() + 1_000 * expirySeconds;
      if (expirySeconds == 0) {
        world.forget(model());
      }
    }
    if (current != null) {
      current.crashed();
    }
    if (connection != null) {
      connection.crashed();
    }
    SessionModel mine = model;
    if (mine != null) {
      mine.haunted |= mine.dead ? !calm || connected : !calm && !mine.kept;
      mine.shake();
    }
  }

  SessionModel model() {
    if (model == null) {
      throw new IllegalStateException("no session yet");
    }
    return model;
  }

  // ---------------------------------------------------------------- subscriptions

  private void subscribe(ClientConnection connection) {
    List<Session.Request> requests = new ArrayList<>();
    Map<String, Integer> tokens = new HashMap<>();
    for (int i = 1 + dice.nextInt(2); i > 0; i--) {
      if (chance(25)) {
        share(requests, tokens);
      } else {
        subscribe(connection, requests, tokens);
      }
    }
    List<String> shared =
        requests.stream().filter(r -> r.filter().shared()).map(r -> r.filter().given()).toList();
    Map<String, Integer> joinings = new HashMap<>();
    for (String given : shared) {
      joinings.put(given, joins.merge(given, 1, Integer::sum));
    }
    SessionModel mine = model();
    Session session = connection.session();
    session
        .interests()
        .subscribe(
            requests,
            failure -> {
              world.mayFail(failure);
              tokens.forEach((filter, token) -> mine.subs.answered(filter, token, failure == null));
              if (failure != null) {
                tokens.keySet().forEach(connection::refusedSubscription);
                return;
              }
              mine.kept |= !connection.closed() && session.expirySeconds() > 0;
              for (String given : shared) {
                if (!connection.closed()
                    && mine.shared.contains(given)
                    && joinings.get(given).equals(joins.get(given))) {
                  world.groups.joined(given, mine, world.heads());
                }
              }
            });
  }

  private void share(List<Session.Request> requests, Map<String, Integer> tokens) {
    int which = dice.nextInt(World.SHARED.size());
    String given = World.SHARED.get(which);
    if (requests.stream().anyMatch(each -> each.filter().given().equals(given))) {
      return;
    }
    Grant grant =
        Grant.of(Qos.of(1 + dice.nextInt(2)), false, false, SessionModel.SHARED_IDS + which);
    model().shared.add(given);
    model().joined.add(given);
    tokens.put(given, model().subs.change(given, null));
    requests.add(new Session.Request(TopicFilter.parse(given, 100), grant, 2));
  }

  private void subscribe(
      ClientConnection connection, List<Session.Request> requests, Map<String, Integer> tokens) {
    int which = dice.nextInt(World.FILTERS.size());
    String filter = World.FILTERS.get(which);
    if (requests.stream().anyMatch(each -> each.filter().given().equals(filter))) {
      return;
    }
    Subs.Sub former = model().subs.get(filter);
    boolean doubtful = model().subs.inDoubt(filter);
    int retainHandling = dice.nextInt(3);
    Qos qos = Qos.of(dice.nextInt(3));
    boolean noLocal = chance(15);
    long[] heads = world.heads();
    Subs.Sub sub = Subs.Sub.of(qos, noLocal, heads);
    if (former != null) {
      // From or to QoS 0 is another story: what was dropped then is not made up for.
      qos = former.most() == Qos.AT_MOST_ONCE ? former.most() : Qos.of(1 + dice.nextInt(2));
      noLocal = former.noLocal();
      long[] start = doubtful ? heads : former.start();
      sub = new Subs.Sub(qos, qos, noLocal, start, former.allowed());
    }
    if (retainHandling == 0 || (retainHandling == 1 && (former == null || doubtful))) {
      boolean owed = retainHandling == 0 || !doubtful;
      connection.asks(filter, owed, noLocal, heads);
    }
    tokens.put(filter, model().subs.change(filter, sub));
    Grant grant = Grant.of(qos, noLocal, false, which + 1);
    requests.add(new Session.Request(TopicFilter.parse(filter, 100), grant, retainHandling));
  }

  private void unsubscribe(ClientConnection connection) {
    String given = chance(25) ? any(World.SHARED) : any(World.FILTERS);
    SessionModel mine = model();
    boolean doubtful = mine.subs.inDoubt(given);
    boolean had = mine.shared.remove(given) || mine.subs.get(given) != null;
    int token = mine.subs.change(given, null);
    world.groups.left(given, mine);
    List<Boolean> held =
        connection
            .session()
            .interests()
            .unsubscribe(
                List.of(TopicFilter.parse(given, 100)),
                failure -> {
                  world.mayFail(failure);
                  mine.subs.answered(given, token, failure == null);
                });
    Violation.unless(doubtful || held.equals(List.of(had)), "%s: %s was held: %s", id, given, held);
  }

  // ---------------------------------------------------------------- messages

  private void publish(ClientConnection connection) {
    String topic = any(World.TOPICS);
    Qos qos = Qos.of(dice.nextInt(3));
    boolean retain = chance(30) && qos != Qos.AT_MOST_ONCE;
    Ledger.Entry entry =
        world.ledger.newEntry(topic, qos, retain, id, topic + " of " + connection.number);
    String payload = retain && chance(20) ? "" : "x";
    if (qos == Qos.AT_MOST_ONCE) {
      world.publish(connection, Ledger.message(entry, payload, world.nowMillis()), null, null);
    } else {
      outbox.publish(connection, entry, payload);
    }
  }
}
