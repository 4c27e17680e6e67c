package io.forebay.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.kafka.WordsFormat.Words;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WordsFormatTest {
  private static final byte[] SOME = {1, 2, 3};

  @Test
  void whatOtherVersionsReadStaysAsItIs() {
    ProducerRecord<byte[], byte[]> record = WordsFormat.words(12, 345, SOME);

    assertThat(record.topic()).isEqualTo("forebay.queues");
    assertThat(record.partition()).isZero();
    assertThat(record.key()).isNull();
    assertThat(record.value()).isEqualTo(SOME);
    assertThat(record.headers().lastHeader("from").value()).isEqualTo("12".getBytes(UTF_8));
    assertThat(record.headers().lastHeader("to").value()).isEqualTo("345".getBytes(UTF_8));
    assertThat(record.headers().toArray()).hasSize(2);
  }

  @Test
  void whatIsWrittenComesBackTheSame() {
    for (long from : new long[] {1, 77, Long.MAX_VALUE}) {
      for (byte[] words : List.of(new byte[0], SOME, new byte[Long.BYTES])) {
        Words read =
            Objects.requireNonNull(
                WordsFormat.decode(Read.back(WordsFormat.words(from, 5, words))));
        assertThat(read.from()).isEqualTo(from);
        assertThat(read.to()).isEqualTo(5);
        assertThat(read.words()).isEqualTo(words);
        assertThat(read.beat()).isFalse();
      }
    }
  }

  @Test
  void aBeatSaysWhenItWasSent() {
    for (long nanos : new long[] {0, -5, Long.MIN_VALUE, Long.MAX_VALUE}) {
      Words read =
          Objects.requireNonNull(WordsFormat.decode(Read.back(WordsFormat.beat(3, nanos))));
      assertThat(read.beat()).isTrue();
      assertThat(read.from()).isEqualTo(3);
      assertThat(read.sentNanos()).isEqualTo(nanos);
    }
  }

  @Test
  void whatIsNothingOfOursIsPassedOver() {
    Header from = header("from", "1");
    Header to = header("to", "2");
    for (ConsumerRecord<byte[], byte[]> each :
        List.of(
            Read.record(null, SOME),
            Read.record(null, SOME, from),
            Read.record(null, SOME, to),
            Read.record(null, null, from, to),
            Read.record(null, SOME, from, header("to", "two")),
            Read.record(null, SOME, from, header("to", "")),
            Read.record(null, SOME, from, header("to", "99999999999999999999")),
            Read.record(null, SOME, from, header("to", null)),
            Read.record(null, SOME, header("from", null), to))) {
      assertThat(WordsFormat.decode(each)).isNull();
    }
  }

  // NullAway: a header of Kafka's may have no value.
  @SuppressWarnings("NullAway")
  private static Header header(String name, @Nullable String value) {
    return new RecordHeader(name, value == null ? null : value.getBytes(UTF_8));
  }
}
