package io.forebay.core.session;

import io.forebay.core.log.Stored;
import io.forebay.core.routing.Grant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is kept of a session: all of it, so that a session of a client that is away costs no heap.
/// In the tables it is several rows, as its parts change at different times; see [SessionTable].
///
/// @param received packet ids of QoS 2 messages that we took and the client has not released
record SessionRow(Identity identity, Progress progress, int[] received) {

  /// What changes when the client connects, subscribes or goes.
  ///
  /// @param epoch raised with every connection: whoever acts under a lower one has lost the session
  /// @param expirySeconds how long it is kept after the connection
  /// @param expiresAtMillis when it goes; [io.forebay.core.message.Message#NEVER] if it stays, or
  ///   somebody is connected
  /// @param will what is to be published at `willDueMillis`, null for nothing
  /// @param willDueMillis [io.forebay.core.message.Message#NEVER] while somebody is connected
  /// @param owner the user whose session it is, null if it is anybody's who knows its client id
  record Identity(
      long epoch,
      long expirySeconds,
      long expiresAtMillis,
      @Nullable Will will,
      long willDueMillis,
      List<Kept> subscriptions,
      @Nullable String owner) {

    /// When something is to happen to it next. While somebody is connected that is never, but the
    /// node may die with the connection: see [Sessions#recover].
    long dueMillis() {
      return will == null ? expiresAtMillis : Math.min(expiresAtMillis, willDueMillis);
    }

    /// Whether time does anything to it at all.
    boolean hasTimer() {
      return will != null || expirySeconds != Opening.NEVER;
    }

    Identity withoutWill() {
      return new Identity(epoch, expirySeconds, expiresAtMillis, null, 0, subscriptions, owner);
    }
  }

  /// What changes with every message.
  ///
  /// @param cursors per partition, the first offset that the plain subscriptions have not looked at
  /// @param replays the same for each replay
  /// @param unacknowledged what was sent and not acknowledged
  record Progress(long[] cursors, List<Reached> replays, List<Unacknowledged> unacknowledged) {
    static final Progress NONE = new Progress(new long[0], List.of(), List.of());

    /// The first offset that a replay has not looked at; [Long#MAX_VALUE] for what does not read on
    /// from a cursor of this session.
    long reached(String filter, int partition) {
      for (Reached each : replays) {
        if (each.filter().equals(filter)) {
          return Reached.at(each.cursors(), partition);
        }
      }
      return Long.MAX_VALUE;
    }
  }

  /// How far a replay is.
  ///
  /// @param filter as in [Kept]
  record Reached(String filter, long[] cursors) {

    static long at(long[] cursors, int partition) {
      return partition < cursors.length ? cursors[partition] : 0;
    }
  }

  /// A subscription.
  ///
  /// @param filter as the client gave it, with `$share/GROUP/`
  /// @param startOffsets per partition, the first offset that counts
  record Kept(String filter, Grant grant, long[] startOffsets) {}

  /// A message on its way to the client.
  ///
  /// @param state one of those of [Window]
  /// @param source what it came through: empty for the session's plain subscriptions, else the
  ///   filter of a shared group or a replay as the client gave it
  /// @param partition -1 with `offset` if the message is not in the log
  /// @param message only where it is not in the log
  record Unacknowledged(
      int packetId,
      boolean exactlyOnce,
      int state,
      String source,
      int partition,
      long offset,
      @Nullable Stored message) {}
}
