package io.forebay.server.client;

import io.forebay.mqtt.Connack;
import io.forebay.mqtt.Disconnect;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.codec.MalformedPacket;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.websocketx.WebSocketHandshakeException;
import io.netty.handler.ssl.NotSslRecordException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// What went wrong while connecting, in words that say what to do.
final class ConnectFailure {

  private ConnectFailure() {}

  /// A failure of the network, of TLS or of WebSocket.
  static ClientException of(ClientOptions options, Throwable failure) {
    Throwable cause = root(failure);
    String advice =
        switch (cause) {
          case ConnectTimeoutException _ -> "; is there a firewall between?";
          case ConnectException _ -> "; is the broker running?";
          case NoRouteToHostException _ -> "; is the address right?";
          case UnknownHostException _ -> "; is the name right?";
          case NotSslRecordException _ -> "; is this the port for TLS?";
          case SSLException _ -> tlsAdvice(options);
          case WebSocketHandshakeException _ ->
              "; is '" + options.webSocketPath() + "' the WebSocket path?";
          default -> portAdvice(options);
        };
    return cannotConnect(options, words(cause) + advice, failure);
  }

  /// The broker answered with a refusal.
  static ClientException refused(ClientOptions options, Connack connack) {
    String advice =
        switch (connack.reason()) {
          case BAD_USER_NAME_OR_PASSWORD, NOT_AUTHORIZED ->
              options.username() == null ? " (give --user and --password)" : "";
          case UNSUPPORTED_PROTOCOL_VERSION -> " (try another --mqtt version)";
          default -> "";
        };
    return new ClientException(
        options.broker()
            + " refused the connection: "
            + ClientException.words(connack.reason(), connack.reasonString())
            + advice);
  }

  static ClientException disconnected(ClientOptions options, Disconnect disconnect) {
    return new ClientException(
        options.broker()
            + " refused the connection: "
            + ClientException.words(disconnect.reason(), disconnect.reasonString()));
  }

  /// The connection ended between its start and CONNACK.
  static ClientException closedEarly(ClientOptions options, String why) {
    String advice =
        options.version() == ProtocolVersion.V5
            ? "; is it an MQTT 5 broker? (--mqtt 3.1.1 is the older version)"
            : "; is it an MQTT broker?";
    return cannotConnect(options, why + " before CONNACK" + advice, null);
  }

  static ClientException tooSlow(ClientOptions options) {
    return cannotConnect(
        options,
        "no CONNACK within %d ms; is it an MQTT broker, and the right port?"
            .formatted(options.timeoutMillis()),
        null);
  }

  /// A failure without advice: `connection refused`.
  static String words(Throwable failure) {
    Throwable cause = root(failure);
    return switch (cause) {
      case ConnectTimeoutException _ -> "no answer";
      case ConnectException e when message(e).contains("refused") -> "connection refused";
      case UnknownHostException _ -> "host name not known";
      case NotSslRecordException _ -> "the other side does not speak TLS";
      case SSLException e -> "TLS failed: " + message(e);
      case WebSocketHandshakeException e -> "WebSocket handshake failed: " + message(e);
      case MalformedPacket e -> "the broker sent a malformed packet: " + message(e);
      case ProtocolViolation e -> message(e);
      default -> message(cause).toLowerCase(Locale.ROOT);
    };
  }

  private static ClientException cannotConnect(
      ClientOptions options, String why, @Nullable Throwable cause) {
    return new ClientException("cannot connect to " + options.broker() + ": " + why, cause);
  }

  private static String portAdvice(ClientOptions options) {
    if (options.webSocketPath() != null) {
      return "; is this the port for WebSocket?";
    }
    return options.tls() != null
        ? "; is this the port for TLS?"
        : "; is this the port for plain MQTT?";
  }

  private static String tlsAdvice(ClientOptions options) {
    return options.tls() != null && options.tls().ca() == null
        ? "; give the broker's CA with --ca, or try with --insecure"
        : "; does the certificate fit the host name and the CA?";
  }

  private static String message(Throwable failure) {
    String text = failure.getMessage();
    return text == null ? failure.getClass().getSimpleName() : text;
  }

  private static Throwable root(Throwable failure) {
    Throwable cause = failure.getCause();
    return failure instanceof DecoderException && cause != null ? root(cause) : failure;
  }
}
