package io.forebay.kafka.mapping;

/// Why a record is no message.
public enum SkipReason {
  NO_VALUE("it has no value"),
  NO_KEY("it has no key, and only a key can say the MQTT topic here"),
  KEY_NOT_TEXT("its key is not UTF-8 text without U+0000, at most 65535 bytes long"),
  NO_TOPIC_NAME("its key makes no MQTT topic name: empty, or with a wildcard"),
  TOPIC_TOO_LONG("its MQTT topic is longer than limits.topic-length or limits.topic-levels"),
  RESERVED_TOPIC("topics that begin with $ do not come from Kafka"),
  OTHER_STREAM("its header forebay-topic names a topic that does not belong to this Kafka topic"),
  TOO_LARGE("it is larger than limits.packet-size"),
  BAD_HEADER("one of its headers that begin with forebay- does not hold what it should"),
  CHECK("it is a record of forebay kafka check");

  private final String words;

  SkipReason(String words) {
    this.words = words;
  }

  /// For a log line, after the record's position.
  public String words() {
    return words;
  }
}
