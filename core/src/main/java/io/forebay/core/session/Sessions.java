package io.forebay.core.session;

import io.forebay.core.log.Batch;
import io.forebay.core.log.Engine;
import io.forebay.core.log.EngineFailure;
import io.forebay.core.log.Log;
import io.forebay.core.log.Table;
import io.forebay.core.log.Tables;
import io.forebay.core.message.Message;
import io.forebay.core.message.Qos;
import io.forebay.core.routing.Lane;
import io.forebay.core.routing.Router;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The sessions of a node: the connected ones as objects, the others as rows of a table.
///
/// **Who owns a client id.** [#open] puts the new session in the place of the former one,
/// atomically. If there was one, it is told to let go and hands its row over when it has; if that
/// one was itself still waiting for a predecessor, it lets go as soon as it has begun. So
/// connections of one client id form a chain, each begins when the one before has ended, and no two
/// act at once. A session leaves the map only when its row is kept, so who finds no session finds
/// the newest row.
public final class Sessions {
  private static final int TIMERS_PER_TICK = 1_000;

  /// Holds the place of a client that is away while time does something to its session.
  private static final Consumer ABSENT =
      new Consumer() {
        @Override
        public boolean writable() {
          return false;
        }

        @Override
        public boolean deliver(
            Message message,
            Qos qos,
            boolean dup,
            boolean retain,
            int packetId,
            int[] subscriptionIds) {
          return false;
        }

        @Override
        public void release(int packetId) {}

        @Override
        public void end(End why) {}
      };

  private final ConcurrentHashMap<String, Session> connected = new ConcurrentHashMap<>();
  private final Engine engine;
  private final Router router;
  private final Table rows;
  private final Table timers;
  private final Table retained;
  private final Queues queues;
  private final DeclaredQueues declaredQueues;
  private final LongSupplier clock;
  private final long maximumRows;

  /// Rows of clients that are away; others are of connected sessions.
  private final AtomicLong away = new AtomicLong();

  /// How an [#open] ended.
  public interface Opened {
    /// The session is the caller's; call [Session#resume] once the client has been told.
    ///
    /// @param present something was kept of it
    void opened(Session session, boolean present);

    /// No more sessions are kept.
    void refused();
  }

  /// @param clock milliseconds since the epoch
  /// @param maximumRows sessions kept of clients that are away
  public Sessions(Engine engine, Router router, LongSupplier clock, long maximumRows) {
    this.engine = engine;
    this.router = router;
    this.clock = clock;
    this.maximumRows = maximumRows;
    rows = engine.table(Tables.SESSIONS);
    away.set(rows.size());
    timers = engine.table(Tables.TIMERS);
    retained = engine.table(Tables.RETAINED);
    queues = new Queues(engine, router, clock);
    declaredQueues = new DeclaredQueues(queues);
    declaredQueues.load();
  }

  Router router() {
    return router;
  }

  Log log() {
    return engine.log();
  }

  LongSupplier clock() {
    return clock;
  }

  Table retained() {
    return retained;
  }

  Queues queues() {
    return queues;
  }

  public DeclaredQueues declaredQueues() {
    return declaredQueues;
  }

  /// The connected sessions. Any thread; a view.
  public Collection<Session> connected() {
    return Collections.unmodifiableCollection(connected.values());
  }

  public @Nullable Session connected(String clientId) {
    return connected.get(clientId);
  }

  /// Whether no queue is an object. Any thread.
  public boolean queuesAtRest() {
    return queues.size() == 0;
  }

  /// How many sessions of clients that are away are kept. Any thread.
  public long away() {
    return away.get();
  }

  /// Opens a client's session for a new connection; a former connection is ended. On `lane`, where
  /// the answer comes too, perhaps before this returns.
  public void open(Lane lane, Opening opening, Consumer consumer, Opened answer) {
    Session session = new Session(this, lane, opening, consumer);
    Session former = connected.put(opening.clientId(), session);
    if (former != null) {
      former
          .lane()
          .execute(
              () ->
                  former.end(
                      Consumer.End.TAKEN_OVER,
                      row -> lane.execute(() -> begin(session, opening, row, answer))));
    } else {
      rows.get(
          SessionFormat.key(opening.clientId()),
          bytes ->
              lane.execute(
                  () ->
                      begin(
                          session,
                          opening,
                          bytes == null ? null : SessionFormat.decode(bytes),
                          answer)));
    }
  }

  private void begin(Session session, Opening opening, @Nullable SessionRow row, Opened answer) {
    SessionRow usable = row == null || expired(row) ? null : row;
    if (usable == null && opening.expirySeconds() > 0 && rows.size() >= maximumRows) {
      released(session, row);
      answer.refused();
      return;
    }
    if (row != null) {
      away.decrementAndGet();
      session.mayHaveRow();
      session.lane().batch().row(removeTimer(row, session.clientId()));
      if (usable == null || opening.cleanStart()) {
        discard(session.lane(), session.clientId(), row);
        usable = null;
      }
    }
    if (usable != null) {
      session.restore(usable);
    }
    session.begun();
    answer.opened(session, usable != null);
  }

  private boolean expired(SessionRow row) {
    return clock.getAsLong() >= row.expiresAtMillis();
  }

  private static Batch.Row removeTimer(SessionRow row, String clientId) {
    return new Batch.Row(Tables.TIMERS, SessionFormat.timerKey(row.dueMillis(), clientId), null);
  }

