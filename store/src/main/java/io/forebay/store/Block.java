package io.forebay.store;

import io.forebay.core.log.MessageFormat;
import io.forebay.core.log.Stored;
import java.nio.ByteBuffer;

/// A decoded block of messages.
///
/// @param appendMillis when its newest message was appended, never less than in the block before
/// @param sizeBytes what it took on disk
record Block(long firstOffset, Stored[] messages, long appendMillis, int sizeBytes) {

  static Block decode(byte[] value, int partition, long firstOffset) {
    ByteBuffer bytes = BlockFormat.check(value);
    Stored[] messages = new Stored[BlockFormat.count(bytes)];
    for (int i = 0; i < messages.length; i++) {
      bytes.position(BlockFormat.start(bytes, i));
      Stored stored = MessageFormat.decode(bytes);
      messages[i] = new Stored(stored.message(), partition, firstOffset + i);
    }
    return new Block(firstOffset, messages, BlockFormat.appendMillis(bytes), value.length);
  }

  long end() {
    return firstOffset + messages.length;
  }

  Stored get(long offset) {
    return messages[(int) (offset - firstOffset)];
  }
}
