package io.forebay.mqtt;

import io.forebay.core.message.UserProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A QoS 1 message was taken, or refused with a reason (§3.4).
public record Puback(
    int packetId,
    ReasonCode reason,
    @Nullable String reasonString,
    List<UserProperty> userProperties)
    implements Packet {

  /// With a reason and nothing else.
  public static Puback of(int packetId, ReasonCode reason) {
    return new Puback(packetId, reason, null, List.of());
  }
}
