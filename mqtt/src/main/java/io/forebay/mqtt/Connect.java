package io.forebay.mqtt;

import io.forebay.core.message.UserProperty;
import io.forebay.core.session.Will;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A client asks to be let in (§3.1).
///
/// @param cleanStart forget what the session kept; `clean session` of MQTT 3 means this and an
///   expiry of 0
/// @param keepAliveSeconds 0 means no limit
/// @param sessionExpirySeconds how long the session is kept after the connection, [#NEVER_EXPIRES]
///   for ever (which MQTT 3 without `clean session` means)
/// @param receiveMaximum unacknowledged QoS 1 and 2 messages that the client takes at once,
///   1–65,535
/// @param maximumPacketSize largest packet the client takes, in bytes; [#NO_LIMIT] if it did not
///   say
/// @param topicAliasMaximum highest topic alias the client takes, 0 for none
/// @param authenticationMethod name of the enhanced authentication, null for none
public record Connect(
    ProtocolVersion version,
    String clientId,
    boolean cleanStart,
    int keepAliveSeconds,
    long sessionExpirySeconds,
    int receiveMaximum,
    long maximumPacketSize,
    int topicAliasMaximum,
    boolean requestResponseInformation,
    boolean requestProblemInformation,
    List<UserProperty> userProperties,
    @Nullable String authenticationMethod,
    byte @Nullable [] authenticationData,
    @Nullable Will will,
    @Nullable String username,
    byte @Nullable [] password)
    implements Packet {

  public static final long NEVER_EXPIRES = 0xFFFF_FFFFL;
  public static final long NO_LIMIT = Long.MAX_VALUE;
}
