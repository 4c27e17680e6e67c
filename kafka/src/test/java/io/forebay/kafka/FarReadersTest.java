package io.forebay.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.log.Log;
import io.forebay.core.log.Stored;
import io.forebay.core.topic.FilterSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FarReadersTest {
  private static final TopicPartition PARTITION = new TopicPartition("forebay", 0);
  private static final Catalog.Entry ENTRY = new Catalog.Entry(3, Uuid.randomUuid(), PARTITION, 1);

  private final TestConsumer consumer = new TestConsumer();
  private final FarReaders readers = new FarReaders(OutletFixture.settings(), purpose -> consumer);

  /// Offsets 5 to 9 on topics `a` to `e`: what was before is removed.
  private static final class TestConsumer extends MockConsumer<byte[], byte[]> {
    final List<RuntimeException> trouble = new ArrayList<>();
    int assigned;

    TestConsumer() {
      super("none");
      updateBeginningOffsets(Map.of(PARTITION, 5L));
    }

    @Override
    public synchronized void assign(Collection<TopicPartition> partitions) {
      assigned++;
      if (!trouble.isEmpty()) {
        throw trouble.removeFirst();
      }
      super.assign(partitions);
      for (int offset = 5; offset < 10; offset++) {
        byte[] key = String.valueOf((char) ('a' + offset - 5)).getBytes(UTF_8);
        addRecord(new ConsumerRecord<>("forebay", 0, offset, key, key));
      }
    }

    @Override
    public synchronized Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(
        Map<TopicPartition, Long> times) {
      throw new KafkaException("away");
    }
  }

  @AfterEach
  void close() {
    readers.close();
  }

  private List<Long> fetch(long... offsets) throws Exception {
    CompletableFuture<List<Stored>> answer = new CompletableFuture<>();
    readers.fetch(ENTRY, offsets, found -> assertThat(answer.complete(found)).isTrue());
    return answer.get(1, TimeUnit.MINUTES).stream().map(Stored::offset).toList();
  }

  @Test
  void singleMessagesAreFetchedAndKeptForAWhile() throws Exception {
    assertThat(fetch(6, 8)).containsExactly(6L, 8L);
    assertThat(fetch(7, 9)).containsExactly(7L, 9L);
    assertThat(consumer.assigned).isEqualTo(1);
  }

  @Test
  void whatRetentionRemovedIsLeftOutAndCounted() throws Exception {
    CompletableFuture<Log.Slice> answer = new CompletableFuture<>();
    FilterSet filters = new FilterSet(List.of("c", "e"));
    readers.read(ENTRY, new Log.Request(3, 2, filters, 1), 100, answer::complete);
    Log.Slice slice = answer.get(1, TimeUnit.MINUTES);

    assertThat(slice.messages()).extracting(Stored::offset).containsExactly(7L);
    assertThat(slice.nextOffset()).as("there was no room for it").isEqualTo(9);
    assertThat(slice.lost()).isEqualTo(3);
    assertThat(slice.atHead()).isFalse();
    assertThat(fetch(2, 5)).containsExactly(5L);
  }

  @Test
  void whoeverAsksGetsAnAnswerWhateverFailsAndTheNextToo() throws Exception {
    consumer.trouble.add(new KafkaException("away"));
    consumer.trouble.add(new IllegalStateException("not foreseen"));

    assertThat(fetch(6)).as("read again, since nothing would mean that it is removed").isEmpty();
    assertThat(fetch(6)).containsExactly(6L);
  }

  @Test
  void whoFailsWithTheAnswerIsNotToldAgainAndHarmsNobody() throws Exception {
    List<String> told = new ArrayList<>();
    readers.fetch(
        ENTRY,
        new long[] {6},
        found -> {
          told.add("told " + found.size());
          throw new KafkaException("of whoever asked");
        });

    assertThat(fetch(7)).containsExactly(7L);
    assertThat(told).containsExactly("told 1");
  }

  @Test
  void aTimeThatKafkaDoesNotTellIsAnsweredWithWhatTheCopyHas() throws Exception {
    CompletableFuture<Long> answer = new CompletableFuture<>();
    readers.seek(ENTRY, 1, 77, answer::complete);

    assertThat(answer.get(1, TimeUnit.MINUTES)).isEqualTo(77);
  }

  @Test
  void whatIsAskedAfterTheEndIsAnsweredAtOnce() throws Exception {
    readers.close();

    assertThat(fetch(6)).isEmpty();
  }
}
