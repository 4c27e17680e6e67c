package io.forebay.kafka;

import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/// Records as a consumer gets them.
final class Read {
  private Read() {}

  static ConsumerRecord<byte[], byte[]> back(ProducerRecord<byte[], byte[]> sent) {
    return record(sent.key(), sent.value(), sent.headers());
  }

  static ConsumerRecord<byte[], byte[]> record(
      byte @Nullable [] key, byte @Nullable [] value, Header... headers) {
    return record(key, value, new RecordHeaders(headers));
  }

  // NullAway: Kafka's client says nowhere that keys and values may be null; they may.
  @SuppressWarnings("NullAway")
  private static ConsumerRecord<byte[], byte[]> record(
      byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
    return new ConsumerRecord<>(
        "t", 0, 7, 0, TimestampType.CREATE_TIME, 0, 0, key, value, headers, Optional.empty());
  }
}
