package io.forebay.core.session;

import io.forebay.core.log.Batch;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The QoS 2 messages of a client between its PUBLISH and its PUBREL, by packet id: on their way
/// into the log, or kept there and not released (MQTT 5 §4.3.3). On the session's lane.
public final class Received {
  private final Session session;
  private @Nullable Set<Integer> underWay;
  private @Nullable Set<Integer> kept;

  Received(Session session) {
    this.session = session;
  }

  /// A message goes into the log; [#settled] follows. A session that is closed meanwhile waits for
  /// it: else the client would send the message again, and nobody would know it.
  public void begin(int packetId) {
    if (underWay == null) {
      underWay = new HashSet<>();
    }
    underWay.add(packetId);
  }

  /// That message was kept, or was not. Also if the session is closed by then.
  public void settled(int packetId, boolean isKept) {
    if (underWay != null) {
      underWay.remove(packetId);
    }
    if (isKept) {
      keep(packetId);
    }
    session.letGoIfDone();
  }

  /// Whether a message with this id goes into the log just now.
  public boolean isUnderWay(int packetId) {
    return underWay != null && underWay.contains(packetId);
  }

  boolean anyUnderWay() {
    return underWay != null && !underWay.isEmpty();
  }

  /// A message with this id was taken.
  public void keep(int packetId) {
    if (kept == null) {
      kept = new HashSet<>();
    }
    kept.add(packetId);
  }

  /// Whether a message with this id was kept and not released: another one is the same again.
  public boolean isKept(int packetId) {
    return kept != null && kept.contains(packetId);
  }

  /// The row that says that a message with this id was taken, to be kept together with the message;
  /// null if nothing is kept of the session.
  public Batch.@Nullable Row row(int packetId) {
    return session.state().hasRows() ? SessionTable.received(session.clientId(), packetId) : null;
  }

  /// PUBREL: the client will not send it again.
  ///
  /// @param then runs when that is kept: before, the client must not use the id for another message
  /// @return whether it was known
  public boolean release(int packetId, Runnable then) {
    boolean known = kept != null && kept.remove(packetId);
    if (known && session.state().hasRows()) {
      Batch batch = session.lane().batch();
      batch.row(SessionTable.released(session.clientId(), packetId));
      batch.afterwards(
          failure -> {
            if (failure != null) {
              keep(packetId);
            }
            if (session.mayGoOn(failure)) {
              then.run();
            }
          });
    } else if (known) {
      then.run();
    }
    return known;
  }

  /// What is kept, for the row.
  int[] keptIds() {
    return kept == null ? new int[0] : kept.stream().mapToInt(Integer::intValue).toArray();
  }
}
