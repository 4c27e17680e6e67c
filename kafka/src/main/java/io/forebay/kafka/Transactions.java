package io.forebay.kafka;

import io.forebay.core.log.EngineFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Messages with rows that are kept together with them or not at all: the packet id of a QoS 2
/// message, what a queue gives up. On the outlet's thread, which waits for Kafka here.
final class Transactions {
  private static final Logger LOG = LoggerFactory.getLogger(Transactions.class);

  /// Somebody else has taken this node's place: it was taken for dead.
  static final class Fenced extends Exception {
    private static final long serialVersionUID = 1;

    Fenced(@Nullable Throwable cause) {
      super(cause);
    }
  }

  /// A message of a transaction.
  ///
  /// @param append its place in the batch
  /// @param row kept with it, null for none
  record Part(
      Pending pending,
      int append,
      ProducerRecord<byte[], byte[]> message,
      @Nullable ProducerRecord<byte[], byte[]> row) {}

  /// What became of a part.
  interface Outcome {
    void of(Part part, @Nullable RecordMetadata metadata, @Nullable EngineFailure failure);
  }

  private final Clients clients;
  private final String node;
  private @Nullable Producer<byte[], byte[]> producer;

  Transactions(Clients clients, String node) {
    this.clients = clients;
    this.node = node;
  }

  /// Takes the place of whoever had this node's name, and ends what that one had begun.
  void begin() {
    close();
    Producer<byte[], byte[]> begun = clients.transactions(node, "transactions");
    try {
      begun.initTransactions();
    } catch (KafkaException e) {
      begun.close(Duration.ZERO);
      throw e;
    }
    producer = begun;
  }

  /// @param givenUp whether nobody waits for it any more
  void commit(List<Part> parts, BooleanSupplier givenUp, Outcome outcome) throws Fenced {
    if (parts.isEmpty()) {
      return;
    }
    EngineFailure failure = null;
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    Producer<byte[], byte[]> there = producer;
    if (there == null) {
      // To begin anew here could undo what another did to keep this node from going on.
      tell(parts, sent, Failures.LOST, outcome);
      throw new Fenced(null);
    }
    try {
      there.beginTransaction();
      for (Part part : parts) {
        sent.add(there.send(part.message()));
        if (part.row() != null) {
          there.send(part.row());
        }
      }
      commit(there, givenUp);
    } catch (KafkaException e) {
      failure = Failures.of(e);
      LOG.warn("a transaction is not kept: {}", Failures.words(e));
      end(e);
      if (isFenced(e)) {
        tell(parts, sent, Failures.LOST, outcome);
        throw new Fenced(e);
      }
    }
    tell(parts, sent, failure, outcome);
  }

  /// That the answer to a commit does not come says nothing; so it is asked for again, until it
  /// comes or nobody cares.
  private static void commit(Producer<byte[], byte[]> producer, BooleanSupplier givenUp) {
    while (true) {
      try {
        producer.commitTransaction();
        return;
      } catch (TimeoutException e) {
        if (givenUp.getAsBoolean()) {
          throw e;
        }
      }
    }
  }

  /// What was begun is void; a producer that cannot say so is made anew, which does.
  private void end(KafkaException why) {
    try {
      if (producer != null && !isFenced(why)) {
        producer.abortTransaction();
      } else {
        close();
      }
    } catch (KafkaException e) {
      close();
    }
  }

  private static boolean isFenced(Throwable e) {
    return e instanceof ProducerFencedException || e instanceof InvalidProducerEpochException;
  }

  private static void tell(
      List<Part> parts,
      List<Future<RecordMetadata>> sent,
      @Nullable EngineFailure failure,
      Outcome outcome) {
    for (int i = 0; i < parts.size(); i++) {
      RecordMetadata metadata = failure == null ? metadata(sent.get(i)) : null;
      outcome.of(parts.get(i), metadata, failure);
    }
  }

  private static @Nullable RecordMetadata metadata(Future<RecordMetadata> sent) {
    try {
      return sent.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("committed without a record", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  void close() {
    Producer<byte[], byte[]> there = producer;
    producer = null;
    if (there != null) {
      there.close(Duration.ZERO);
    }
  }
}
