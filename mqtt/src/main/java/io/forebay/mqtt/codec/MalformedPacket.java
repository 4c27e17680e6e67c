package io.forebay.mqtt.codec;

import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.ReasonCode;
import org.jspecify.annotations.Nullable;

/// A packet that the standard forbids. Thrown by the decoder, caught in one place, which answers
/// with the reason and closes. Without a stack trace: it is the client's trouble, not ours, and
/// must be cheap when a client sends rubbish on purpose. The message repeats nothing of what the
/// client sent but numbers, so it may be logged and sent back.
public final class MalformedPacket extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ReasonCode reason;
  private final @Nullable ProtocolVersion version;

  public MalformedPacket(ReasonCode reason, String message) {
    this(reason, message, null);
  }

  public MalformedPacket(ReasonCode reason, String message, @Nullable ProtocolVersion version) {
    super(message, null, false, false);
    this.reason = reason;
    this.version = version;
  }

  public ReasonCode reason() {
    return reason;
  }

  /// The version in which to answer a bad CONNECT, if it got far enough to tell; null for a CONNECT
  /// that did not, and for every other packet, whose connection knows its version.
  public @Nullable ProtocolVersion version() {
    return version;
  }

  static MalformedPacket malformed(String message) {
    return new MalformedPacket(ReasonCode.MALFORMED_PACKET, message);
  }

  static MalformedPacket protocolError(String message) {
    return new MalformedPacket(ReasonCode.PROTOCOL_ERROR, message);
  }

  /// The same trouble, found in a CONNECT of this version.
  MalformedPacket in(ProtocolVersion connectVersion) {
    return new MalformedPacket(reason, String.valueOf(getMessage()), connectVersion);
  }
}
