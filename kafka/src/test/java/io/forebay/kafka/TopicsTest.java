package io.forebay.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.kafka.mapping.OutgoingRecord;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TopicsTest {
  private final Topics topics = new Topics();

  private static OutgoingRecord outgoing(String topic, @Nullable String key, String partitionKey) {
    byte[] bytes = key == null ? null : key.getBytes(UTF_8);
    return new OutgoingRecord(
        topic, bytes, new byte[] {1}, List.of(), 1_234, partitionKey.getBytes(UTF_8));
  }

  @Test
  void withoutAKeyThePartitionIsTheOneKafkaGivesToThatKey() {
    topics.saw(Map.of("vehicles", 7));
    for (int i = 0; i < 100; i++) {
      String name = "vehicles-" + i;
      ProducerRecord<byte[], byte[]> record =
          Objects.requireNonNull(topics.record(outgoing("vehicles", null, name)));
      assertThat(record.key()).isNull();
      assertThat(record.partition())
          .isEqualTo(BuiltInPartitioner.partitionForKey(name.getBytes(UTF_8), 7));
    }
  }

  @Test
  void withAKeyKafkaChooses() {
    topics.saw(Map.of("vehicles", 7));
    ProducerRecord<byte[], byte[]> record =
        Objects.requireNonNull(topics.record(outgoing("vehicles", "car", "car")));
    assertThat(record.partition()).isNull();
    assertThat(record.key()).isEqualTo("car".getBytes(UTF_8));
    assertThat(record.timestamp()).isEqualTo(1_234);
  }

  @Test
  void aTopicThatNobodySawIsAskedForOnce() {
    assertThat(topics.record(outgoing("new", "k", "k"))).isNull();
    assertThat(topics.record(outgoing("new", "k", "k"))).isNull();

    assertThat(topics.takeAsked()).containsExactly("new");
    assertThat(topics.takeAsked()).isEmpty();

    topics.saw(Map.of("new", 1));
    assertThat(topics.record(outgoing("new", "k", "k"))).isNotNull();
  }

  @Test
  void aTopicThatIsGoneIsAskedForAgain() {
    topics.saw(Map.of("a", 1, "b", 1));
    topics.saw(Map.of("b", 2));

    assertThat(topics.record(outgoing("a", "k", "k"))).isNull();
    assertThat(topics.record(outgoing("b", "k", "k"))).isNotNull();
    assertThat(topics.takeAsked()).containsExactly("a");
  }

  @Test
  void strangeNamesDoNotPileUp() {
    for (int i = 0; i < 5_000; i++) {
      topics.record(outgoing("topic-" + i, "k", "k"));
    }

    assertThat(topics.takeAsked()).hasSize(1_000);
  }
}
