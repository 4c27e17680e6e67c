package io.forebay.mqtt.connection;

import io.forebay.core.message.Message;
import io.forebay.core.message.Qos;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.codec.PublishCodec;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The frames of the message that an event loop is delivering just now, one per shape (protocol
/// version, QoS, retain, subscription identifiers): encoded once, copied to all subscribers of that
/// shape, with only the packet id written over.
///
/// Deliveries of one message come one after the other, so remembering the last message is enough.
/// The first delivery does not fill the memory: where a message has one subscriber, which is the
/// common case, it would be for nothing.
final class SharedFrames {
  private static final int SHAPES = 4;

  /// Beyond this, copying the payload is all the work there is, shared or not.
  private static final int LARGEST_PAYLOAD_BYTES = 16 << 10;

  private @Nullable Message message;
  private int shapes;
  private final byte[][] frames = new byte[SHAPES][];
  private final int[] keys = new int[SHAPES];
  private final int[][] ids = new int[SHAPES][];

  /// Appends the frame to `out`, if it is shared.
  ///
  /// @return false if the caller has to encode it itself
  @SuppressWarnings("ReferenceEquality") // it is about this very delivery, not about equal messages
  boolean append(
      ByteBuf out,
      Message sent,
      ProtocolVersion version,
      Qos qos,
      boolean retain,
      int packetId,
      int[] subscriptionIds) {
    if (sent != message) {
      message = sent;
      shapes = 0;
      return false;
    }
    if (sent.payload().length > LARGEST_PAYLOAD_BYTES) {
      return false;
    }
    int key = version.ordinal() << 3 | qos.level() << 1 | (retain ? 1 : 0);
    int i = 0;
    while (i < shapes && (keys[i] != key || ids[i] != subscriptionIds)) {
      i++;
    }
    if (i == SHAPES) {
      return false;
    }
    if (i == shapes) {
      frames[i] = encode(sent, version, qos, retain, subscriptionIds);
      keys[i] = key;
      ids[i] = subscriptionIds;
      shapes++;
    }
    int start = out.writerIndex();
    out.writeBytes(frames[i]);
    if (qos != Qos.AT_MOST_ONCE) {
      out.setShort(start + PublishCodec.packetIdOffset(frames[i]), packetId);
    }
    return true;
  }

  private static byte[] encode(
      Message sent, ProtocolVersion version, Qos qos, boolean retain, int[] subscriptionIds) {
    ByteBuf buffer = Unpooled.buffer(64 + sent.topic().length() + sent.payload().length);
    PublishCodec.encode(
        buffer, version, sent, qos, false, retain, 1, 0, false, -1, subscriptionIds, List.of());
    byte[] frame = new byte[buffer.readableBytes()];
    buffer.readBytes(frame);
    return frame;
  }
}
