package io.forebay.core.log;

import io.forebay.core.message.Message;

/// A message and where it is.
///
/// @param partition the node's number of the (stream, partition), see [Log#partitions]
public record Stored(Message message, int partition, long offset) {}
