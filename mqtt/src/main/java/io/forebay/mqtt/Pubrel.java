package io.forebay.mqtt;

import io.forebay.core.message.UserProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The sender of a QoS 2 message will not send it again (§3.6).
public record Pubrel(
    int packetId,
    ReasonCode reason,
    @Nullable String reasonString,
    List<UserProperty> userProperties)
    implements Packet {

  /// With a reason and nothing else.
  public static Pubrel of(int packetId, ReasonCode reason) {
    return new Pubrel(packetId, reason, null, List.of());
  }
}
