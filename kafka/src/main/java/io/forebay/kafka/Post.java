package io.forebay.kafka;

import io.forebay.core.log.EngineFailure;
import java.time.Duration;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The producer of everything that is not in a transaction. Any thread.
final class Post {
  private static final Logger LOG = LoggerFactory.getLogger(Post.class);

  private final Producer<byte[], byte[]> producer;

  /// Told once, on some thread, what Kafka says to a record: where it is, or why it is not.
  interface Answer {
    void is(@Nullable RecordMetadata metadata, @Nullable EngineFailure failure);
  }

  Post(Producer<byte[], byte[]> producer) {
    this.producer = producer;
  }

  void send(ProducerRecord<byte[], byte[]> record, Answer answer) {
    try {
      producer.send(
          record,
          (metadata, e) -> {
            if (e != null) {
              LOG.debug("Kafka did not take a record for {}", record.topic(), e);
              answer.is(null, Failures.of(e));
            } else {
              answer.is(metadata, null);
            }
          });
    } catch (RuntimeException e) {
      // A closed producer says so with an IllegalStateException. Whoever waits is to hear it.
      answer.is(null, Failures.of(e));
    }
  }

  /// Waits until Kafka has answered all that was sent. Blocks.
  void flush() {
    producer.flush();
  }

  /// Waits for answers for a while; what has none by then failed.
  void close(Duration patience) {
    producer.close(patience);
  }
}
