package io.forebay.mqtt.codec;

import io.forebay.mqtt.ReasonCode;

/// A packet that the standard forbids. Thrown by the decoder, caught in one place, which answers with
/// the reason and closes. Without a stack trace: it is the client's trouble, not ours, and must be
/// cheap when a client sends rubbish on purpose.
public final class MalformedPacket extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ReasonCode reason;

  public MalformedPacket(ReasonCode reason, String message) {
    super(message, null, false, false);
    this.reason = reason;
  }

  public ReasonCode reason() {
    return reason;
  }
}
