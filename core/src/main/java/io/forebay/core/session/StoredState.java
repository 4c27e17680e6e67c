package io.forebay.core.session;

import io.forebay.core.log.Batch;
import io.forebay.core.log.EngineFailure;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What of a session is in its rows: written as late as its promises allow, and taken up again by
/// the next connection. On the session's lane.
final class StoredState {
  private final Session session;
  private final Sessions sessions;
  private long epoch = 1;

  /// The table has, or is about to have, a row.
  private boolean hasRow;

  /// It goes on with a session that was kept.
  private boolean restored;

  /// This node holds the client's claim, by this session or one before it.
  private volatile boolean claimed;

  /// Its progress is to be kept at the next opportunity.
  private boolean changed;

  /// What was kept last.
  private SessionRow.Progress kept = SessionRow.Progress.NONE;

  StoredState(Session session, Sessions sessions) {
    this.session = session;
    this.sessions = sessions;
  }

  /// Whether the session is kept when the connection goes: then what it promises is in the log
  /// before the client hears of it.
  boolean outlives() {
    return session.expirySeconds() > 0;
  }

  /// Whether what becomes of a QoS 2 message is to be written: also of a session that ends with
  /// this connection, if it goes on with one that has rows, which have to be removed.
  boolean hasRows() {
    return restored || outlives();
  }

  /// Whether the table has, or is about to have, a row of it.
  boolean hasRow() {
    return hasRow;
  }

  /// Any thread.
  boolean claimed() {
    return claimed;
  }

  /// Before it begins.
  void claimed(boolean now) {
    claimed = now;
  }

  /// There was a row when it began, and perhaps still is until the batch that removes it is kept:
  /// nobody may begin before that is so.
  void mayHaveRow() {
    hasRow = true;
  }

  // ---------------------------------------------------------------- reading

  /// Continues where the row says.
  void restore(SessionRow row) {
    restored = true;
    epoch = row.identity().epoch() + 1;
    for (SessionRow.Kept each : row.identity().subscriptions()) {
      session.interests().restore(each, row.progress());
    }
    // A partition that came while the client was away is all new to it.
    long[] reached = row.progress().cursors();
    int partitions = Math.max(reached.length, sessions.log().partitions());
    long[] cursors = Arrays.copyOf(reached, partitions);
    for (int partition = 0; partition < partitions; partition++) {
      // Cursors are written behind: no subscription counts below its start.
      long first = session.interests().start(partition);
      if (first == Long.MAX_VALUE) {
        // There is none.
        first = sessions.log().head(partition);
      }
      session.catchUp().restore(partition, Math.max(cursors[partition], first));
    }
    for (int id : row.received()) {
      session.received().keep(id);
    }
    session.inFlight().restore(row.progress().unacknowledged());
  }

  // ---------------------------------------------------------------- writing

  /// Keeps who it is, if the session outlives its connection, and tells when that is done.
  void keep(Consumer<@Nullable EngineFailure> done) {
    if (session.closed()) {
      // What the row says is written as it ends.
      return;
    }
    if (!outlives()) {
      done.accept(null);
      return;
    }
    hasRow = true;
    Batch batch = session.lane().batch();
    SessionTable.keep(batch, session.clientId(), identity(false));
    session.interests().keepMemberships();
    batch.afterwards(done);
  }

  /// Something happened that is to be written behind.
  void noteChange() {
    if (outlives() && !changed) {
      changed = true;
      sessions.changed(session);
    }
    if (session.inFlight().manyFinished()) {
      sessions.keepProgress(session.lane());
    }
  }

  /// Writes behind how far it is.
  ///
  /// @param routed as with [CatchUp#settle]
  void keepProgress(long[] routed) {
    changed = false;
    if (session.closed() || !outlives()) {
      return;
    }
    Batch batch = session.lane().batch();
    SessionTable.keep(batch, session.clientId(), progress(routed));
    session.inFlight().passed(batch, this::reached);
  }

  /// All of it, as the connection ends; null if nothing was ever kept and nothing is to be.
  ///
  /// @param routed as with [CatchUp#settle]
  @Nullable SessionRow leaving(long[] routed) {
    return hasRow || outlives()
        ? new SessionRow(identity(true), progress(routed), session.received().keptIds())
        : null;
  }

  /// With the row that is written as the connection ends.
  void leave(SessionRow row) {
    Batch batch = session.lane().batch();
    session.inFlight().passed(batch, this::reached);
    session.inFlight().keepUnsent(batch, row.progress().unacknowledged());
  }

  private SessionRow.Identity identity(boolean leaving) {
    List<SessionRow.Kept> subscriptions = new ArrayList<>(session.interests().size());
    session.interests().addTo(subscriptions);
    return sessions.identity(
        epoch, session.expirySeconds(), leaving, session.will(), subscriptions, session.owner());
  }

  private SessionRow.Progress progress(long[] routed) {
    kept =
        new SessionRow.Progress(
            session.cursors(routed),
            session.interests().reached(routed),
            session.inFlight().unacknowledged());
    return kept;
  }

  /// The cursor that was kept last, of one of the sources of what is sent.
  private long reached(String source, int partition) {
    return source.isEmpty()
        ? SessionRow.Reached.at(kept.cursors(), partition)
        : kept.reached(source, partition);
  }
}
