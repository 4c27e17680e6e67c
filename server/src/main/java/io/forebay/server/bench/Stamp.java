package io.forebay.server.bench;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// What a message of a run carries at the start of its payload, big-endian; the rest is zeros.
///
/// ```
/// 0        4           8                16               24
/// │ run id │ publisher │ sequence       │ nanoTime       │
/// ```
///
/// @param run tells this run's messages from those of another, whose clock means nothing here
/// @param sequence from 0, without gaps within a publisher
/// @param nanos [System#nanoTime] when the message was to be sent
record Stamp(int run, int publisher, long sequence, long nanos) {
  static final int BYTES = 24;

  byte[] toPayload(int payloadBytes) {
    byte[] payload = new byte[payloadBytes];
    ByteBuffer.wrap(payload).putInt(run).putInt(publisher).putLong(sequence).putLong(nanos);
    return payload;
  }

  /// The stamp, or null if the payload is too short for one.
  static @Nullable Stamp of(byte[] payload) {
    if (payload.length < BYTES) {
      return null;
    }
    ByteBuffer buffer = ByteBuffer.wrap(payload);
    return new Stamp(buffer.getInt(), buffer.getInt(), buffer.getLong(), buffer.getLong());
  }
}
