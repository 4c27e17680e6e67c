package io.forebay.core.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.forebay.core.log.MessageFormat;
import io.forebay.core.log.Stored;
import io.forebay.core.message.Message;
import io.forebay.core.message.Qos;
import io.forebay.core.routing.Grant;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The bytes of a [SessionRow] at rest, and of the keys of its tables. Nothing else knows this
/// layout:
///
/// ```
/// version 1 | epoch 8 | expiry 8 | expiresAt 8 | hasWill 1 [willDue 8 | delay 8 | message]
/// | count 4 { filter | qos 1 | noLocal 1 | retainAsPublished 1 | tellsPosition 1 | longs | ids }…
/// | cursors | count 4 { packetId 4 | exactlyOnce 1 | released 1 | partition 4 | offset 8 | hasMessage 1 [message] }…
/// | received
/// ```
///
/// A message is [MessageFormat] behind a 4-byte length; strings likewise; `longs`, `ids`, `cursors`
/// and `received` are a 4-byte count and their numbers, big-endian.
final class SessionFormat {
  private static final int VERSION = 1;

  private SessionFormat() {}

  static byte[] key(String clientId) {
    return clientId.getBytes(UTF_8);
  }

  /// Ordered by time, so that what is due comes first.
  static byte[] timerKey(long dueMillis, String clientId) {
    byte[] id = clientId.getBytes(UTF_8);
    byte[] key = new byte[8 + id.length];
    for (int i = 0; i < 8; i++) {
      key[i] = (byte) (dueMillis >>> (8 * (7 - i)));
    }
    System.arraycopy(id, 0, key, 8, id.length);
    return key;
  }

  static long timerDueMillis(byte[] timerKey) {
    long due = 0;
    for (int i = 0; i < 8; i++) {
      due = (due << 8) | (timerKey[i] & 0xFF);
    }
    return due;
  }

  static String timerClientId(byte[] timerKey) {
    return new String(timerKey, 8, timerKey.length - 8, UTF_8);
  }

