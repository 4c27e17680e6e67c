package io.forebay.mqtt;

import io.forebay.core.message.UserProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The last packet of a connection (§3.14). From server to client only MQTT 5 has it.
///
/// @param sessionExpirySeconds the session's expiry from now on, -1 to leave it as it was
/// @param serverReference another server to use
public record Disconnect(
    ReasonCode reason,
    long sessionExpirySeconds,
    @Nullable String reasonString,
    List<UserProperty> userProperties,
    @Nullable String serverReference)
    implements Packet {

  /// With a reason and nothing else but words for people.
  public static Disconnect of(ReasonCode reason, @Nullable String reasonString) {
    return new Disconnect(reason, -1, reasonString, List.of(), null);
  }
}
