package io.forebay.kafka.mapping;

import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/// What a consumer gets of a record, by way of the bytes that Kafka writes to its log.
final class Wire {
  private Wire() {}

  static ConsumerRecord<byte[], byte[]> pass(OutgoingRecord sent) {
    Header[] headers = sent.headers().toArray(Header[]::new);
    return pass(sent.topic(), sent.timestampMillis(), sent.key(), sent.value(), headers);
  }

  // NullAway: Kafka says nothing about null, and takes it for key and value.
  @SuppressWarnings("NullAway")
  static ConsumerRecord<byte[], byte[]> pass(
      String topic,
      long timestampMillis,
      byte @Nullable [] key,
      byte @Nullable [] value,
      Header... headers) {
    MemoryRecords log =
        MemoryRecords.withRecords(
            Compression.NONE, new SimpleRecord(timestampMillis, key, value, headers));
    Record read = log.records().iterator().next();
    return new ConsumerRecord<>(
        topic,
        0,
        read.offset(),
        read.timestamp(),
        TimestampType.CREATE_TIME,
        read.keySize(),
        read.valueSize(),
        Utils.toNullableArray(read.key()),
        Utils.toNullableArray(read.value()),
        new RecordHeaders(read.headers()),
        Optional.empty());
  }
}
