package io.forebay.server.net;

import io.forebay.core.security.Throttle;
import org.jspecify.annotations.Nullable;

/// What a door is to be.
///
/// @param name for messages: `mqtts`
/// @param bind address or host name to listen on; `::` listens on IPv6 and IPv4
/// @param port 0 picks a free one
/// @param backlog connections the operating system holds until they are accepted
/// @param acceptsPerSecond connections that are accepted; [Throttle#UNLIMITED]
/// @param proxyProtocol every connection must begin with a PROXY header, version 1 or 2
/// @param tls null for a door without TLS
/// @param webSocketPath path of the HTTP upgrade, `/mqtt`; null for a door without WebSocket
public record DoorSpec(
    String name,
    String bind,
    int port,
    int backlog,
    long acceptsPerSecond,
    boolean proxyProtocol,
    @Nullable TlsFiles tls,
    @Nullable String webSocketPath,
    Limits limits) {

  /// The bounds of each connection.
  ///
  /// @param preambleMillis time for PROXY header, TLS handshake and HTTP upgrade together
  /// @param maxFrameBytes payload of one WebSocket frame; a frame is held in memory until it is
  ///   whole, and must have room for the largest packet
  /// @param writeLowBytes a channel turns writable again when fewer bytes wait to be sent
  /// @param writeHighBytes a channel turns unwritable when more bytes wait to be sent
  public record Limits(
      int preambleMillis, int maxFrameBytes, int writeLowBytes, int writeHighBytes) {

    public Limits {
      requirePositive("preambleMillis", preambleMillis);
      requirePositive("maxFrameBytes", maxFrameBytes);
      if (writeLowBytes < 0 || writeHighBytes < writeLowBytes) {
        throw new IllegalArgumentException(
            "0 <= writeLowBytes <= writeHighBytes does not hold: %d, %d"
                .formatted(writeLowBytes, writeHighBytes));
      }
    }

    private static void requirePositive(String what, int value) {
      if (value <= 0) {
        throw new IllegalArgumentException(what + " must be positive, not " + value);
      }
    }
  }

  /// Whether anything comes before the bytes of the protocol.
  boolean hasPreamble() {
    return proxyProtocol || tls != null || webSocketPath != null;
  }
}
