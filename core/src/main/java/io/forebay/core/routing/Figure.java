package io.forebay.core.routing;

/// What a node counts, from its start on. `$SYS` topics, meters and `forebay status` show these
/// under the same words.
public enum Figure {
  BYTES_RECEIVED("bytes/received", "Bytes received from clients"),
  BYTES_SENT("bytes/sent", "Bytes sent to clients"),
  PACKETS_RECEIVED("messages/received", "Packets of any type received"),
  PACKETS_SENT("messages/sent", "Packets of any type sent"),
  PUBLISH_RECEIVED("publish/messages/received", "PUBLISH packets received"),
  PUBLISH_SENT("publish/messages/sent", "PUBLISH packets sent"),
  PUBLISH_DROPPED(
      "publish/messages/dropped",
      "QoS 0 deliveries dropped because a subscriber could not keep up"),
  PUBLISH_REFUSED("publish/messages/refused", "PUBLISH packets refused with a reason"),
  PUBLISH_THROTTLED(
      "publish/throttled", "Times a client was not read for a while, as it published too much"),
  PUBLISH_OVERSIZE(
      "publish/messages/oversize",
      "Deliveries left out because the client takes no packet so large"),
  PUBLISH_EXPIRED(
      "publish/messages/expired", "Deliveries left out because the message had expired"),
  PUBLISH_BYTES_RECEIVED("publish/bytes/received", "Payload bytes received"),
  PUBLISH_BYTES_SENT("publish/bytes/sent", "Payload bytes sent"),
  SUBSCRIPTIONS_ADDED(
      "subscriptions/added", "Subscriptions that connected clients made or resumed"),
  SUBSCRIPTIONS_REMOVED(
      "subscriptions/removed", "Subscriptions given back, or of clients that went"),
  CATCH_UPS("sessions/catch-ups", "Times a subscriber fell behind and began to read the log"),
  GAP_MESSAGES("sessions/gap", "Offsets that retention removed before a session had read them"),
  QUEUE_REDELIVERED(
      "queues/redelivered", "Messages of groups and queues that went back and are dealt again"),
  QUEUE_DEAD_LETTERED(
      "queues/dead-lettered", "Messages that queues gave up: failed too often, or too old"),
  CONNECTIONS_ACCEPTED("connections/accepted", "CONNECT packets answered with success"),
  CONNECTIONS_REFUSED("connections/refused", "CONNECT packets answered with a failure"),
  CONNECTIONS_TURNED_AWAY(
      "connections/turned away", "Connections beyond the limit of their listener or address");

  private final String topic;
  private final String doc;

  Figure(String topic, String doc) {
    this.topic = topic;
    this.doc = doc;
  }

  /// Below `$SYS/broker/`.
  public String topic() {
    return topic;
  }

  public String doc() {
    return doc;
  }
}
