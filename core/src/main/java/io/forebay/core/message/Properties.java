package io.forebay.core.message;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What travels with a message from publisher to subscriber beside topic and payload (MQTT 5
/// §3.3.2.3). Expiry is not here: it counts down on the way, see [Message].
///
/// @param utf8Payload the payload is declared to be UTF-8 text (payload format indicator 1)
/// @param formatDeclared the publisher sent a payload format indicator at all
/// @param correlationData not copied; whoever holds it must not change it
public record Properties(
    boolean formatDeclared,
    boolean utf8Payload,
    @Nullable String contentType,
    @Nullable String responseTopic,
    byte @Nullable [] correlationData,
    List<UserProperty> userProperties) {

  /// No properties: what every MQTT 3 message has. Shared, so that a plain message costs nothing.
  public static final Properties NONE = new Properties(false, false, null, null, null, List.of());

  public Properties {
    userProperties = List.copyOf(userProperties);
  }
}
