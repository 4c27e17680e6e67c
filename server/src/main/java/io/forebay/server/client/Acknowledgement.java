package io.forebay.server.client;

import io.forebay.mqtt.ReasonCode;
import org.jspecify.annotations.Nullable;

/// What becomes of a published message. Exactly one of the two is called, on the event loop.
public interface Acknowledgement {

  /// The broker has taken the message, or refused it with a reason of 0x80 or above. A QoS 0
  /// message counts as taken when the socket took it.
  void acknowledged(ReasonCode reason, @Nullable String reasonString);

  /// The connection ended before an answer came: the broker may have the message or not.
  void failed(ClientException reason);
}
