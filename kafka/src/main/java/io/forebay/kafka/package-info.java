/// Kafka as the backplane: an engine whose log is an Apache Kafka cluster that many nodes share.
/// Imports `core` and Kafka's client.
@NullMarked
package io.forebay.kafka;

import org.jspecify.annotations.NullMarked;
