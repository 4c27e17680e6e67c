package io.forebay.core.session;

import io.forebay.core.log.Stored;
import io.forebay.core.routing.Grant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is kept of a session while nobody is connected: all of it, so that the session itself costs
/// no heap.
///
/// @param epoch raised with every connection: whoever acts under a lower one has lost the session
/// @param expirySeconds how long it is kept after the connection
/// @param expiresAtMillis when it goes; [io.forebay.core.message.Message#NEVER] if it stays, or
///   somebody is connected
/// @param will what is to be published at `willDueMillis`, null for nothing
/// @param cursors per partition, the first offset that was not looked at
/// @param unacknowledged what was sent and not acknowledged, in order
/// @param received packet ids of QoS 2 messages that we took and the client has not released
record SessionRow(
    long epoch,
    long expirySeconds,
    long expiresAtMillis,
    @Nullable Will will,
    long willDueMillis,
    List<Kept> subscriptions,
    long[] cursors,
    List<Unacknowledged> unacknowledged,
    int[] received) {

  /// A subscription.
  ///
  /// @param filter as the client gave it, with `$share/GROUP/`
  /// @param startOffsets per partition, the first offset that counts
  record Kept(String filter, Grant grant, long[] startOffsets) {}

  /// @param released PUBREC came
  /// @param partition -1 with `offset` if the message is not in the log
  /// @param message only where it is not in the log
  record Unacknowledged(
      int packetId,
      boolean exactlyOnce,
      boolean released,
      int partition,
      long offset,
      @Nullable Stored message) {}

  /// When something is to happen to it next.
  long dueMillis() {
    return will == null ? expiresAtMillis : Math.min(expiresAtMillis, willDueMillis);
  }

  SessionRow withoutWill() {
    return new SessionRow(
        epoch,
        expirySeconds,
        expiresAtMillis,
        null,
        0,
        subscriptions,
        cursors,
        unacknowledged,
        received);
  }
}
