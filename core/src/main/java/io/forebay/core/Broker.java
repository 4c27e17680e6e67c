package io.forebay.core;

import io.forebay.core.log.Batch;
import io.forebay.core.log.Engine;
import io.forebay.core.log.Receipt;
import io.forebay.core.log.Table;
import io.forebay.core.log.Tables;
import io.forebay.core.message.Message;
import io.forebay.core.routing.EventLoop;
import io.forebay.core.routing.Figure;
import io.forebay.core.routing.Lane;
import io.forebay.core.routing.Router;
import io.forebay.core.security.Accounts;
import io.forebay.core.security.Authenticator;
import io.forebay.core.security.Authorizer;
import io.forebay.core.security.EnhancedAuthenticator;
import io.forebay.core.security.Limits;
import io.forebay.core.security.Quotas;
import io.forebay.core.security.Security;
import io.forebay.core.security.Throttle;
import io.forebay.core.session.Consumer;
import io.forebay.core.session.DeclaredQueues;
import io.forebay.core.session.Opening;
import io.forebay.core.session.ReplayStart;
import io.forebay.core.session.Session;
import io.forebay.core.session.Sessions;
import io.forebay.core.topic.ReplayFrom;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The broker, as protocols see it. It has no clock, no randomness, no thread and no storage of its
/// own: all come in through the constructor, so that the whole of it runs in a simulation.
public final class Broker {

  /// What the broker gets from outside.
  ///
  /// @param loops the event loops; each gets a [Lane]
  /// @param clock milliseconds since 1970
  /// @param random for assigned client ids
  public record Surroundings(
      Engine engine,
      List<? extends EventLoop> loops,
      LongSupplier clock,
      RandomGenerator random,
      Limits limits,
      Security security) {}

  private final Surroundings outside;
  private final Router router;
  private final Sessions sessions;
  private final Table retained;
  private final Accounts accounts;
  private final Throttle connectThrottle;
  private final AtomicInteger connectQueue = new AtomicInteger();
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger mostConnections = new AtomicInteger();
  private final AtomicBoolean overloaded = new AtomicBoolean();

  public Broker(Surroundings outside) {
    this.outside = outside;
    router = new Router(outside.engine(), outside.loops());
    sessions =
        new Sessions(
            outside.engine(),
            router,
            outside.clock(),
            outside.limits().sessions(),
            quotas().queueBacklog());
    retained = outside.engine().table(Tables.RETAINED);
    accounts = new Accounts(quotas());
    connectThrottle = new Throttle(quotas().connectsPerSecond());
    outside.engine().start(router);
    Lane first = router.lanes().getFirst();
    first.execute(() -> sessions.recover(first));
  }

  public List<Lane> lanes() {
    return router.lanes();
  }

  public Limits limits() {
    return outside.limits();
  }

  public Authenticator authenticator() {
    return outside.security().authenticator();
  }

  public @Nullable EnhancedAuthenticator enhanced(String method) {
    return outside.security().enhanced().get(method);
  }

  public Authorizer authorizer() {
    return outside.security().authorizer();
  }

  public Quotas quotas() {
    return outside.security().quotas();
  }

  /// What the connections of each user take together. Any thread.
  public Accounts accounts() {
    return accounts;
  }

  /// Milliseconds since 1970. Any thread.
  public long nowMillis() {
    return outside.clock().getAsLong();
  }

  /// An id for a client that has none. Any thread.
  public String newClientId() {
    return "auto-%016x".formatted(outside.random().nextLong());
  }

  // ---------------------------------------------------------------- connections

  /// Takes a place for a connection. Any thread.
  ///
  /// @return false if the node has no more
  public boolean enter() {
    int now = connections.incrementAndGet();
    if (now > outside.limits().connections()) {
      connections.decrementAndGet();
      return false;
    }
    mostConnections.accumulateAndGet(now, Math::max);
    return true;
  }

  /// Gives a place back. Any thread.
  public void leave() {
    connections.decrementAndGet();
  }

  /// Whether somebody is connected with this client id. Any thread; a moment later it may be
  /// otherwise.
  public boolean isConnected(String clientId) {
    return sessions.connected(clientId) != null;
  }

  /// How fast clients are let in. Any thread.
  public Throttle connectThrottle() {
    return connectThrottle;
  }

  /// Takes a place among the clients that wait to be let in. Any thread.
  ///
  /// @return false if there are as many as may
  public boolean joinConnectQueue() {
    if (connectQueue.incrementAndGet() > quotas().connectQueue()) {
      connectQueue.decrementAndGet();
      return false;
    }
    return true;
  }

