package io.forebay.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.log.MessageFormat;
import io.forebay.core.log.Stored;
import io.forebay.core.message.Message;
import io.forebay.core.message.Properties;
import io.forebay.core.message.Qos;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RetainedFormatTest {

  @Test
  void whatOtherVersionsReadStaysAsItIs() {
    Stored stored = new Stored(message("ä/b", "v"), 3, 258);
    ProducerRecord<byte[], byte[]> record = RetainedFormat.record(stored);

    assertThat(record.topic()).isEqualTo("forebay.retained");
    assertThat(record.partition()).isZero();
    assertThat(record.key()).isEqualTo("ä/b".getBytes(UTF_8));
    assertThat(record.value()).isEqualTo(MessageFormat.encode(stored));
    assertThat(HexFormat.of().formatHex(record.headers().lastHeader("at").value()))
        .isEqualTo("00000003" + "0000000000000102");
  }

  @Test
  void whatIsWrittenComesBackTheSame() {
    for (int partition : new int[] {-1, 0, Integer.MAX_VALUE}) {
      Stored stored = new Stored(message("a", "value"), partition, Long.MAX_VALUE);
      RetainedFormat.Retained read =
          Objects.requireNonNull(RetainedFormat.decode(Read.back(RetainedFormat.record(stored))));
      assertThat(read.topic()).isEqualTo("a".getBytes(UTF_8));
      assertThat(read.value()).isEqualTo(MessageFormat.encode(stored));
      assertThat(read.partition()).isEqualTo(partition);
      assertThat(read.offset()).isEqualTo(Long.MAX_VALUE);
    }
  }

  @Test
  void anEmptyPayloadRemovesAndSaysWhere() {
    RetainedFormat.Retained read =
        Objects.requireNonNull(
            RetainedFormat.decode(
                Read.back(RetainedFormat.record(new Stored(message("a", ""), 1, 2)))));
    assertThat(read.value()).isNull();
    assertThat(read.offset()).isEqualTo(2);
  }

  @Test
  void whatIsNothingOfOursIsPassedOver() {
    byte[] key = {'a'};
    for (ConsumerRecord<byte[], byte[]> each :
        List.of(
            Read.record(key, key),
            Read.record(null, key, header(new byte[12])),
            Read.record(key, key, header(new byte[11])),
            Read.record(key, key, header(new byte[13])),
            Read.record(key, key, header(null)))) {
      assertThat(RetainedFormat.decode(each)).isNull();
    }
  }

  // NullAway: a header of Kafka's may have no value.
  @SuppressWarnings("NullAway")
  private static Header header(byte @Nullable [] value) {
    return new RecordHeader("at", value);
  }

  private static Message message(String topic, String payload) {
    return new Message(
        topic,
        payload.getBytes(UTF_8),
        Qos.AT_LEAST_ONCE,
        true,
        Properties.NONE,
        "",
        0,
        Message.NEVER);
  }
}
