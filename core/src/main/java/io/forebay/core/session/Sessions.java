package io.forebay.core.session;

import io.forebay.core.log.Batch;
import io.forebay.core.log.Claims;
import io.forebay.core.log.Engine;
import io.forebay.core.log.EngineFailure;
import io.forebay.core.log.Log;
import io.forebay.core.log.Table;
import io.forebay.core.log.Tables;
import io.forebay.core.message.Message;
import io.forebay.core.routing.Lane;
import io.forebay.core.routing.Router;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
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
///
/// Among nodes that share a log the first of a chain takes the claim of the client id, the others
/// inherit it, and the last lets go of it as it leaves the map. When another node wants it
/// ([#wanted]), the chain is cut: who comes next has to take the claim again, behind the other
/// node.
public final class Sessions {
  private static final int TIMERS_PER_TICK = 1_000;

  /// Sessions of a lane whose progress is written behind at once.
  private static final int PROGRESS_PER_TICK = 10_000;

  /// Holds the place of a client that is away while time does something to its session.
  private static final Consumer ABSENT = new Nobody();

  private final ConcurrentHashMap<String, Session> connected = new ConcurrentHashMap<>();

  /// Client ids that another node wants.
  private final Set<String> wanted = ConcurrentHashMap.newKeySet();

  private final Engine engine;
  private final Claims claims;
  private final Router router;
  private final SessionTable table;
  private final Table retained;
  private final Queues queues;
  private final DeclaredQueues declaredQueues;
  private final LongSupplier clock;
  private final long maximumRows;

  /// Per lane, the sessions whose progress is to be written behind.
  private final List<ArrayDeque<Session>> changed;

  /// Sessions that have rows.
  private final AtomicLong kept = new AtomicLong();

  /// Those of them whose clients are away.
  private final AtomicLong away = new AtomicLong();

  /// How an [#open] ended.
  public interface Opened {
    /// The session is the caller's; call [Session#resume] once the client has been told.
    ///
    /// @param present something was kept of it
    void opened(Session session, boolean present);

    /// The session stays what it was.
    ///
    /// @param failure why it could not be kept that the client is back; null if no more sessions
    ///   are kept
    void refused(@Nullable EngineFailure failure);

    /// The session stays what it was: it is another user's.
    default void refusedToOthers() {
      refused(null);
    }
  }