  static byte[] encode(SessionRow row) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      out.writeLong(row.epoch());
      out.writeLong(row.expirySeconds());
      out.writeLong(row.expiresAtMillis());
      will(out, row);
      out.writeInt(row.subscriptions().size());
      for (SessionRow.Kept kept : row.subscriptions()) {
        subscription(out, kept);
      }
      longs(out, row.cursors());
      out.writeInt(row.unacknowledged().size());
      for (SessionRow.Unacknowledged each : row.unacknowledged()) {
        unacknowledged(out, each);
      }
      ints(out, row.received());
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    return bytes.toByteArray();
  }

  private static void will(DataOutputStream out, SessionRow row) throws IOException {
    Will will = row.will();
    out.writeBoolean(will != null);
    if (will != null) {
      out.writeLong(row.willDueMillis());
      out.writeLong(will.delaySeconds());
      // As a message whose lifetime has not begun: the expiry is still a duration.
      message(
          out,
          new Stored(
              new Message(
                  will.topic(),
                  will.payload(),
                  will.qos(),
                  will.retain(),
                  will.properties(),
                  "",
                  0,
                  will.expirySeconds()),
              -1,
              -1));
    }
  }

  private static void subscription(DataOutputStream out, SessionRow.Kept kept) throws IOException {
    field(out, kept.filter().getBytes(UTF_8));
    out.writeByte(kept.grant().qos().level());
    out.writeBoolean(kept.grant().noLocal());
    out.writeBoolean(kept.grant().retainAsPublished());
    out.writeBoolean(kept.grant().tellsPosition());
    longs(out, kept.startOffsets());
    ints(out, kept.grant().subscriptionIds());
  }

  private static void unacknowledged(DataOutputStream out, SessionRow.Unacknowledged each)
      throws IOException {
    out.writeInt(each.packetId());
    out.writeBoolean(each.exactlyOnce());
    out.writeBoolean(each.released());
    out.writeInt(each.partition());
    out.writeLong(each.offset());
    Stored stored = each.message();
    out.writeBoolean(stored != null);
    if (stored != null) {
      message(out, stored);
    }
  }

  private static void message(DataOutputStream out, Stored stored) throws IOException {
    field(out, MessageFormat.encode(stored));
  }

  private static void field(DataOutputStream out, byte[] value) throws IOException {
    out.writeInt(value.length);
    out.write(value);
  }

  private static void longs(DataOutputStream out, long[] values) throws IOException {
    out.writeInt(values.length);
    for (long value : values) {
      out.writeLong(value);
    }
  }

  private static void ints(DataOutputStream out, int[] values) throws IOException {
    out.writeInt(values.length);
    for (int value : values) {
      out.writeInt(value);
    }
  }

  /// @throws IllegalArgumentException if the bytes are not what [#encode] writes
  static SessionRow decode(byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int version = in.readByte();
      if (version != VERSION) {
        throw new IllegalArgumentException("unknown session format " + version);
      }
      long epoch = in.readLong();
      long expirySeconds = in.readLong();
      long expiresAtMillis = in.readLong();
      boolean hasWill = in.readBoolean();
      long willDueMillis = hasWill ? in.readLong() : 0;
      Will will = hasWill ? will(in) : null;
      List<SessionRow.Kept> subscriptions = new ArrayList<>();
      for (int i = in.readInt(); i > 0; i--) {
        subscriptions.add(subscription(in));
      }
      long[] cursors = longs(in);
      List<SessionRow.Unacknowledged> unacknowledged = new ArrayList<>();
      for (int i = in.readInt(); i > 0; i--) {
        unacknowledged.add(unacknowledged(in));
      }
      return new SessionRow(
          epoch,
          expirySeconds,
          expiresAtMillis,
          will,
          willDueMillis,
          subscriptions,
          cursors,
          unacknowledged,
          ints(in));
    } catch (IOException e) {
      throw new IllegalArgumentException("a stored session is cut short", e);
    }
  }

  private static Will will(DataInputStream in) throws IOException {
    long delaySeconds = in.readLong();
    Message message = MessageFormat.decode(field(in)).message();
    return new Will(
        message.topic(),
        message.payload(),
        message.qos(),
        message.retain(),
        message.properties(),
        message.expiresAtMillis(),
        delaySeconds);
  }

  private static SessionRow.Kept subscription(DataInputStream in) throws IOException {
    String filter = new String(field(in), UTF_8);
    Qos qos = Qos.of(in.readByte());
    boolean noLocal = in.readBoolean();
    boolean retainAsPublished = in.readBoolean();
    boolean tellsPosition = in.readBoolean();
    long[] startOffsets = longs(in);
    int[] ids = ints(in);
    Grant grant =
        ids.length == 0
            ? Grant.of(qos, noLocal, retainAsPublished, 0)
            : new Grant(qos, noLocal, retainAsPublished, false, ids);
    return new SessionRow.Kept(
        filter, tellsPosition ? grant.tellingPosition() : grant, startOffsets);
  }

  private static SessionRow.Unacknowledged unacknowledged(DataInputStream in) throws IOException {
    int packetId = in.readInt();
    boolean exactlyOnce = in.readBoolean();
    boolean released = in.readBoolean();
    int partition = in.readInt();
    long offset = in.readLong();
    @Nullable Stored message = in.readBoolean() ? MessageFormat.decode(field(in)) : null;
    return new SessionRow.Unacknowledged(
        packetId, exactlyOnce, released, partition, offset, message);
  }

  private static byte[] field(DataInputStream in) throws IOException {
    return in.readNBytes(count(in, 1));
  }

  private static long[] longs(DataInputStream in) throws IOException {
    long[] values = new long[count(in, 8)];
    for (int i = 0; i < values.length; i++) {
      values[i] = in.readLong();
    }
    return values;
  }

  private static int[] ints(DataInputStream in) throws IOException {
    int[] values = new int[count(in, 4)];
    for (int i = 0; i < values.length; i++) {
      values[i] = in.readInt();
    }
    return values;
  }

  private static int count(DataInputStream in, int elementBytes) throws IOException {
    int count = in.readInt();
    if (count < 0 || (long) count * elementBytes > in.available()) {
      throw new IOException("a count of " + count);
    }
    return count;
  }
}
