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
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The bytes of the rows of a session, and of their keys. Nothing else knows this layout:
///
/// ```
/// identity: version 1 | epoch 8 | expiry 8 | expiresAt 8 | hasWill 1 [willDue 8 | delay 8 | message]
///           | count 4 { filter | qos 1 | noLocal 1 | retainAsPublished 1
///           | tellsPosition 1 | longs | ids }… | hasOwner 1 [owner]
/// progress: version 1 | cursors | count 4 { filter | cursors }… | count 4 { unacknowledged }…
/// unacknowledged: packetId 4 | exactlyOnce 1 | state 1 | source | partition 4 | offset 8
///           | hasMessage 1 [message]
/// ```
///
/// In version 1 no session had an owner.
///
/// A message is [MessageFormat] behind a 4-byte length; strings likewise; `longs`, `ids` and
/// `cursors` are a 4-byte count and their numbers, big-endian.
final class SessionFormat {
  private static final int VERSION = 2;

  static final byte PROGRESS = 'p';
  static final byte RECEIVED = 'r';
  static final byte SENT = 's';

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

  /// What the keys of all rows of a client in the table `progress` begin with. No client id holds
  /// U+0000.
  static byte[] progressPrefix(String clientId) {
    byte[] id = clientId.getBytes(UTF_8);
    return Arrays.copyOf(id, id.length + 1);
  }

  static byte[] progressKey(String clientId) {
    return key(clientId, PROGRESS, 0).array();
  }

  static byte[] receivedKey(String clientId, int packetId) {
    return key(clientId, RECEIVED, 2).putShort((short) packetId).array();
  }

  static byte[] sentKey(String clientId, SessionRow.Unacknowledged sent) {
    return key(clientId, SENT, 14)
        .putInt(sent.partition())
        .putLong(sent.offset())
        .putShort((short) sent.packetId())
        .array();
  }

  private static ByteBuffer key(String clientId, byte kind, int moreBytes) {
    byte[] prefix = progressPrefix(clientId);
    return ByteBuffer.allocate(prefix.length + 1 + moreBytes).put(prefix).put(kind);
  }

  /// What a key of the table `progress` is about: one of [#PROGRESS], [#RECEIVED], [#SENT].
  static byte kind(byte[] key, int prefixLength) {
    return key[prefixLength];
  }

  static int receivedId(byte[] key, int prefixLength) {
    return ByteBuffer.wrap(key).getShort(prefixLength + 1) & 0xFFFF;
  }

  private interface Writing {
    void to(DataOutputStream out) throws IOException;
  }

  private static byte[] bytes(Writing writing) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      writing.to(out);
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    return bytes.toByteArray();
  }

  static byte[] encode(SessionRow.Identity identity) {
    return bytes(
        out -> {
          out.writeLong(identity.epoch());
          out.writeLong(identity.expirySeconds());
          out.writeLong(identity.expiresAtMillis());
          will(out, identity);
          out.writeInt(identity.subscriptions().size());
          for (SessionRow.Kept kept : identity.subscriptions()) {
            subscription(out, kept);
          }
          String owner = identity.owner();
          out.writeBoolean(owner != null);
          if (owner != null) {
            field(out, owner.getBytes(UTF_8));
          }
        });
  }

  static byte[] encode(SessionRow.Progress progress) {
    return bytes(
        out -> {
          longs(out, progress.cursors());
          out.writeInt(progress.replays().size());
          for (SessionRow.Reached each : progress.replays()) {
            field(out, each.filter().getBytes(UTF_8));
            longs(out, each.cursors());
          }
          out.writeInt(progress.unacknowledged().size());
          for (SessionRow.Unacknowledged each : progress.unacknowledged()) {
            unacknowledged(out, each);
          }
        });
  }

  static byte[] encode(SessionRow.Unacknowledged sent) {
    return bytes(out -> unacknowledged(out, sent));
  }

  private static void will(DataOutputStream out, SessionRow.Identity row) throws IOException {
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
    out.writeByte(each.state());
    field(out, each.source().getBytes(UTF_8));
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

  private interface Reading<T> {
    T from(DataInputStream in, int version) throws IOException;
  }

  private static <T> T read(byte[] bytes, Reading<T> reading) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int version = in.readByte();
      if (version < 1 || version > VERSION) {
        throw new IllegalArgumentException("unknown session format " + version);
      }
      return reading.from(in, version);
    } catch (IOException e) {
      throw new IllegalArgumentException("a stored session is cut short", e);
    }
  }

  /// @throws IllegalArgumentException if the bytes are not what [#encode] writes
  static SessionRow.Identity decodeIdentity(byte[] bytes) {
    return read(
        bytes,
        (in, version) -> {
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
          boolean hasOwner = version > 1 && in.readBoolean();
          String owner = hasOwner ? new String(field(in), UTF_8) : null;
          return new SessionRow.Identity(
              epoch, expirySeconds, expiresAtMillis, will, willDueMillis, subscriptions, owner);
        });
  }

  /// @throws IllegalArgumentException as with [#decodeIdentity]
  static SessionRow.Progress decodeProgress(byte[] bytes) {
    return read(
        bytes,
        (in, version) -> {
          long[] cursors = longs(in);
          List<SessionRow.Reached> replays = new ArrayList<>();
          for (int i = in.readInt(); i > 0; i--) {
            replays.add(new SessionRow.Reached(new String(field(in), UTF_8), longs(in)));
          }
          List<SessionRow.Unacknowledged> unacknowledged = new ArrayList<>();
          for (int i = in.readInt(); i > 0; i--) {
            unacknowledged.add(unacknowledged(in));
          }
          return new SessionRow.Progress(cursors, replays, unacknowledged);
        });
  }

  /// @throws IllegalArgumentException as with [#decodeIdentity]
  static SessionRow.Unacknowledged decodeSent(byte[] bytes) {
    return read(bytes, (in, version) -> unacknowledged(in));
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
    int state = in.readByte();
    String source = new String(field(in), UTF_8);
    int partition = in.readInt();
    long offset = in.readLong();
    @Nullable Stored message = in.readBoolean() ? MessageFormat.decode(field(in)) : null;
    return new SessionRow.Unacknowledged(
        packetId, exactlyOnce, state, source, partition, offset, message);
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
