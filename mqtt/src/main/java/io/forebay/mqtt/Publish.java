package io.forebay.mqtt;

import io.forebay.core.message.Properties;
import io.forebay.core.message.Qos;

/// A message on the wire (§3.3).
///
/// @param packetId 1–65,535, 0 at QoS 0
/// @param topic empty where `topicAlias` stands for it
/// @param topicAlias 0 for none
/// @param expirySeconds what is left of its life, -1 if it does not expire
/// @param subscriptionIds identifiers of the subscriptions it was sent for (server to client only)
/// @param payload not copied again: from here on nobody writes to it
public record Publish(
    int packetId,
    boolean dup,
    Qos qos,
    boolean retain,
    String topic,
    int topicAlias,
    long expirySeconds,
    int[] subscriptionIds,
    Properties properties,
    byte[] payload)
    implements Packet {

  public static final int[] NO_SUBSCRIPTION_IDS = {};
}
