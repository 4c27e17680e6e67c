package io.forebay.core.session;

import io.forebay.core.log.Batch;
import io.forebay.core.log.Claims;
import io.forebay.core.log.Engine;
import io.forebay.core.log.Table;
import io.forebay.core.log.Tables;
import io.forebay.core.message.Message;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The sessions at rest. Of one client there are
///
/// - in `sessions` one row that says who it is ([SessionRow.Identity]),
/// - in `timers` at most one, when something is to happen to it,
/// - in `progress` one with its cursors and what is unacknowledged at QoS 1, written behind; one
///   for each QoS 2 message that came and is not released, kept together with the message; and one
///   for each QoS 2 message that was sent, kept before it leaves, by position.
///
/// Any thread.
final class SessionTable {
  private static final int ROWS_PER_READ = 256;
  private static final byte[] NOTHING = {};

  private final Table identities;
  private final Table progress;
  private final Table timers;

  SessionTable(Engine engine) {
    identities = engine.table(Tables.SESSIONS);
    progress = engine.table(Tables.PROGRESS);
    timers = engine.table(Tables.TIMERS);
  }

  /// How many sessions are kept.
  long size() {
    return identities.size();
  }

  // ---------------------------------------------------------------- reading

  /// Reads a session; null if nothing is kept. The answer comes on any thread.
  void load(String clientId, Consumer<@Nullable SessionRow> answer) {
    identities.get(
        SessionFormat.key(clientId),
        bytes -> {
          if (bytes == null) {
            answer.accept(null);
          } else {
            new Loading(clientId, SessionFormat.decodeIdentity(bytes), answer).readOn();
          }
        });
  }

  private final class Loading {
    private final SessionRow.Identity identity;
    private final Consumer<@Nullable SessionRow> answer;
    private final byte[] prefix;
    private byte[] from;
    private SessionRow.Progress behind = SessionRow.Progress.NONE;
    private final List<SessionRow.Unacknowledged> sent = new ArrayList<>();
    private final List<Integer> received = new ArrayList<>();

    Loading(String clientId, SessionRow.Identity identity, Consumer<@Nullable SessionRow> answer) {
      this.identity = identity;
      this.answer = answer;
      this.prefix = SessionFormat.progressPrefix(clientId);
      this.from = prefix;
    }

    void readOn() {
      progress.scan(from, ROWS_PER_READ, this::page);
    }

    private void page(List<Table.Entry> rows) {
      for (Table.Entry row : rows) {
        if (!startsWith(row.key(), prefix)) {
          done();
          return;
        }
        switch (SessionFormat.kind(row.key(), prefix.length)) {
          case SessionFormat.PROGRESS -> behind = SessionFormat.decodeProgress(row.value());
          case SessionFormat.RECEIVED ->
              received.add(SessionFormat.receivedId(row.key(), prefix.length));
          default -> sent.add(SessionFormat.decodeSent(row.value()));
        }
      }
      if (rows.size() < ROWS_PER_READ) {
        done();
      } else {
        byte[] last = rows.getLast().key();
        from = Arrays.copyOf(last, last.length + 1);
        readOn();
      }
    }

    private void done() {
      sent.addAll(behind.unacknowledged());
      answer.accept(
          new SessionRow(
              identity,
              new SessionRow.Progress(behind.cursors(), behind.replays(), sent),
              received.stream().mapToInt(Integer::intValue).toArray()));
    }
  }

  private static boolean startsWith(byte[] key, byte[] prefix) {
    return key.length > prefix.length
        && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
  }

  // ---------------------------------------------------------------- writing

  /// Of a session that this node acts for.
  private static Batch.Row row(String clientId, String table, byte[] key, byte @Nullable [] value) {
    return new Batch.Row(table, key, value, Claims.ofClient(clientId));
  }

  /// Keeps who a session is, and its timer; a timer that it had at another time is removed by
  /// [#removeTimer].
  static void keep(Batch batch, String clientId, SessionRow.Identity identity) {
    byte[] key = SessionFormat.key(clientId);
    batch.row(row(clientId, Tables.SESSIONS, key, SessionFormat.encode(identity)));
    if (identity.hasTimer()) {
      byte[] timer = SessionFormat.timerKey(identity.dueMillis(), clientId);
      batch.row(row(clientId, Tables.TIMERS, timer, NOTHING));
    }
  }

