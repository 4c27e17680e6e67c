package io.forebay.store;

import io.forebay.core.log.MessageFormat;
import io.forebay.core.log.Stored;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// A block of messages, each of which is decoded when somebody first wants it: a reader of one
/// topic among thousands wants one of fifty.
///
/// On any thread: two may decode the same message at once, and either result will do, since nothing
/// in it changes.
final class Block {
  /// What a decoded message takes beside its bytes.
  private static final int MESSAGE_OVERHEAD_BYTES = 100;

  private final int partition;
  private final long firstOffset;
  private final ByteBuffer bytes;
  private final @Nullable Stored[] decoded;

  /// @throws StoreException if a later version wrote it
  Block(byte[] value, int partition, long firstOffset) {
    this.partition = partition;
    this.firstOffset = firstOffset;
    bytes = BlockFormat.check(value);
    decoded = new Stored[BlockFormat.count(bytes)];
  }

  long firstOffset() {
    return firstOffset;
  }

  /// The offset after its last message.
  long end() {
    return BlockFormat.end(bytes);
  }

  /// How many messages are in it.
  int count() {
    return decoded.length;
  }

  /// The offset of message `i`.
  long offset(int i) {
    return BlockFormat.offset(bytes, i);
  }

  /// The first message whose offset is not below `offset`; [#count] if there is none.
  int firstFrom(long offset) {
    return BlockFormat.firstFrom(bytes, offset);
  }

  /// When its newest message was appended, never less than in the block before.
  long appendMillis() {
    return BlockFormat.appendMillis(bytes);
  }

  /// At most, when all of its messages are decoded.
  long heapBytes() {
    return 2L * bytes.capacity() + (long) MESSAGE_OVERHEAD_BYTES * decoded.length;
  }

  /// Message `i`.
  ///
  /// @throws IllegalArgumentException if its bytes are none
  Stored get(int i) {
    Stored stored = decoded[i];
    if (stored == null) {
      ByteBuffer at = bytes.duplicate().position(BlockFormat.start(bytes, i));
      stored = new Stored(MessageFormat.decode(at).message(), partition, offset(i));
      decoded[i] = stored;
    }
    return stored;
  }
}
