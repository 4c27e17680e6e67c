package io.forebay.mqtt.connection;

import io.netty.buffer.ByteBuf;
import java.security.cert.X509Certificate;
import org.jspecify.annotations.Nullable;

/// The door's side of a connection: bytes out, and what the socket feels. Called on the
/// connection's event loop only.
public interface Transport {

  /// The buffer that collects what is written in this turn of the event loop; it leaves in one
  /// write when the turn ends. Whoever appends to it appends whole packets.
  ByteBuf out();

  /// Whether the socket still takes bytes. While it does not, only packets that the standard
  /// obliges us to send may be written.
  boolean writable();

  /// Stops or resumes reading from the socket: back-pressure.
  void reading(boolean on);

  /// Sends what is in [#out] and closes the socket. Later calls do nothing.
  void close();

  /// The peer's address for people, of the client itself where a proxy told us: `127.0.0.1:50123`.
  String peer();

  /// Why the door has no place for this client, in words for it; null if it has.
  @Nullable String refusal();

  /// The certificate that the client showed and the door verified, null without one.
  @Nullable X509Certificate certificate();
}
