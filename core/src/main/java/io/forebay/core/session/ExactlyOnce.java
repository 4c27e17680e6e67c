package io.forebay.core.session;

import io.forebay.core.log.Batch;
import io.forebay.core.log.EngineFailure;
import io.forebay.core.log.Stored;
import io.forebay.core.routing.Lane;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.ListIterator;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.ToLongBiFunction;
import org.jspecify.annotations.Nullable;

/// QoS 2 to a client whose session outlives its connection: exactly once, also if the node dies at
/// any moment (MQTT 5 §4.3.3, §4.1).
///
/// Cursors are written behind, so after a crash the log is read again from where an old cursor
/// stood. What must not be sent again as a new message is known by rows, one for each position:
///
/// - the packet id is kept before PUBLISH leaves, that the client has it before PUBREL leaves;
/// - the row stays when the handshake is over, until a cursor beyond it is kept.
///
/// On the session's lane.
final class ExactlyOnce {
  /// Rows of finished handshakes that may wait for a cursor before it is kept early. Well below the
  /// number of packet ids, so that no two rows of a client have the same.
  private static final int MOST_FINISHED = 8_192;

  /// Where a message was read, and through what.
  private record Place(String source, int partition, long offset) {}

  private final String clientId;
  private final Lane lane;

  /// Handshakes that are over and still have a row.
  private final List<SessionRow.Unacknowledged> finished = new ArrayList<>();

  /// What a former connection was sent and the cursors that were kept have not passed.
  private final Set<Place> ahead = new HashSet<>();

  /// Messages that wait to be kept, and those behind them.
  private int leaving;

  ExactlyOnce(String clientId, Lane lane) {
    this.clientId = clientId;
    this.lane = lane;
  }

  /// Goes on after a former connection.
  void restore(List<SessionRow.Unacknowledged> rows) {
    for (SessionRow.Unacknowledged row : rows) {
      if (row.exactlyOnce()) {
        if (row.partition() >= 0) {
          ahead.add(new Place(row.source(), row.partition(), row.offset()));
        }
        if (row.state() == Window.FINISHED) {
          finished.add(row);
        }
      }
    }
  }

  /// Whether a message that is read from the log is, or was, on its way to the client already.
  boolean holds(String source, Stored stored) {
    return !ahead.isEmpty()
        && ahead.contains(new Place(source, stored.partition(), stored.offset()));
  }

  /// Whether messages wait for [#leave].
  boolean anyLeaving() {
    return leaving > 0;
  }

  /// Keeps the packet id of a message before it leaves. One at QoS 1 needs no row; it waits for its
  /// turn.
  ///
  /// @param then runs when it may leave, in the order of the calls
  void leave(SessionRow.Unacknowledged sent, Consumer<@Nullable EngineFailure> then) {
    leaving++;
    Consumer<@Nullable EngineFailure> left =
        failure -> {
          leaving--;
          then.accept(failure);
        };
    if (sent.exactlyOnce()) {
      keep(sent, left);
    } else {
      lane.batch().afterwards(left);
    }
  }

  /// Keeps where a message stands before the client is told.
  ///
  /// @param then runs when it is kept, or is not
  void keep(SessionRow.Unacknowledged sent, Consumer<@Nullable EngineFailure> then) {
    Batch batch = lane.batch();
    batch.row(SessionTable.sent(clientId, sent));
    batch.afterwards(then);
  }

  /// The handshake is over.
  ///
  /// @param sent as its row has it
  void finish(SessionRow.Unacknowledged sent) {
    if (sent.state() == Window.PUBLISHED) {
      // Refused: another message may get its packet id at once.
      lane.batch().row(SessionTable.sent(clientId, finished(sent)));
      finished.add(finished(sent));
    } else {
      finished.add(sent);
    }
  }

  /// Whether a cursor should be kept soon.
  boolean isFull() {
    return finished.size() >= MOST_FINISHED;
  }

  /// The cursors are kept with this batch: what they have passed need not be remembered.
  ///
  /// @param cursors the first offset of a source and a partition that was not looked at
  void passed(Batch batch, ToLongBiFunction<String, Integer> cursors) {
    ListIterator<SessionRow.Unacknowledged> each = finished.listIterator();
    while (each.hasNext()) {
      SessionRow.Unacknowledged row = each.next();
      if (row.partition() < 0
          || row.offset() < cursors.applyAsLong(row.source(), row.partition())) {
        batch.row(SessionTable.forgotten(clientId, row));
        each.remove();
      } else if (row.state() != Window.FINISHED) {
        each.set(finished(row));
        batch.row(SessionTable.sent(clientId, finished(row)));
      }
    }
    ahead.removeIf(
        place -> place.offset() < cursors.applyAsLong(place.source(), place.partition()));
  }

  /// The connection is gone: what has not left is kept as such.
  void stillWaiting(Batch batch, List<SessionRow.Unacknowledged> unacknowledged) {
    for (SessionRow.Unacknowledged each : unacknowledged) {
      if (each.exactlyOnce() && each.state() == Window.WAITING) {
        batch.row(SessionTable.sent(clientId, each));
      }
    }
  }

  /// What still has a row although it is over.
  List<SessionRow.Unacknowledged> finished() {
    return finished.stream().map(ExactlyOnce::finished).toList();
  }

  private static SessionRow.Unacknowledged finished(SessionRow.Unacknowledged row) {
    return new SessionRow.Unacknowledged(
        row.packetId(), true, Window.FINISHED, row.source(), row.partition(), row.offset(), null);
  }
}
