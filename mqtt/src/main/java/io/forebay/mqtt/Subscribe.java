package io.forebay.mqtt;

import io.forebay.core.message.Qos;
import io.forebay.core.message.UserProperty;
import java.util.List;

/// A client asks for messages (§3.8).
///
/// @param subscriptionId identifier to send back with each message, 0 for none
public record Subscribe(
    int packetId, int subscriptionId, List<UserProperty> userProperties, List<Entry> entries)
    implements Packet {

  /// One filter with its options (§3.8.3.1), as it came: whether the filter is valid is decided
  /// later, since each filter is answered by itself.
  ///
  /// @param retainHandling 0 send retained messages, 1 only if the subscription is new, 2 do not
  public record Entry(
      String filter, Qos qos, boolean noLocal, boolean retainAsPublished, int retainHandling) {}
}
