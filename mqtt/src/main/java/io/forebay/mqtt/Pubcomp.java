package io.forebay.mqtt;

import io.forebay.core.message.UserProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A QoS 2 handshake is over (§3.7).
public record Pubcomp(
    int packetId,
    ReasonCode reason,
    @Nullable String reasonString,
    List<UserProperty> userProperties)
    implements Packet {

  /// With a reason and nothing else.
  public static Pubcomp of(int packetId, ReasonCode reason) {
    return new Pubcomp(packetId, reason, null, List.of());
  }
}
