package io.forebay.server.net;

import static io.netty.handler.codec.http.HttpResponseStatus.BAD_REQUEST;
import static io.netty.handler.codec.http.HttpResponseStatus.METHOD_NOT_ALLOWED;
import static io.netty.handler.codec.http.HttpResponseStatus.NOT_FOUND;
import static io.netty.handler.codec.http.HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE;
import static io.netty.handler.codec.http.HttpResponseStatus.REQUEST_URI_TOO_LONG;
import static io.netty.handler.codec.http.HttpResponseStatus.UPGRADE_REQUIRED;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Judges the HTTP request that asks for a WebSocket (RFC 6455 §4.2) with MQTT in it (MQTT 5 §6).
final class WebSocketRequest {

  /// `mqtt` is the standard's name, `mqttv3.1` what clients of MQTT 3.1 offer.
  private static final Set<String> SUBPROTOCOLS = Set.of("mqtt", "mqttv3.1");

  private static final String VERSION = "13";
  private static final int KEY_BYTES = 16;
  private static final String ACCEPT_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  sealed interface Verdict {}

  /// @param accept value of `Sec-WebSocket-Accept`
  record Accepted(String accept, String subprotocol) implements Verdict {}

  /// @param text one line for people
  record Refused(HttpResponseStatus status, String text) implements Verdict {}

  private WebSocketRequest() {}

  static Verdict judge(HttpRequest request, String path) {
    if (request.decoderResult().isFailure()) {
      return malformed(request.decoderResult().cause());
    }
    if (!pathOf(request).equals(path)) {
      return new Refused(NOT_FOUND, "nothing here; MQTT over WebSocket is at " + path);
    }
    if (!request.method().equals(HttpMethod.GET)) {
      return new Refused(METHOD_NOT_ALLOWED, "a WebSocket is opened with GET");
    }
    if (HttpUtil.isTransferEncodingChunked(request) || HttpUtil.getContentLength(request, 0L) > 0) {
      return new Refused(BAD_REQUEST, "a request for a WebSocket has no body");
    }
    return judgeUpgrade(request.headers());
  }

  private static Verdict judgeUpgrade(HttpHeaders headers) {
    if (!headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true)
        || !headers.containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true)) {
      return new Refused(UPGRADE_REQUIRED, "this is a WebSocket; connect with an MQTT client");
    }
    if (!VERSION.equals(headers.get(HttpHeaderNames.SEC_WEBSOCKET_VERSION))) {
      return new Refused(UPGRADE_REQUIRED, "only version 13 of WebSocket is known here");
    }
    String key = headers.get(HttpHeaderNames.SEC_WEBSOCKET_KEY);
    if (key == null || !isKey(key)) {
      return new Refused(BAD_REQUEST, "Sec-WebSocket-Key is missing or is not 16 bytes in Base64");
    }
    String subprotocol = subprotocol(headers);
    if (subprotocol == null) {
      return new Refused(
          BAD_REQUEST, "no known subprotocol offered; send Sec-WebSocket-Protocol: mqtt");
    }
    return new Accepted(accept(key), subprotocol);
  }

  private static Refused malformed(Throwable cause) {
    return switch (cause) {
      case TooLongHttpLineException _ -> new Refused(REQUEST_URI_TOO_LONG, "request line too long");
      case TooLongHttpHeaderException _ ->
          new Refused(REQUEST_HEADER_FIELDS_TOO_LARGE, "request headers too large");
      default -> new Refused(BAD_REQUEST, "malformed HTTP request");
    };
  }

  private static String pathOf(HttpRequest request) {
    String uri = request.uri();
    int query = uri.indexOf('?');
    return query < 0 ? uri : uri.substring(0, query);
  }

  /// The first that is known, in the client's order of preference.
  private static @Nullable String subprotocol(HttpHeaders headers) {
    for (String header : headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL)) {
      for (String offered : header.split(",")) {
        if (SUBPROTOCOLS.contains(offered.strip())) {
          return offered.strip();
        }
      }
    }
    return null;
  }

  private static boolean isKey(String key) {
    try {
      return Base64.getDecoder().decode(key).length == KEY_BYTES;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static String accept(String key) {
    try {
      byte[] bytes = (key + ACCEPT_SUFFIX).getBytes(StandardCharsets.US_ASCII);
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-1").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-1 is missing in this JDK", e);
    }
  }
}
