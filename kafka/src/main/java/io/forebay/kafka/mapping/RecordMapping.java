package io.forebay.kafka.mapping;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.forebay.core.message.Message;
import io.forebay.core.topic.TopicName;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/// Messages to records and back. Without loss: of every message that a node takes, the record makes
/// the same message again; only topics that begin with `$` stay out of Kafka.
///
/// ```
/// MQTT topic               Kafka topic       key                     header forebay-topic
/// vehicles/car66/speed     vehicles          car66/speed
/// vehicles                 vehicles          none
/// vehicles/                vehicles          empty                   vehicles/
/// all others               default topic     the whole MQTT topic
/// ```
///
/// Any thread.
public final class RecordMapping {
  private final StreamNames names;
  private final Limits limits;

  /// What a message may measure at most.
  ///
  /// @param packetBytes payload and properties. Of foreign records only: what a node has taken is
  ///   not lost because another has smaller limits, or the publisher used a topic alias
  /// @param topicBytes the MQTT topic, as UTF-8
  public record Limits(long packetBytes, int topicBytes, int topicLevels) {}

  public RecordMapping(StreamNames names, Limits limits) {
    this.names = names;
    this.limits = limits;
  }

  /// Whether messages of this topic go to Kafka at all.
  public static boolean carries(String mqttTopic) {
    return !mqttTopic.startsWith("$");
  }

  /// @throws IllegalArgumentException if Kafka does not get messages of that topic ([#carries])
  public OutgoingRecord toRecord(Message message) {
    String topic = message.topic();
    if (!carries(topic)) {
      throw new IllegalArgumentException("'" + topic + "' does not go to Kafka");
    }
    List<Header> headers = HeaderWriter.write(message);
    String stream = names.streamOf(topic);
    if (stream == null) {
      byte[] key = topic.getBytes(UTF_8);
      return outgoing(names.defaultTopic(), key, message, headers, key);
    }
    if (stream.length() == topic.length()) {
      return outgoing(stream, null, message, headers, topic.getBytes(UTF_8));
    }
    byte[] key = topic.substring(stream.length() + 1).getBytes(UTF_8);
    if (key.length == 0) {
      // There are tools on the way that take an empty key for none.
      headers.add(HeaderWriter.header(HeaderNames.TOPIC, topic));
    }
    return outgoing(stream, key, message, headers, key);
  }

  private static OutgoingRecord outgoing(
      String kafkaTopic,
      byte @Nullable [] key,
      Message message,
      List<Header> headers,
      byte[] partitionKey) {
    return new OutgoingRecord(
        kafkaTopic, key, message.payload(), headers, message.timestampMillis(), partitionKey);
  }

  public Incoming fromRecord(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      return new Incoming.Skipped(SkipReason.NO_VALUE);
    }
    HeaderReader headers = HeaderReader.read(record.headers());
    SkipReason reason = problem(headers, record.value());
    if (reason != null) {
      return new Incoming.Skipped(reason);
    }
    String named = headers.topic();
    String topic = named == null ? topicOfKey(record.topic(), record.key()) : named;
    if (topic == null) {
      return new Incoming.Skipped(
          record.key() == null ? SkipReason.NO_KEY : SkipReason.KEY_NOT_TEXT);
    }
    reason = topicProblem(topic, named != null && names.stream(record.topic()), record.topic());
    if (reason != null) {
      return new Incoming.Skipped(reason);
    }
    // Records of very old formats have no time, which Kafka says by -1.
    long timestampMillis = Math.max(0, record.timestamp());
    return new Incoming.Taken(
        headers.message(topic, record.value(), timestampMillis), headers.leftOut());
  }

  private @Nullable SkipReason problem(HeaderReader headers, byte[] value) {
    if (headers.check()) {
      return SkipReason.CHECK;
    }
    // A subscriber that checks may leave over a payload that is not what it is said to be, and
    // would
    // get it again and again.
    if (headers.bad() || (headers.utf8Payload() && !Texts.wellFormed(value))) {
      return SkipReason.BAD_HEADER;
    }
    boolean large = value.length + headers.sizeBytes() > limits.packetBytes();
    return large && !headers.fromForebay() ? SkipReason.TOO_LARGE : null;
  }

  private @Nullable String topicOfKey(String kafkaTopic, byte @Nullable [] key) {
    boolean stream = names.stream(kafkaTopic);
    if (key == null) {
      return stream ? kafkaTopic : null;
    }
    String text = Texts.read(key);
    return text == null || !stream ? text : kafkaTopic + '/' + text;
  }

  /// @param mustMatch a header named it: whoever may write to one stream must not write to others
  private @Nullable SkipReason topicProblem(String topic, boolean mustMatch, String kafkaTopic) {
    if (topic.startsWith("$")) {
      return SkipReason.RESERVED_TOPIC;
    }
    if (TopicName.problem(topic, Integer.MAX_VALUE) != null) {
      return SkipReason.NO_TOPIC_NAME;
    }
    if (TopicName.problem(topic, limits.topicLevels()) != null || tooLong(topic)) {
      return SkipReason.TOPIC_TOO_LONG;
    }
    return mustMatch && !TopicName.firstLevel(topic).equals(kafkaTopic)
        ? SkipReason.OTHER_STREAM
        : null;
  }

  private boolean tooLong(String topic) {
    // At most three bytes a char: only long names need counting.
    return topic.length() * 3L > limits.topicBytes()
        && topic.getBytes(UTF_8).length > limits.topicBytes();
  }
}
