package io.forebay.kafka;

import static io.forebay.kafka.OutletFixture.message;
import static io.forebay.kafka.OutletFixture.row;
import static io.forebay.kafka.OutletFixture.words;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.log.Batch;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TransactionsTest {
  private final OutletFixture node = new OutletFixture();
  private final TestProducer producer = new TestProducer();

  /// As Kafka's, in what the mock leaves out.
  private static final class TestProducer extends MockProducer<byte[], byte[]> {
    /// A record of which this is true makes the transaction end without a commit.
    Predicate<ProducerRecord<byte[], byte[]>> tooLarge = record -> false;

    Runnable atCommit = () -> {};
    boolean poisoned;
    boolean commitIsOpen;

    // NullAway: without a partitioner everything goes to partition 0.
    @SuppressWarnings("NullAway")
    TestProducer() {
      super(
          OutletFixture.cluster(),
          true,
          null,
          new ByteArraySerializer(),
          new ByteArraySerializer());
    }

    @Override
    public synchronized Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
      poisoned |= tooLarge.test(record);
      return super.send(record);
    }

    @Override
    public void commitTransaction() {
      commitIsOpen = true;
      atCommit.run();
      if (poisoned) {
        commitIsOpen = false;
        throw new KafkaException("in an error state", new RecordTooLargeException("too large"));
      }
      super.commitTransaction();
      commitIsOpen = false;
    }

    @Override
    public void abortTransaction() {
      if (commitIsOpen) {
        throw new IllegalStateException("the previous call timed out and must be retried");
      }
      poisoned = false;
      super.abortTransaction();
    }
  }

  @BeforeEach
  void begins() {
    node.begin(producer);
    node.held.add("held");
  }

  private Batch exactly(String payload, String claim) {
    Batch batch = node.batch("batch of " + payload);
    node.append(batch, message("a", payload, false), row("id of " + payload, claim));
    return batch;
  }

  @Test
  void aRowGoesInOneTransactionWithItsMessage() {
    node.outlet.submit(exactly("m", "held"));
    node.outlet.submit(node.publishes("n"));
    node.rounds();

    assertThat(producer.commitCount()).isEqualTo(1);
    assertThat(words(producer.history()))
        .containsExactly("message m", "row id of m of 7", "message n");
    assertThat(node.producer.history()).isEmpty();
    assertThat(node.outcomes)
        .containsExactly("m taken", "batch of m kept", "n taken", "batch of n kept");
  }

  @Test
  void whatWentBeforeIsWaitedFor() {
    node.outlet.submit(node.publishes("before"));
    node.outlet.round();
    assertThat(node.producer.flushed()).isFalse();
    producer.atCommit = () -> assertThat(node.producer.flushed()).isTrue();
    node.outlet.submit(exactly("m", "held"));
    node.rounds();

    assertThat(node.outcomes).contains("before taken", "m taken");
  }

  @Test
  void theBatchsOwnRowsGoAfterTheTransaction() {
    Batch batch = exactly("m", "held");
    batch.row(row("own", "held"));
    node.outlet.submit(batch);
    node.rounds();
    assertThat(words(node.producer.history())).containsExactly("row own of 7");
    assertThat(node.outcomes).isEmpty();

    node.acknowledgeAll();
    node.readAll();
    assertThat(node.outcomes).containsExactly("m taken", "batch of m kept");
  }

  @Test
  void aMessageWhoseRowThisNodeMayNotWriteIsRefusedAlone() {
    node.outlet.submit(exactly("m", "other"));
    node.outlet.submit(exactly("n", "held"));
    node.rounds();

    assertThat(words(producer.history())).containsExactly("message n", "row id of n of 7");
    assertThat(node.outcomes)
        .contains("m refused: UNAVAILABLE", "n taken", "batch of m kept", "batch of n kept");
  }

  @Test
  void whoIsFencedIsToBeginANewLifeAndKeepsNothing() {
    producer.fenceProducer();
    node.outlet.submit(exactly("m", "held"));
    node.rounds();
    assertThat(node.fenced).isEqualTo(1);
    assertThat(producer.history()).isEmpty();
    assertThat(node.outcomes).containsExactly("m refused: UNAVAILABLE", "batch of m kept");

    node.outlet.submit(exactly("n", "held"));
    node.rounds();
    assertThat(node.fenced).as("until it has another number").isEqualTo(2);
    assertThat(node.outcomes).contains("n refused: UNAVAILABLE");

    node.life.lost();
    node.life.began(8);
    TestProducer next = new TestProducer();
    node.begin(next);
    node.outlet.submit(exactly("o", "held"));
    node.rounds();
    assertThat(words(next.history())).containsExactly("message o", "row id of o of 8");
  }

  @Test
  void whoIsFencedAtTheCommitKeepsNothing() {
    producer.atCommit =
        () -> {
          throw new KafkaException("in an error state", new ProducerFencedException("fenced"));
        };
    node.outlet.submit(exactly("m", "held"));
    node.rounds();

    assertThat(node.fenced).isEqualTo(1);
    assertThat(producer.closed()).isTrue();
    assertThat(node.outcomes).containsExactly("m refused: UNAVAILABLE", "batch of m kept");
  }

  @Test
  void aTransactionThatIsNotKeptIsRefusedAndTheNextGoes() {
    producer.tooLarge = record -> true;
    node.outlet.submit(exactly("m", "held"));
    node.rounds();
    assertThat(node.outcomes).containsExactly("m refused: TOO_LARGE", "batch of m kept");
    assertThat(producer.history()).isEmpty();
    assertThat(node.fenced).isZero();

    producer.tooLarge = record -> false;
    node.outlet.submit(exactly("n", "held"));
    node.rounds();
    assertThat(node.outcomes).contains("n taken");
    assertThat(words(producer.history())).containsExactly("message n", "row id of n of 7");
  }

  @Test
  void oneThatIsTooLargeDoesNotTakeTheOthersWithIt() {
    producer.tooLarge = record -> record.value().length > 3;
    for (String each : new String[] {"a", "large", "b"}) {
      node.outlet.submit(exactly(each, "held"));
    }
    node.rounds();

    assertThat(words(producer.history()))
        .containsExactly("message a", "row id of a of 7", "message b", "row id of b of 7");
    assertThat(node.outcomes).contains("a taken", "large refused: TOO_LARGE", "b taken").hasSize(6);
  }

  @Test
  void whoIsFencedBetweenTwoOfThemRefusesTheRest() {
    producer.tooLarge = record -> record.value().length > 3;
    int[] commits = {0};
    producer.atCommit =
        () -> {
          if (++commits[0] == 3) {
            throw new ProducerFencedException("fenced");
          }
        };
    for (String each : new String[] {"a", "large", "b", "c"}) {
      node.outlet.submit(exactly(each, "held"));
    }
    producer.tooLarge = record -> record.value().length > 3 && commits[0] == 0;
    node.rounds();

    assertThat(node.fenced).isEqualTo(1);
    assertThat(node.outcomes)
        .contains(
            "a taken",
            "large refused: UNAVAILABLE",
            "b refused: UNAVAILABLE",
            "c refused: UNAVAILABLE")
        .hasSize(8);
  }

  @Test
  void aCommitWithoutAnAnswerIsAskedForAgain() {
    int[] commits = {0};
    producer.atCommit =
        () -> {
          if (++commits[0] < 4) {
            throw new TimeoutException("no answer");
          }
        };
    node.outlet.submit(exactly("m", "held"));
    node.rounds();

    assertThat(commits[0]).isEqualTo(4);
    assertThat(node.outcomes).containsExactly("m taken", "batch of m kept");
  }

  /// Kafka's producer does not abort then, but fails with an IllegalStateException.
  @Test
  void aCommitIsGivenUpWhenTheNodeIsTakenForDeadAndTheNextLifeGoesOn() {
    int[] commits = {0};
    producer.atCommit =
        () -> {
          if (++commits[0] == 2) {
            node.life.lost();
          }
          throw new TimeoutException("no answer");
        };
    node.outlet.submit(exactly("m", "held"));
    node.rounds();
    assertThat(commits[0]).isEqualTo(2);
    assertThat(producer.closed()).isTrue();
    assertThat(node.outcomes).containsExactly("m refused: UNAVAILABLE", "batch of m kept");

    TestProducer next = new TestProducer();
    node.begin(next);
    node.life.began(8);
    node.outlet.submit(exactly("n", "held"));
    node.rounds();
    assertThat(node.outcomes).contains("n taken");
  }

  @Test
  void aRetainedMessageOfATransactionIsToldToKafkaToo() {
    Batch batch = node.batch("batch");
    node.append(batch, message("a", "m", true), row("id", "held"));
    node.outlet.submit(batch);
    node.rounds();
    assertThat(words(node.producer.history())).containsExactly("retained a");
    assertThat(node.outcomes).isEmpty();

    node.acknowledgeAll();
    assertThat(node.outcomes).containsExactly("m taken", "batch kept");
  }
}