  /// Gives that place back. Any thread.
  public void leaveConnectQueue() {
    connectQueue.decrementAndGet();
  }

  /// Clients that wait to be let in. Any thread.
  public int connectQueue() {
    return connectQueue.get();
  }

  /// Says whether the node has more to do than it can do: as long as it has, nobody is let in and
  /// publishers are not read. Any thread.
  public void overloaded(boolean now) {
    if (overloaded.compareAndSet(!now, now)) {
      if (now) {
        router.waitForOneMore();
      } else {
        router.waitForOneLess();
      }
    }
  }

  /// What [#overloaded] said last. Any thread.
  public boolean isOverloaded() {
    return overloaded.get();
  }

  /// The rules of the authorizer have changed: every connected client is looked at again. Any
  /// thread; what follows happens on the lanes.
  public void accessChanged() {
    for (Session session : sessions.connected()) {
      session.lane().execute(session::accessChanged);
    }
  }

  /// These users are no more: their connections end. Any thread; what follows happens on the lanes.
  public void usersGone(Set<String> users) {
    for (Session session : sessions.connected()) {
      session.lane().execute(() -> session.usersGone(users));
    }
  }

  /// Opens a client's session. On `lane`.
  public void open(Lane lane, Opening opening, Consumer consumer, Sessions.Opened answer) {
    sessions.open(lane, opening, consumer, answer);
  }

  /// Why a replay cannot begin there, in words for the subscriber; null if it can. Any thread.
  public @Nullable String refusalOfReplay(ReplayFrom from) {
    return ReplayStart.refusal(outside.engine().log(), from);
  }

  /// The queues that were declared, and their administration.
  public DeclaredQueues queues() {
    return sessions.declaredQueues();
  }

  // ---------------------------------------------------------------- messages

  /// Takes a message in. On `lane`.
  ///
  /// @param receipt told on `lane` once the promise for the message is kept, null if nobody waits
  public void publish(Lane lane, Message message, @Nullable Receipt receipt, int token) {
    publish(lane, message, receipt, token, null);
  }

  /// As [#publish(Lane, Message, Receipt, int)].
  ///
  /// @param row kept together with the message, null for none
  public void publish(
      Lane lane, Message message, @Nullable Receipt receipt, int token, Batch.@Nullable Row row) {
    lane.publish(message, receipt, token, row);
  }

  /// Whether another topic may have a retained message. Any thread.
  ///
  /// @param bytes topic and payload
  public boolean takesRetained(int bytes) {
    return retained.size() < outside.limits().retainedMessages()
        && retained.bytes() + bytes <= quotas().retainedBytes();
  }

  // ---------------------------------------------------------------- life

  /// What time brings: expiry, wills, retention. Called about once a second, on any thread.
  public void tick() {
    for (Lane lane : router.lanes()) {
      lane.execute(
          () -> {
            sessions.tick(lane);
            lane.tick();
          });
    }
    outside.engine().tick(nowMillis());
  }

  /// Ends all connections, as the node is shutting down. Any thread; what follows happens on the
  /// lanes.
  public void shutDown() {
    for (Session session : sessions.connected()) {
      session.lane().execute(() -> session.shutDown());
    }
  }

  // ---------------------------------------------------------------- figures

  /// A count since the start of the node. Any thread; may be a moment old.
  public long count(Figure figure) {
    long sum = 0;
    for (Lane lane : router.lanes()) {
      sum += lane.counters().get(figure);
    }
    return sum;
  }

  public int connectedClients() {
    return connections.get();
  }

  public int mostConnectedClients() {
    return mostConnections.get();
  }

  public long offlineSessions() {
    return sessions.away();
  }

  /// Whether every session and queue has let go, and what it keeps is kept. Any thread.
  public boolean idle() {
    return sessions.connected().isEmpty() && sessions.queuesAtRest();
  }

  /// Subscriptions of connected clients. Any thread.
  public long subscriptions() {
    return count(Figure.SUBSCRIPTIONS_ADDED) - count(Figure.SUBSCRIPTIONS_REMOVED);
  }

  public long retainedMessages() {
    return retained.size();
  }

  /// Topics, payloads and properties of all retained messages.
  public long retainedBytes() {
    return retained.bytes();
  }

  public long storedMessages() {
    long sum = 0;
    for (int i = 0; i < outside.engine().log().partitions(); i++) {
      sum += outside.engine().log().head(i) - outside.engine().log().start(i);
    }
    return sum;
  }
}
