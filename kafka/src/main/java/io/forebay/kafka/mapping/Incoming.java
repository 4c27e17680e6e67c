package io.forebay.kafka.mapping;

import io.forebay.core.message.Message;

/// What a record of Kafka is to us.
public sealed interface Incoming {

  /// @param headersLeftOut foreign headers that cannot be user properties
  record Taken(Message message, int headersLeftOut) implements Incoming {}

  /// No message: to be counted, logged with its position, and passed over.
  record Skipped(SkipReason reason) implements Incoming {}
}
