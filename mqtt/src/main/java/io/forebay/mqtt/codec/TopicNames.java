package io.forebay.mqtt.codec;

/// What the codec checks of a topic name (§4.7); that it is UTF-8 without U+0000 was checked in
/// reading.
final class TopicNames {
  private TopicNames() {}

  /// Whether it contains `+` or `#`, which only filters may [MQTT-3.3.2-2].
  static boolean hasWildcard(String topic) {
    return topic.indexOf('+') >= 0 || topic.indexOf('#') >= 0;
  }
}
