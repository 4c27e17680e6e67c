package io.forebay.kafka;

import io.forebay.core.log.EngineFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RetriableException;
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

  private final Supplier<Producer<byte[], byte[]>> producers;
  private @Nullable Producer<byte[], byte[]> producer;

  /// @param producers makes one of this node's transactional id
  Transactions(Supplier<Producer<byte[], byte[]>> producers) {
    this.producers = producers;
  }

  /// Takes the place of whoever had this node's name, and ends what that one had begun.
  void begin() {
    close();
    Producer<byte[], byte[]> begun = producers.get();
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
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    Producer<byte[], byte[]> there = producer;
    if (there == null) {
      // To begin anew here could undo what another did to keep this node from going on.
      refuse(parts, Failures.LOST, outcome);
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
    } catch (KafkaException | IllegalStateException e) {
      LOG.warn("a transaction is not kept: {}", Failures.words(e));
      end(e);
      failed(parts, e, givenUp, outcome);
      return;
    }
    for (int i = 0; i < parts.size(); i++) {
      outcome.of(parts.get(i), metadata(sent.get(i)), null);
    }
  }

  private void failed(
      List<Part> parts, RuntimeException e, BooleanSupplier givenUp, Outcome outcome)
      throws Fenced {
    if (isFenced(e)) {
      refuse(parts, Failures.LOST, outcome);
      throw new Fenced(e);
    }
    if (parts.size() == 1 || producer == null || !isOfARecord(e)) {
      refuse(parts, Failures.of(why(e)), outcome);
      return;
    }
    // One of them is to blame, and is not to take the others with it.
    for (int i = 0; i < parts.size(); i++) {
      try {
        commit(parts.subList(i, i + 1), givenUp, outcome);
      } catch (Fenced fenced) {
        refuse(parts.subList(i + 1, parts.size()), Failures.LOST, outcome);
        throw fenced;
      }
    }
  }

  /// Whether Kafka does not take one of the records, and would not take it later either.
  private static boolean isOfARecord(RuntimeException e) {
    Throwable why = why(e);
    return why instanceof ApiException && !(why instanceof RetriableException);
  }

  /// A producer that cannot commit tells why in the cause.
  private static Throwable why(Throwable e) {
    return e.getCause() instanceof ApiException cause ? cause : e;
  }

  private static void refuse(List<Part> parts, EngineFailure why, Outcome outcome) {
    parts.forEach(each -> outcome.of(each, null, why));
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

  /// What was begun is void; a producer that cannot say so is closed. That is one, too, that was
  /// asked to commit and did not answer: to abort then is an IllegalStateException.
  private void end(RuntimeException why) {
    try {
      if (producer != null && !isFenced(why)) {
        producer.abortTransaction();
      } else {
        close();
      }
    } catch (KafkaException | IllegalStateException e) {
      close();
    }
  }

  private static boolean isFenced(Throwable e) {
    Throwable why = why(e);
    return why instanceof ProducerFencedException || why instanceof InvalidProducerEpochException;
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