  static void removeTimer(Batch batch, String clientId, SessionRow.Identity identity) {
    if (identity.hasTimer()) {
      removeTimer(batch, clientId, SessionFormat.timerKey(identity.dueMillis(), clientId));
    }
  }

  /// Removes the timer that a session has while somebody is connected.
  static void removeTimerOfConnected(Batch batch, String clientId) {
    removeTimer(batch, clientId, SessionFormat.timerKey(Message.NEVER, clientId));
  }

  static void removeTimer(Batch batch, String clientId, byte[] timerKey) {
    batch.row(row(clientId, Tables.TIMERS, timerKey, null));
  }

  /// Keeps cursors and what is unacknowledged at QoS 1; what is under way at QoS 2 has rows of its
  /// own.
  static void keep(Batch batch, String clientId, SessionRow.Progress progress) {
    List<SessionRow.Unacknowledged> behind =
        progress.unacknowledged().stream().filter(each -> !each.exactlyOnce()).toList();
    batch.row(
        row(
            clientId,
            Tables.PROGRESS,
            SessionFormat.progressKey(clientId),
            SessionFormat.encode(
                new SessionRow.Progress(progress.cursors(), progress.replays(), behind))));
  }

  /// A QoS 2 message of the client came.
  static Batch.Row received(String clientId, int packetId) {
    byte[] key = SessionFormat.receivedKey(clientId, packetId);
    return row(clientId, Tables.PROGRESS, key, NOTHING);
  }

  /// The client released a QoS 2 message of its own.
  static Batch.Row released(String clientId, int packetId) {
    return row(clientId, Tables.PROGRESS, SessionFormat.receivedKey(clientId, packetId), null);
  }

  /// How far a QoS 2 message to the client is.
  static Batch.Row sent(String clientId, SessionRow.Unacknowledged sent) {
    byte[] key = SessionFormat.sentKey(clientId, sent);
    return row(clientId, Tables.PROGRESS, key, SessionFormat.encode(sent));
  }

  /// A QoS 2 message to the client need not be remembered any more.
  static Batch.Row forgotten(String clientId, SessionRow.Unacknowledged sent) {
    return row(clientId, Tables.PROGRESS, SessionFormat.sentKey(clientId, sent), null);
  }

  /// Removes all rows of a session.
  static void remove(Batch batch, String clientId, SessionRow row) {
    removeTimer(batch, clientId, row.identity());
    batch.row(row(clientId, Tables.SESSIONS, SessionFormat.key(clientId), null));
    batch.row(row(clientId, Tables.PROGRESS, SessionFormat.progressKey(clientId), null));
    for (int packetId : row.received()) {
      batch.row(released(clientId, packetId));
    }
    for (SessionRow.Unacknowledged each : row.progress().unacknowledged()) {
      if (each.exactlyOnce()) {
        batch.row(forgotten(clientId, each));
      }
    }
  }

  // ---------------------------------------------------------------- time

  /// Timers that are due at `nowMillis` or before, at most `maximum`.
  void due(long nowMillis, int maximum, Consumer<List<byte[]>> answer) {
    timers.scan(
        NOTHING,
        maximum,
        rows ->
            answer.accept(
                rows.stream()
                    .map(Table.Entry::key)
                    .takeWhile(key -> SessionFormat.timerDueMillis(key) <= nowMillis)
                    .toList()));
  }

  /// Timers of sessions that somebody is connected to, or was when the node died, after `after`.
  void connected(byte @Nullable [] after, int maximum, Consumer<List<byte[]>> answer) {
    byte[] from =
        after == null
            ? SessionFormat.timerKey(Message.NEVER, "")
            : Arrays.copyOf(after, after.length + 1);
    timers.scan(from, maximum, rows -> answer.accept(rows.stream().map(Table.Entry::key).toList()));
  }
}