  /// What was kept of a session goes; a will that waited is published now (MQTT 5 §3.1.2.5).
  private void discard(Lane lane, String clientId, SessionRow row) {
    lane.batch().row(new Batch.Row(Tables.SESSIONS, SessionFormat.key(clientId), null));
    for (SessionRow.Kept kept : row.subscriptions()) {
      queues.forget(lane, kept.filter(), clientId);
    }
    if (row.will() != null) {
      publish(lane, clientId, row.will());
    }
  }

  private void publish(Lane lane, String clientId, Will will) {
    long now = clock.getAsLong();
    long expiresAtMillis =
        will.expirySeconds() < 0 ? Message.NEVER : now + will.expirySeconds() * 1_000;
    Message message =
        new Message(
            will.topic(),
            will.payload(),
            will.qos(),
            will.retain(),
            will.properties(),
            clientId,
            now,
            expiresAtMillis);
    lane.publish(message, null, 0, null);
  }

  // ---------------------------------------------------------------- for sessions

  /// Makes the row of a session. On its lane.
  SessionRow row(
      long epoch,
      long expirySeconds,
      boolean leaving,
      @Nullable Will will,
      List<SessionRow.Kept> subscriptions,
      long[] cursors,
      List<SessionRow.Unacknowledged> unacknowledged,
      int[] received) {
    long now = clock.getAsLong();
    boolean stays = !leaving || expirySeconds == Opening.NEVER;
    boolean willWaits = leaving && will != null && willDelaySeconds(will, expirySeconds) > 0;
    return new SessionRow(
        epoch,
        expirySeconds,
        stays ? Message.NEVER : now + expirySeconds * 1_000,
        willWaits ? will : null,
        willWaits && will != null ? now + willDelaySeconds(will, expirySeconds) * 1_000 : 0,
        subscriptions,
        cursors,
        unacknowledged,
        received);
  }

  private static long willDelaySeconds(Will will, long expirySeconds) {
    return expirySeconds == Opening.NEVER
        ? will.delaySeconds()
        : Math.min(will.delaySeconds(), expirySeconds);
  }

  /// Keeps a connected session's row.
  void keep(
      Lane lane,
      String clientId,
      SessionRow row,
      java.util.function.Consumer<@Nullable EngineFailure> done) {
    Batch batch = lane.batch();
    batch.row(
        new Batch.Row(Tables.SESSIONS, SessionFormat.key(clientId), SessionFormat.encode(row)));
    batch.afterwards(done);
  }

  /// A session has let go of its connection; its row, if anything is kept, still has to be written.
  void closed(Session session, @Nullable SessionRow row, @Nullable Will will) {
    String clientId = session.clientId();
    Lane lane = session.lane();
    if (will != null && (row == null || row.will() == null)) {
      publish(lane, clientId, will);
    }
    if (row == null && !session.hasRow()) {
      released(session, row);
      return;
    }
    if (row != null) {
      away.incrementAndGet();
    }
    Batch batch = lane.batch();
    batch.row(
        new Batch.Row(
            Tables.SESSIONS,
            SessionFormat.key(clientId),
            row == null ? null : SessionFormat.encode(row)));
    if (row != null) {
      addTimer(batch, row, clientId);
    }
    batch.afterwards(failure -> released(session, row));
  }

  private void released(Session session, @Nullable SessionRow row) {
    connected.remove(session.clientId(), session);
    session.tellReleased(row);
  }

  // ---------------------------------------------------------------- time

  /// Ends sessions whose time is over and publishes wills that are due. On `lane`, about once a
  /// second.
  public void tick(Lane lane) {
    queues.tick();
    timers.scan(
        new byte[0],
        TIMERS_PER_TICK,
        due -> lane.execute(() -> due.forEach(timer -> due(lane, timer))));
  }

  /// Takes the place of the client's session while its row is at work, as a connection would: a
  /// client that comes back meanwhile waits for us, and we find none that is there.
  private void due(Lane lane, Table.Entry timer) {
    if (SessionFormat.timerDueMillis(timer.key()) > clock.getAsLong()) {
      return;
    }
    String clientId = SessionFormat.timerClientId(timer.key());
    Session place = new Session(this, lane, new Opening(clientId, false, 0, 1, null), ABSENT);
    if (connected.putIfAbsent(clientId, place) == null) {
      rows.get(
          SessionFormat.key(clientId),
          bytes ->
              lane.execute(
                  () -> due(place, timer, bytes == null ? null : SessionFormat.decode(bytes))));
    }
  }

  private void due(Session place, Table.Entry timer, @Nullable SessionRow row) {
    Lane lane = place.lane();
    String clientId = place.clientId();
    Batch batch = lane.batch();
    batch.row(new Batch.Row(Tables.TIMERS, timer.key(), null));
    SessionRow left = row;
    if (row != null && expired(row)) {
      away.decrementAndGet();
      discard(lane, clientId, row);
      left = null;
    } else if (row != null && row.will() != null && row.willDueMillis() <= clock.getAsLong()) {
      publish(lane, clientId, row.will());
      left = row.withoutWill();
      batch.row(
          new Batch.Row(Tables.SESSIONS, SessionFormat.key(clientId), SessionFormat.encode(left)));
      addTimer(batch, left, clientId);
    }
    SessionRow kept = left;
    batch.afterwards(failure -> released(place, kept));
  }

  private static void addTimer(Batch batch, SessionRow row, String clientId) {
    if (row.dueMillis() != Message.NEVER) {
      byte[] key = SessionFormat.timerKey(row.dueMillis(), clientId);
      batch.row(new Batch.Row(Tables.TIMERS, key, new byte[0]));
    }
  }
}
