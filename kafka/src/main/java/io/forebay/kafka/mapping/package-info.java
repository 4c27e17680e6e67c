/// Which Kafka record a message is, and which message a record is. Pure: no connection, no thread.
/// Imports `core.message`, `core.topic` and of Kafka's client what a record is made of.
@NullMarked
package io.forebay.kafka.mapping;

import org.jspecify.annotations.NullMarked;
