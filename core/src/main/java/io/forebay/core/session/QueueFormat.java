package io.forebay.core.session;

import static java.nio.charset.StandardCharsets.UTF_8;

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

/// The bytes of the table `queues`. Nothing else knows this layout. Keys:
///
/// ```
/// name                            a QueueRow
/// name 0x00 0x01 partition 4 offset 8   nothing: this message is a session's own, see ownedKey
/// name 0x00 0x02 client id        nothing: a member whose session outlives its connection
/// ```
///
/// The value of a [QueueRow]:
///
/// ```
/// version 1 | flags 1 | count v { filter } | maximumRedeliveries 4 | ttl 8 | [deadLetterTopic] | [orderBy]
/// | redelivered 8 | deadLettered 8 | count v { cursor 8 } | count v { partition v | offset v | redeliveries v }
/// ```
///
/// Flags: bit 0 declared, 1 exclusive, 2 dead-letter topic, 3 order. `v` is a number in groups of
/// seven bits, lowest first; an offset is the distance to the one before in its partition. Strings
/// are a length `v` and UTF-8.
final class QueueFormat {
  private static final int VERSION = 1;
  private static final byte OWNED = 1;
  private static final byte MEMBER = 2;
  private static final byte END = (byte) 0xFF;

  private QueueFormat() {}

  // ---------------------------------------------------------------- keys

  static byte[] key(String name) {
    return name.getBytes(UTF_8);
  }

  /// Says that a message was sent to a session at QoS 2 and is that session's from then on, or was
  /// given up: for the queue it is done.
  static byte[] ownedKey(String name, int partition, long offset) {
    byte[] prefix = ownedPrefix(name);
    return ByteBuffer.allocate(prefix.length + 12)
        .put(prefix)
        .putInt(partition)
        .putLong(offset)
        .array();
  }

  static byte[] ownedPrefix(String name) {
    return below(name, OWNED);
  }

  /// The message of which a row with this key says that it is done.
  static Progress.Item owned(byte[] key) {
    return new Progress.Item(ownedPartition(key), ownedOffset(key), null, 0);
  }

  static int ownedPartition(byte[] key) {
    return ByteBuffer.wrap(key).getInt(key.length - 12);
  }

  static long ownedOffset(byte[] key) {
    return ByteBuffer.wrap(key).getLong(key.length - 8);
  }

  static byte[] memberKey(String name, String clientId) {
    byte[] prefix = memberPrefix(name);
    byte[] id = clientId.getBytes(UTF_8);
    byte[] key = Arrays.copyOf(prefix, prefix.length + id.length);
    System.arraycopy(id, 0, key, prefix.length, id.length);
    return key;
  }

  static byte[] memberPrefix(String name) {
    return below(name, MEMBER);
  }

  /// After all rows of this queue.
  static byte[] endKey(String name) {
    return below(name, END);
  }

  private static byte[] below(String name, byte kind) {
    byte[] text = name.getBytes(UTF_8);
    byte[] key = Arrays.copyOf(text, text.length + 2);
    key[text.length + 1] = kind;
    return key;
  }

  static boolean startsWith(byte[] key, byte[] prefix) {
    return key.length >= prefix.length
        && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
  }

  /// The name of the queue that a row belongs to. No name holds 0x00.
  static String name(byte[] key) {
    int end = 0;
    while (end < key.length && key[end] != 0) {
      end++;
    }
    return new String(key, 0, end, UTF_8);
  }

  // ---------------------------------------------------------------- values

