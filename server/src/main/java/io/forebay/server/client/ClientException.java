package io.forebay.server.client;

import io.forebay.mqtt.ReasonCode;
import org.jspecify.annotations.Nullable;

/// The connection could not be made, was refused or was lost, or a request was refused. The message
/// is for people: what was wrong, where, and what to do.
public final class ClientException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ClientException(String message) {
    super(message);
  }

  public ClientException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /// How a reason reads to people: `NOT_AUTHORIZED (0x87): no such user`.
  public static String words(ReasonCode reason, @Nullable String reasonString) {
    String name = "%s (0x%02X)".formatted(reason, reason.code());
    return reasonString == null || reasonString.isEmpty() ? name : name + ": " + reasonString;
  }
}
