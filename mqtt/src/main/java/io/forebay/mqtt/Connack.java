package io.forebay.mqtt;

import io.forebay.core.message.UserProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The answer to CONNECT (§3.2).
///
/// @param sessionExpirySeconds the expiry the server uses instead of the client's, -1 if it keeps
///   the client's
/// @param receiveMaximum unacknowledged QoS 1 and 2 messages that the server takes at once,
///   1–65,535
/// @param maximumQos the highest QoS the server takes: 0, 1 or 2
/// @param maximumPacketSize largest packet the server takes, in bytes; [Connect#NO_LIMIT] for no
///   limit
/// @param assignedClientId the id the server gave to a client without one
/// @param serverKeepAliveSeconds the keep alive to use instead of the client's, -1 if it keeps the
///   client's
public record Connack(
    boolean sessionPresent,
    ReasonCode reason,
    long sessionExpirySeconds,
    int receiveMaximum,
    int maximumQos,
    boolean retainAvailable,
    long maximumPacketSize,
    @Nullable String assignedClientId,
    int topicAliasMaximum,
    @Nullable String reasonString,
    List<UserProperty> userProperties,
    boolean wildcardSubscriptionAvailable,
    boolean subscriptionIdentifiersAvailable,
    boolean sharedSubscriptionAvailable,
    int serverKeepAliveSeconds,
    @Nullable String responseInformation,
    @Nullable String serverReference,
    @Nullable String authenticationMethod,
    byte @Nullable [] authenticationData)
    implements Packet {

  /// A refusal, with nothing but its reason.
  public static Connack refused(ReasonCode reason, @Nullable String reasonString) {
    return new Connack(
        false,
        reason,
        -1,
        65_535,
        2,
        true,
        Connect.NO_LIMIT,
        null,
        0,
        reasonString,
        List.of(),
        true,
        true,
        true,
        -1,
        null,
        null,
        null,
        null);
  }
}
