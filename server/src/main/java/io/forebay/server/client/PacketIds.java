package io.forebay.server.client;

import java.util.BitSet;

/// Packet identifiers of one connection (§2.2.1): 1–65,535, handed out in a circle, so that a late
/// answer does not meet the next packet.
final class PacketIds {
  private static final int LAST = 65_535;

  private final BitSet taken = new BitSet();
  private int previous;

  /// @throws IllegalStateException if all are taken, which the window prevents
  int take() {
    int id = taken.nextClearBit(previous + 1);
    if (id > LAST) {
      id = taken.nextClearBit(1);
    }
    if (id > LAST) {
      throw new IllegalStateException("all 65535 packet identifiers are in use");
    }
    taken.set(id);
    previous = id;
    return id;
  }

  void free(int id) {
    taken.clear(id);
  }
}
