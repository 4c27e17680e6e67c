package io.forebay.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.forebay.core.log.MessageFormat;
import io.forebay.core.log.Stored;
import io.forebay.core.message.Message;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/// The bytes of a retained message in its topic: key the MQTT topic, value the message with its
/// position, or nothing; a header says the position of either.
final class RetainedFormat {
  private static final String AT = "at";

  /// @param topic of MQTT, UTF-8
  /// @param value null if it is retained no more
  /// @param partition -1 if nobody reads it
  record Retained(byte[] topic, byte @Nullable [] value, int partition, long offset) {}

  private RetainedFormat() {}

  static ProducerRecord<byte[], byte[]> record(Stored stored) {
    Message message = stored.message();
    byte[] key = message.topic().getBytes(UTF_8);
    byte[] value = message.payload().length == 0 ? null : MessageFormat.encode(stored);
    byte[] at =
        ByteBuffer.allocate(Integer.BYTES + Long.BYTES)
            .putInt(stored.partition())
            .putLong(stored.offset())
            .array();
    List<Header> headers = List.of(new RecordHeader(AT, at));
    return new ProducerRecord<>(KafkaSettings.RETAINED_TOPIC, 0, key, value, headers);
  }

  /// @return null if it is nothing of ours
  static @Nullable Retained decode(ConsumerRecord<byte[], byte[]> record) {
    byte[] key = record.key();
    Header at = record.headers().lastHeader(AT);
    if (key == null || at == null || at.value().length != Integer.BYTES + Long.BYTES) {
      return null;
    }
    ByteBuffer place = ByteBuffer.wrap(at.value());
    return new Retained(key, record.value(), place.getInt(), place.getLong());
  }
}
