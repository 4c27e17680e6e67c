package io.forebay.mqtt.connection;

import io.forebay.mqtt.Publish;
import io.forebay.mqtt.ReasonCode;
import io.forebay.mqtt.codec.MalformedPacket;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What a client's topic aliases stand for (MQTT 5 §3.3.2.3.4): as long as its connection lasts.
final class TopicAliases {
  private final int maximum;

  /// `topics[0]` is unused.
  private @Nullable String[] topics = {};

  /// @param maximum the Topic Alias Maximum that we told the client
  TopicAliases(int maximum) {
    this.maximum = maximum;
  }

  /// The topic of a PUBLISH that has an alias.
  ///
  /// @throws MalformedPacket if the alias is beyond the maximum, or stands for nothing
  String topic(Publish publish) {
    int alias = publish.topicAlias();
    if (alias > maximum) {
      throw new MalformedPacket(
          ReasonCode.TOPIC_ALIAS_INVALID,
          "topic alias " + alias + " is above the maximum of " + maximum);
    }
    if (publish.topic().isEmpty()) {
      String known = alias < topics.length ? topics[alias] : null;
      if (known == null) {
        throw new MalformedPacket(
            ReasonCode.PROTOCOL_ERROR, "topic alias " + alias + " was never set");
      }
      return known;
    }
    if (alias >= topics.length) {
      topics = Arrays.copyOf(topics, alias + 1);
    }
    topics[alias] = publish.topic();
    return publish.topic();
  }
}
