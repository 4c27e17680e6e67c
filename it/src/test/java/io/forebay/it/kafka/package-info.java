/// Nodes that share an Apache Kafka cluster: real brokers as processes of their own
/// ([io.forebay.it.kafka.KafkaCluster]), Kafka's clients and console tools on one side, MQTT
/// clients on the other.
///
/// The brokers' jars are gathered by the module `it/kafka` and are on no class path of ours.
@NullMarked
package io.forebay.it.kafka;

import org.jspecify.annotations.NullMarked;
