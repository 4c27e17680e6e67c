package io.forebay.core.security;

/// How much a client may take. Standing together, so that their relations can be checked; the
/// bounds of each are checked where they are configured.
///
/// @param connections clients connected at once
/// @param packetSizeBytes the largest packet we take
/// @param inflight unacknowledged deliveries to one client, at most its Receive Maximum
/// @param receiveMaximum unacknowledged QoS 1 and 2 messages we take from one client
/// @param topicLevels levels of a topic name or filter
/// @param topicBytes length of a topic name or filter in UTF-8
/// @param topicAliases aliases a client may use towards us, and we towards it
/// @param subscriptions filters one client may hold
/// @param sessionExpirySeconds how long a session may outlive its connection
/// @param keepAliveSeconds longest keep alive; 0 takes what the client says
/// @param clientIdBytes length of a client id in UTF-8
/// @param connectTimeoutSeconds from the opened connection to CONNECT
/// @param retainedMessages topics with a retained message
/// @param sessions sessions of clients that are away
public record Limits(
    int connections,
    int packetSizeBytes,
    int inflight,
    int receiveMaximum,
    int topicLevels,
    int topicBytes,
    int topicAliases,
    int subscriptions,
    long sessionExpirySeconds,
    int keepAliveSeconds,
    int clientIdBytes,
    int connectTimeoutSeconds,
    long retainedMessages,
    long sessions) {

  /// What a node has without configuration.
  public static final Limits DEFAULTS =
      new Limits(
          1_000_000,
          1 << 20,
          65_535,
          1_000,
          128,
          4_096,
          64,
          100_000,
          30L * 24 * 3600,
          0,
          256,
          10,
          1_000_000,
          1_000_000);
}
