package io.forebay.kafka;

import io.forebay.core.log.Batch;
import org.apache.kafka.common.Uuid;

/// A record of the control topic, on whose order all nodes agree. Bytes: [ControlFormat].
sealed interface Control {

  /// A row of a table changes.
  ///
  /// @param writer the number of the node that wrote it
  record Row(long writer, Batch.Row row) implements Control {}

  /// A node wants a name.
  ///
  /// @param ifFree only if no other has it
  record Take(long node, String name, boolean ifFree) implements Control {}

  /// A node lets go of a name, or wants it no more.
  record Release(long node, String name) implements Control {}

  /// A node begins. Its number is the place of this record, counted from 1.
  ///
  /// @param life unique: a node that begins again has another
  record Hello(Uuid life, String name) implements Control {}

  /// A node is dead, or says farewell.
  record Verdict(long node) implements Control {}

  /// A partition exists. Its number is how many others were entered before it was for the first
  /// time.
  ///
  /// @param topicId Kafka's: another if the topic was made anew
  /// @param nonce makes the key unique, so that compaction leaves the first
  record Entered(Uuid topicId, int partition, long nonce, String topic) implements Control {}
}
