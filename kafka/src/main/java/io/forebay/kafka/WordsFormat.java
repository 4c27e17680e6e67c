package io.forebay.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/// The bytes of what nodes say to each other: who says it and to whom in headers, the words as they
/// are. A beat is to nobody, and says when it was sent on the sender's own clock.
final class WordsFormat {
  private static final String FROM = "from";
  private static final String TO = "to";

  /// @param to 0 for a beat
  record Words(long from, long to, byte[] words) {
    boolean beat() {
      return to == 0;
    }

    /// On the sender's [System#nanoTime].
    long sentNanos() {
      return words.length == Long.BYTES ? ByteBuffer.wrap(words).getLong() : Long.MIN_VALUE;
    }
  }

  private WordsFormat() {}

  static ProducerRecord<byte[], byte[]> words(long from, long to, byte[] words) {
    List<Header> headers = List.of(number(FROM, from), number(TO, to));
    byte[] noKey = null;
    return new ProducerRecord<>(KafkaSettings.WORDS_TOPIC, 0, noKey, words, headers);
  }

  static ProducerRecord<byte[], byte[]> beat(long from, long nanos) {
    return words(from, 0, ByteBuffer.allocate(Long.BYTES).putLong(nanos).array());
  }

  private static Header number(String name, long number) {
    return new RecordHeader(name, Long.toString(number).getBytes(UTF_8));
  }

  /// @return null if it is nothing of ours
  static @Nullable Words decode(ConsumerRecord<byte[], byte[]> record) {
    Header from = record.headers().lastHeader(FROM);
    Header to = record.headers().lastHeader(TO);
    byte[] value = record.value();
    if (from == null || to == null || value == null) {
      return null;
    }
    try {
      return new Words(number(from), number(to), value);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static long number(Header header) {
    return Long.parseLong(new String(header.value(), UTF_8));
  }
}
