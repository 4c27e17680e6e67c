package io.forebay.kafka.mapping;

import java.util.List;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/// A message as a record for Kafka. The arrays are shared with the message; nobody writes to them.
///
/// @param topic Kafka's
/// @param key null for the message of a single-level topic
/// @param partitionKey what chooses the partition, by Kafka's own rule: the key; where there is
///   none the MQTT topic, so that a topic's messages stay in order
public record OutgoingRecord(
    String topic,
    byte @Nullable [] key,
    byte[] value,
    List<Header> headers,
    long timestampMillis,
    byte[] partitionKey) {}
