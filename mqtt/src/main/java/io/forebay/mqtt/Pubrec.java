package io.forebay.mqtt;

import io.forebay.core.message.UserProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A QoS 2 message was taken, or refused with a reason (§3.5).
public record Pubrec(
    int packetId,
    ReasonCode reason,
    @Nullable String reasonString,
    List<UserProperty> userProperties)
    implements Packet {

  /// With a reason and nothing else.
  public static Pubrec of(int packetId, ReasonCode reason) {
    return new Pubrec(packetId, reason, null, List.of());
  }
}