  /// @param clock milliseconds since the epoch
  /// @param maximumRows sessions kept of clients that are away
  /// @param queueBacklog messages that may wait in a declared queue
  public Sessions(
      Engine engine, Router router, LongSupplier clock, long maximumRows, long queueBacklog) {
    this.engine = engine;
    this.claims = engine.claims();
    this.router = router;
    this.clock = clock;
    this.maximumRows = maximumRows;
    table = new SessionTable(engine);
    away.set(table.size());
    kept.set(table.size());
    changed = router.lanes().stream().map(lane -> new ArrayDeque<Session>()).toList();
    retained = engine.table(Tables.RETAINED);
    queues = new Queues(engine, router, clock, queueBacklog);
    declaredQueues = new DeclaredQueues(queues);
    declaredQueues.load();
    claims.listen(new OfClaims());
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

  /// How many sessions of clients that are away are kept; among several nodes also of those that
  /// are connected elsewhere. Any thread.
  public long away() {
    if (claims.alone()) {
      return away.get();
    }
    long here = connected.values().stream().filter(each -> each.state().hasRow()).count();
    return Math.max(0, table.size() - here);
  }

  /// Opens a client's session for a new connection; a former connection is ended. On `lane`, where
  /// the answer comes too, perhaps before this returns.
  public void open(Lane lane, Opening opening, Consumer consumer, Opened answer) {
    Session session = new Session(this, lane, opening, consumer);
    Session former = take(session, opening);
    if (former != null && !mayBeTaken(former.owner(), opening)) {
      answer.refusedToOthers();
    } else if (former != null) {
      former
          .lane()
          .execute(
              () ->
                  former.end(
                      Consumer.End.TAKEN_OVER,
                      row -> lane.execute(() -> succeed(session, former, opening, row, answer))));
    } else {
      claim(session, opening, answer);
    }
  }

  /// The predecessor has let go.
  private void succeed(
      Session session, Session former, Opening opening, @Nullable SessionRow row, Opened answer) {
    if (!former.state().claimed()) {
      claim(session, opening, answer);
    } else if (wanted.remove(session.clientId())) {
      claims.release(Claims.ofClient(session.clientId()));
      claim(session, opening, answer);
    } else {
      session.state().claimed(true);
      begin(session, opening, row, answer);
    }
  }

  private void claim(Session session, Opening opening, Opened answer) {
    String clientId = session.clientId();
    claims.take(
        Claims.ofClient(clientId),
        failure -> {
          if (failure == null) {
            session.state().claimed(true);
            table.load(
                clientId,
                row -> session.lane().execute(() -> begin(session, opening, row, answer)));
          } else {
            session.lane().execute(() -> notClaimed(session, answer, failure));
          }
        });
  }

  private void notClaimed(Session session, Opened answer, EngineFailure failure) {
    released(session, null);
    answer.refused(failure);
  }

  /// Takes the place of the client's session, unless that is another user's.
  ///
  /// @return who had it, or still has it
  private @Nullable Session take(Session session, Opening opening) {
    @Nullable Session[] former = new @Nullable Session[1];
    connected.compute(
        opening.clientId(),
        (id, there) -> {
          former[0] = there;
          return there == null || mayBeTaken(there.owner(), opening) ? session : there;
        });
    return former[0];
  }

  private static boolean mayBeTaken(@Nullable String owner, Opening opening) {
    return owner == null || owner.equals(opening.owner());
  }

  private void begin(Session session, Opening opening, @Nullable SessionRow row, Opened answer) {
    SessionRow usable = row == null || expired(row.identity()) ? null : row;
    if (usable != null && !mayBeTaken(usable.identity().owner(), opening)) {
      released(session, row);
      answer.refusedToOthers();
      return;
    }
    if (usable == null && opening.expirySeconds() > 0 && kept.get() >= maximumRows) {
      released(session, row);
      answer.refused(null);
      return;
    }
    Lane lane = session.lane();
    if (row != null) {
      away.decrementAndGet();
      session.state().mayHaveRow();
      if (usable == null || opening.cleanStart()) {
        discard(lane, session.clientId(), row);
        usable = null;
      }
    }
    if (usable == null && (session.state().hasRow() || opening.expirySeconds() > 0)) {
      kept.incrementAndGet();
    }
    if (usable != null && opening.expirySeconds() > 0) {
      resume(session, opening, usable, answer);
    } else {
      // The session of before, if any, ends with this connection; should the node die first, its
      // row and timer are as they were.
      opened(session, usable, answer);
      // Before anything that refers to it: what follows in this lane's batches is not kept earlier.
      session.state().keep(failure -> {});
    }
  }

  /// Goes on with a session that stays. Were the node to die after the client was told so, a row
  /// that says that nobody is connected would let the session end, or its will be published: so it
  /// is told when the row says otherwise.
  private void resume(Session session, Opening opening, SessionRow row, Opened answer) {
    Batch batch = session.lane().batch();
    String clientId = session.clientId();
    SessionTable.removeTimer(batch, clientId, row.identity());
    SessionTable.keep(
        batch,
        clientId,
        identity(
            row.identity().epoch() + 1,
            opening.expirySeconds(),
            false,
            opening.will(),
            row.identity().subscriptions(),
            opening.owner()));
    if (row.identity().dueMillis() == Message.NEVER) {
      opened(session, row, answer);
    } else {
      batch.afterwards(
          failure -> {
            if (failure == null) {
              opened(session, row, answer);
            } else {
              notResumed(session, row, answer, failure);
            }
          });
    }
  }

  /// The row is as it was, and the session with it: when it expires and what becomes of its will do
  /// not change by a connection that was refused.
  private void notResumed(Session session, SessionRow row, Opened answer, EngineFailure failure) {
    away.incrementAndGet();
    released(session, row);
    answer.refused(failure);
  }

  private static void opened(Session session, @Nullable SessionRow row, Opened answer) {
    if (row != null) {
      session.state().restore(row);
    }
    session.begun();
    answer.opened(session, row != null);
  }

  private boolean expired(SessionRow.Identity row) {
    return clock.getAsLong() >= row.expiresAtMillis();
  }

  /// What was kept of a session goes; a will that waited is published now (MQTT 5 §3.1.2.5).
  private void discard(Lane lane, String clientId, SessionRow row) {
    kept.decrementAndGet();
    SessionTable.remove(lane.batch(), clientId, row);
    for (SessionRow.Kept each : row.identity().subscriptions()) {
      queues.forget(lane, each.filter(), clientId);
    }
    if (row.identity().will() != null) {
      publish(lane, clientId, row.identity().will());
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

  /// Makes the first part of a session's row. On its lane.
  SessionRow.Identity identity(
      long epoch,
      long expirySeconds,
      boolean leaving,
      @Nullable Will will,
      List<SessionRow.Kept> subscriptions,
      @Nullable String owner) {
    long now = clock.getAsLong();
    boolean stays = !leaving || expirySeconds == Opening.NEVER;
    // A will that is due at once is published, not kept. While the client is connected it is kept:
    // the node may die.
    boolean willStays = will != null && (!leaving || willDelaySeconds(will, expirySeconds) > 0);
    long willDue =
        leaving && will != null
            ? now + willDelaySeconds(will, expirySeconds) * 1_000
            : Message.NEVER;
    return new SessionRow.Identity(
        epoch,
        expirySeconds,
        stays ? Message.NEVER : now + expirySeconds * 1_000,
        willStays ? will : null,
        willStays ? willDue : 0,
        subscriptions,
        owner);
  }

  private static long willDelaySeconds(Will will, long expirySeconds) {
    return expirySeconds == Opening.NEVER
        ? will.delaySeconds()
        : Math.min(will.delaySeconds(), expirySeconds);
  }

  /// A session has let go of its connection; its row, if anything is kept, still has to be written.
  ///
  /// @param row what there is to keep, or to remove; null if nothing was ever kept
  /// @param stays whether it is kept
  void closed(Session session, @Nullable SessionRow row, boolean stays, @Nullable Will will) {
    String clientId = session.clientId();
    Lane lane = session.lane();
    if (will != null && (row == null || !stays || row.identity().will() == null)) {
      publish(lane, clientId, will);
    }
    if (row == null) {
      released(session, null);
      return;
    }
    Batch batch = lane.batch();
    SessionTable.removeTimerOfConnected(batch, clientId);
    if (stays) {
      away.incrementAndGet();
      SessionTable.keep(batch, clientId, row.identity());
      SessionTable.keep(batch, clientId, row.progress());
    } else if (session.state().hasRow()) {
      kept.decrementAndGet();
      SessionTable.remove(batch, clientId, row);
    }
    batch.afterwards(failure -> released(session, stays ? row : null));
  }

  private void released(Session session, @Nullable SessionRow row) {
    connected.computeIfPresent(
        session.clientId(),
        (id, there) -> {
          if (there != session) {
            return there;
          }
          // Within: who takes the place from now on takes the claim after this.
          if (session.state().claimed()) {
            wanted.remove(id);
            claims.release(Claims.ofClient(id));
          }
          return null;
        });
    session.tellReleased(row);
  }

  // ---------------------------------------------------------------- time

  /// What changed in a session is to be written behind. On its lane.
  void changed(Session session) {
    changed.get(session.lane().index()).add(session);
  }

  /// Writes behind how far the sessions of a lane are, the longest changed first. On it, about once
  /// a second.
  void keepProgress(Lane lane) {
    ArrayDeque<Session> waiting = changed.get(lane.index());
    if (waiting.isEmpty()) {
      return;
    }
    long[] routed = router.routed();
    lane.afterHandOvers(
        () -> {
          int left = Math.min(PROGRESS_PER_TICK, waiting.size());
          for (; left > 0; left--) {
            waiting.remove().state().keepProgress(routed);
          }
        });
  }

  /// What time brings to the sessions of a lane. On it, about once a second.
  public void tick(Lane lane) {
    keepProgress(lane);
    if (lane.index() == 0) {
      queues.tick();
      countKept();
    }
    if (lane.index() == 0 && claims.leads()) {
      table.due(
          clock.getAsLong(),
          TIMERS_PER_TICK,
          due -> lane.execute(() -> due.forEach(timer -> due(lane, timer))));
    }
  }

  /// Other nodes open and end sessions too.
  private void countKept() {
    if (!claims.alone()) {
      kept.set(table.size());
    }
  }

  /// After a crash of this node or others: the clients that were connected there are away since.
  /// Their sessions expire from now on, and their wills are published when they are due. On `lane`,
  /// once, page by page; if another node looks after them, that does it.
  public void recover(Lane lane) {
    if (claims.leads()) {
      recover(lane, null);
    }
  }

  private void recover(Lane lane, byte @Nullable [] after) {
    table.connected(
        after,
        TIMERS_PER_TICK,
        timers ->
            lane.execute(
                () -> {
                  timers.forEach(timer -> due(lane, timer));
                  if (timers.size() == TIMERS_PER_TICK) {
                    recover(lane, timers.getLast());
                  }
                }));
  }

  /// Takes the place of the client's session while its row is at work, as a connection would: a
  /// client that comes back meanwhile waits for us, and we find none that is there.
  private void due(Lane lane, byte[] timer) {
    String clientId = SessionFormat.timerClientId(timer);
    Session place = new Session(this, lane, new Opening(clientId, false, 0, 1, null), ABSENT);
    if (connected.putIfAbsent(clientId, place) == null) {
      claims.takeIfFree(
          Claims.ofClient(clientId),
          taken -> {
            if (taken) {
              place.state().claimed(true);
              table.load(clientId, row -> lane.execute(() -> due(place, timer, row)));
            } else {
              lane.execute(() -> released(place, null));
            }
          });
    }
  }

  private void due(Session place, byte[] timer, @Nullable SessionRow row) {
    Lane lane = place.lane();
    String clientId = place.clientId();
    Batch batch = lane.batch();
    SessionTable.removeTimer(batch, clientId, timer);
    SessionRow left = row == null ? null : withoutConnection(row);
    if (left != null && expired(left.identity())) {
      away.decrementAndGet();
      discard(lane, clientId, left);
      left = null;
    } else if (left != null) {
      SessionRow.Identity identity = left.identity();
      if (identity.will() != null && identity.willDueMillis() <= clock.getAsLong()) {
        publish(lane, clientId, identity.will());
        left = new SessionRow(identity.withoutWill(), left.progress(), left.received());
      }
      SessionTable.keep(batch, clientId, left.identity());
    }
    SessionRow stays = left;
    batch.afterwards(failure -> released(place, stays));
  }

  /// A row that says that somebody is connected, although nobody is: the node died.
  private SessionRow withoutConnection(SessionRow row) {
    SessionRow.Identity was = row.identity();
    if (was.dueMillis() != Message.NEVER) {
      return row;
    }
    Will will = was.will();
    long now = clock.getAsLong();
    SessionRow.Identity since =
        new SessionRow.Identity(
            was.epoch(),
            was.expirySeconds(),
            was.expirySeconds() == Opening.NEVER
                ? Message.NEVER
                : now + was.expirySeconds() * 1_000,
            will,
            will == null ? 0 : now + willDelaySeconds(will, was.expirySeconds()) * 1_000,
            was.subscriptions(),
            was.owner());
    return new SessionRow(since, row.progress(), row.received());
  }

  // ---------------------------------------------------------------- other nodes

  private final class OfClaims implements Claims.Listener {

    @Override
    public void wanted(String name) {
      String clientId = Claims.clientId(name);
      if (clientId == null) {
        // A queue stays with the node that deals for it as long as that lives.
        return;
      }
      wanted.add(clientId);
      Session session = connected.get(clientId);
      if (session == null) {
        // It is on its way: whoever leaves the map lets go.
        wanted.remove(clientId);
      } else {
        session.lane().execute(() -> session.end(Consumer.End.TAKEN_OVER, row -> {}));
      }
    }

    /// What sessions write from now on is not kept; their clients are let go of, and may come back.
    @Override
    public void lost() {
      queues.branches().lost();
      for (Session session : connected()) {
        session.lane().execute(() -> session.end(Consumer.End.TAKEN_OVER, row -> {}));
      }
    }

    @Override
    public void orphaned() {
      Lane first = router.lanes().getFirst();
      first.execute(() -> recover(first));
    }
  }
}
