package io.forebay.server.client;

import io.forebay.mqtt.Connect;
import io.forebay.mqtt.ProtocolVersion;
import java.net.SocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where a client connects to, and as whom.
///
/// @param cleanStart forget what the broker kept of the session (`clean session` of MQTT 3)
/// @param sessionExpirySeconds how long the broker keeps the session afterwards (MQTT 5)
/// @param keepAliveSeconds 0 to send no pings
/// @param receiveMaximum unacknowledged messages the broker may send at once, 1–65,535 (MQTT 5)
/// @param tls null for plain TCP
/// @param webSocketPath null for MQTT without WebSocket
/// @param localAddress the address to connect from, null for whatever the system picks
/// @param timeoutMillis how long the whole way to CONNACK may take
public record ClientOptions(
    String host,
    int port,
    ProtocolVersion version,
    String clientId,
    boolean cleanStart,
    long sessionExpirySeconds,
    int keepAliveSeconds,
    int receiveMaximum,
    @Nullable String username,
    byte @Nullable [] password,
    @Nullable TlsOptions tls,
    @Nullable String webSocketPath,
    @Nullable SocketAddress localAddress,
    int timeoutMillis) {

  private static final int DEFAULT_KEEP_ALIVE_SECONDS = 60;
  private static final int DEFAULT_TIMEOUT_MILLIS = 10_000;

  /// A plain TCP client with a clean session and no name or password.
  public static ClientOptions of(String host, int port, ProtocolVersion version, String clientId) {
    return new ClientOptions(
        host,
        port,
        version,
        clientId,
        true,
        0,
        DEFAULT_KEEP_ALIVE_SECONDS,
        65_535,
        null,
        null,
        null,
        null,
        null,
        DEFAULT_TIMEOUT_MILLIS);
  }

  public ClientOptions withClientId(String id) {
    return new ClientOptions(
        host,
        port,
        version,
        id,
        cleanStart,
        sessionExpirySeconds,
        keepAliveSeconds,
        receiveMaximum,
        username,
        password,
        tls,
        webSocketPath,
        localAddress,
        timeoutMillis);
  }

  /// The session is kept for this long after the connection, and taken up again if it is there.
  public ClientOptions withKeptSession(long expirySeconds) {
    return new ClientOptions(
        host,
        port,
        version,
        clientId,
        false,
        expirySeconds,
        keepAliveSeconds,
        receiveMaximum,
        username,
        password,
        tls,
        webSocketPath,
        localAddress,
        timeoutMillis);
  }

  public ClientOptions withLocalAddress(SocketAddress address) {
    return new ClientOptions(
        host,
        port,
        version,
        clientId,
        cleanStart,
        sessionExpirySeconds,
        keepAliveSeconds,
        receiveMaximum,
        username,
        password,
        tls,
        webSocketPath,
        address,
        timeoutMillis);
  }

  /// `host:port`, for people.
  public String broker() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }

  /// The packet that opens the connection.
  Connect connect() {
    return new Connect(
        version,
        clientId,
        cleanStart,
        keepAliveSeconds,
        sessionExpirySeconds,
        receiveMaximum,
        Connect.NO_LIMIT,
        0,
        false,
        true,
        List.of(),
        null,
        null,
        null,
        username,
        password);
  }
}
