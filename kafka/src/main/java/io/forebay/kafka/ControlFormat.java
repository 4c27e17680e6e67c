package io.forebay.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.forebay.core.log.Batch;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/// The bytes of [Control]. Keys begin with a letter, so that compaction keeps of each thing what
/// was said last; values are null where a thing is no more.
///
/// ```
/// row      key 'r' | length of table 1 | table | key of the row     value as the row has it
///          headers "w": number of the writer 8, "c": claim
/// take     key 't' | node 8 | name         value 1 if it is wanted only if free, else 0; null: release
/// hello    key 'n' | life 16               value name
/// verdict  key 'd' | node 8                value empty
/// entered  key 'p' | topic id 16 | partition 4 | nonce 8            value topic
/// ```
final class ControlFormat {
  private static final String WRITER = "w";
  private static final String CLAIM = "c";

  private ControlFormat() {}

  static ProducerRecord<byte[], byte[]> encode(Control control) {
    return switch (control) {
      case Control.Row row -> row(row);
      case Control.Take take ->
          of(key('t', take.node(), take.name()), new byte[] {(byte) (take.ifFree() ? 1 : 0)});
      case Control.Release release -> of(key('t', release.node(), release.name()), null);
      case Control.Hello hello ->
          of(id('n', hello.life(), 0).array(), hello.name().getBytes(UTF_8));
      case Control.Verdict verdict -> of(key('d', verdict.node(), ""), new byte[0]);
      case Control.Entered entered ->
          of(
              id('p', entered.topicId(), 12)
                  .putInt(entered.partition())
                  .putLong(entered.nonce())
                  .array(),
              entered.topic().getBytes(UTF_8));
    };
  }

  private static ProducerRecord<byte[], byte[]> of(byte[] key, byte @Nullable [] value) {
    return new ProducerRecord<>(KafkaSettings.CONTROL_TOPIC, 0, key, value);
  }

  private static ProducerRecord<byte[], byte[]> row(Control.Row control) {
    Batch.Row row = control.row();
    byte[] table = row.table().getBytes(UTF_8);
    byte[] key =
        ByteBuffer.allocate(2 + table.length + row.key().length)
            .put((byte) 'r')
            .put((byte) table.length)
            .put(table)
            .put(row.key())
            .array();
    Header writer =
        new RecordHeader(WRITER, ByteBuffer.allocate(Long.BYTES).putLong(control.writer()).array());
    List<Header> headers =
        row.claim() == null
            ? List.of(writer)
            : List.of(writer, new RecordHeader(CLAIM, row.claim().getBytes(UTF_8)));
    return new ProducerRecord<>(KafkaSettings.CONTROL_TOPIC, 0, key, row.value(), headers);
  }

  private static byte[] key(char kind, long node, String name) {
    byte[] text = name.getBytes(UTF_8);
    return ByteBuffer.allocate(1 + Long.BYTES + text.length)
        .put((byte) kind)
        .putLong(node)
        .put(text)
        .array();
  }

  private static ByteBuffer id(char kind, Uuid id, int more) {
    return ByteBuffer.allocate(1 + 2 * Long.BYTES + more)
        .put((byte) kind)
        .putLong(id.getMostSignificantBits())
        .putLong(id.getLeastSignificantBits());
  }

  /// @return null if it is nothing that this version knows
  static @Nullable Control decode(ConsumerRecord<byte[], byte[]> record) {
    byte[] key = record.key();
    if (key == null || key.length == 0) {
      return null;
    }
    byte[] value = record.value();
    ByteBuffer in = ByteBuffer.wrap(key, 1, key.length - 1);
    try {
      return switch (key[0]) {
        case 'r' -> row(in, record);
        case 't' -> taken(in.getLong(), rest(in), value);
        case 'n' -> value == null ? null : new Control.Hello(id(in), new String(value, UTF_8));
        case 'd' -> new Control.Verdict(in.getLong());
        case 'p' ->
            value == null
                ? null
                : new Control.Entered(id(in), in.getInt(), in.getLong(), new String(value, UTF_8));
        default -> null;
      };
    } catch (BufferUnderflowException e) {
      return null;
    }
  }

  private static Control taken(long node, String name, byte @Nullable [] value) {
    return value == null
        ? new Control.Release(node, name)
        : new Control.Take(node, name, value.length > 0 && value[0] == 1);
  }

  private static @Nullable Control row(ByteBuffer in, ConsumerRecord<byte[], byte[]> record) {
    byte[] table = new byte[in.get()];
    in.get(table);
    byte[] key = new byte[in.remaining()];
    in.get(key);
    Header writer = record.headers().lastHeader(WRITER);
    Header claim = record.headers().lastHeader(CLAIM);
    if (writer == null) {
      return null;
    }
    return new Control.Row(
        ByteBuffer.wrap(writer.value()).getLong(),
        new Batch.Row(
            new String(table, UTF_8),
            key,
            record.value(),
            claim == null ? null : new String(claim.value(), UTF_8)));
  }

  private static Uuid id(ByteBuffer in) {
    return new Uuid(in.getLong(), in.getLong());
  }

  private static String rest(ByteBuffer in) {
    byte[] text = new byte[in.remaining()];
    in.get(text);
    return new String(text, UTF_8);
  }
}