  static byte[] encode(QueueRow row) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);
    QueueSettings settings = row.settings();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      out.writeByte(flags(row));
      number(out, settings.filters().size());
      for (String filter : settings.filters()) {
        text(out, filter);
      }
      out.writeInt(settings.maximumRedeliveries());
      out.writeLong(settings.ttlMillis());
      if (settings.deadLetterTopic() != null) {
        text(out, settings.deadLetterTopic());
      }
      if (settings.orderBy() != null) {
        text(out, settings.orderBy());
      }
      out.writeLong(row.redelivered());
      out.writeLong(row.deadLettered());
      number(out, row.cursors().length);
      for (long cursor : row.cursors()) {
        out.writeLong(cursor);
      }
      outstanding(out, row.outstanding());
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    return bytes.toByteArray();
  }

  private static int flags(QueueRow row) {
    QueueSettings settings = row.settings();
    return (row.declared() ? 1 : 0)
        | (settings.exclusive() ? 2 : 0)
        | (settings.deadLetterTopic() != null ? 4 : 0)
        | (settings.orderBy() != null ? 8 : 0);
  }

  private static void outstanding(DataOutputStream out, List<QueueRow.Outstanding> list)
      throws IOException {
    number(out, list.size());
    int partition = -1;
    long offset = 0;
    for (QueueRow.Outstanding each : list) {
      if (each.partition() != partition) {
        offset = 0;
      }
      number(out, each.partition());
      number(out, each.offset() - offset);
      number(out, each.redeliveries());
      partition = each.partition();
      offset = each.offset();
    }
  }

  private static void text(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    number(out, bytes.length);
    out.write(bytes);
  }

  private static void number(DataOutputStream out, long value) throws IOException {
    long rest = value;
    while (rest >= 0x80) {
      out.writeByte((int) ((rest & 0x7F) | 0x80));
      rest >>>= 7;
    }
    out.writeByte((int) rest);
  }

  /// @throws IllegalArgumentException if that is no row of the table
  static void check(byte[] key, byte[] value) {
    int name = key(name(key)).length;
    if (name == key.length) {
      decode(value);
      return;
    }
    byte kind = name + 1 < key.length ? key[name + 1] : END;
    boolean known = kind == MEMBER || (kind == OWNED && key.length == name + 14);
    if (!known || value.length > 0) {
      throw new IllegalArgumentException("an unknown kind of row");
    }
  }

  /// @throws IllegalArgumentException if the bytes are not what [#encode] writes
  static QueueRow decode(byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int version = in.readByte();
      if (version != VERSION) {
        throw new IllegalArgumentException("unknown queue format " + version);
      }
      int flags = in.readUnsignedByte();
      QueueSettings settings = settings(in, flags);
      long redelivered = in.readLong();
      long deadLettered = in.readLong();
      long[] cursors = new long[count(in, 8)];
      for (int i = 0; i < cursors.length; i++) {
        cursors[i] = in.readLong();
      }
      List<QueueRow.Outstanding> outstanding = outstanding(in, cursors.length);
      if (in.available() > 0) {
        throw new IllegalArgumentException("a stored queue is followed by other bytes");
      }
      return new QueueRow(
          settings, (flags & 1) != 0, cursors, outstanding, redelivered, deadLettered);
    } catch (IOException e) {
      throw new IllegalArgumentException("a stored queue is cut short or damaged", e);
    }
  }

  private static QueueSettings settings(DataInputStream in, int flags) throws IOException {
    List<String> filters = new ArrayList<>();
    for (int i = count(in, 1); i > 0; i--) {
      filters.add(text(in));
    }
    int maximumRedeliveries = in.readInt();
    long ttlMillis = in.readLong();
    @Nullable String deadLetterTopic = (flags & 4) != 0 ? text(in) : null;
    @Nullable String orderBy = (flags & 8) != 0 ? text(in) : null;
    if (filters.isEmpty()) {
      throw new IOException("no filter");
    }
    return new QueueSettings(
        filters, maximumRedeliveries, deadLetterTopic, ttlMillis, (flags & 2) != 0, orderBy);
  }

  /// @param partitions what was looked at is of one of these
  private static List<QueueRow.Outstanding> outstanding(DataInputStream in, int partitions)
      throws IOException {
    int count = count(in, 3);
    List<QueueRow.Outstanding> list = new ArrayList<>(count);
    int before = -1;
    long offset = 0;
    for (int i = 0; i < count; i++) {
      int partition = below(in, partitions);
      offset = number(in) + (partition == before ? offset : 0);
      if (offset < 0) {
        throw new IOException("an offset of " + offset);
      }
      list.add(new QueueRow.Outstanding(partition, offset, below(in, Integer.MAX_VALUE)));
      before = partition;
    }
    return list;
  }

  private static int below(DataInputStream in, int limit) throws IOException {
    long value = number(in);
    if (value < 0 || value >= limit) {
      throw new IOException("a number of " + value);
    }
    return (int) value;
  }

  private static String text(DataInputStream in) throws IOException {
    return new String(in.readNBytes(count(in, 1)), UTF_8);
  }

  private static int count(DataInputStream in, int elementBytes) throws IOException {
    long count = number(in);
    if (count < 0 || count > in.available() / elementBytes) {
      throw new IOException("a count of " + count);
    }
    return (int) count;
  }

  private static long number(DataInputStream in) throws IOException {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int next = in.readUnsignedByte();
      value |= (long) (next & 0x7F) << shift;
      if (next < 0x80) {
        return value;
      }
    }
    throw new IOException("a number of more than 64 bits");
  }
}
