/// What a Kafka cluster says of itself, and whether nodes can live on it: for `forebay kafka
/// check`. Imports the configuration, the mapping and Kafka's client.
@NullMarked
package io.forebay.server.kafka;

import org.jspecify.annotations.NullMarked;
