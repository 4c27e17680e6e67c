package io.forebay.core.session;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The QoS 2 messages of a client between its PUBLISH and its PUBREL, by packet id: on their way
/// into the log, or kept there and not released (MQTT 5 §4.3.3). On the session's lane.
final class Received {
  private @Nullable Set<Integer> underWay;
  private @Nullable Set<Integer> kept;

  void begin(int packetId) {
    if (underWay == null) {
      underWay = new HashSet<>();
    }
    underWay.add(packetId);
  }

  void end(int packetId) {
    if (underWay != null) {
      underWay.remove(packetId);
    }
  }

  boolean isUnderWay(int packetId) {
    return underWay != null && underWay.contains(packetId);
  }

  boolean anyUnderWay() {
    return underWay != null && !underWay.isEmpty();
  }

  void keep(int packetId) {
    if (kept == null) {
      kept = new HashSet<>();
    }
    kept.add(packetId);
  }

  boolean isKept(int packetId) {
    return kept != null && kept.contains(packetId);
  }

  /// @return whether it was kept
  boolean release(int packetId) {
    return kept != null && kept.remove(packetId);
  }

  /// What is kept, for the row.
  int[] keptIds() {
    return kept == null ? new int[0] : kept.stream().mapToInt(Integer::intValue).toArray();
  }
}
