package io.forebay.mqtt.connection;

import io.forebay.mqtt.Connack;
import io.forebay.mqtt.Disconnect;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.ReasonCode;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The last words to a client, as far as its version has any: a CONNACK that refuses, or a
/// DISCONNECT. Who has no room for them gets none.
final class Farewell {
  /// What a client may say in DISCONNECT (MQTT 5 table 3-13).
  private static final Set<ReasonCode> CLIENTS_DISCONNECT =
      EnumSet.of(
          ReasonCode.SUCCESS,
          ReasonCode.DISCONNECT_WITH_WILL,
          ReasonCode.UNSPECIFIED_ERROR,
          ReasonCode.MALFORMED_PACKET,
          ReasonCode.PROTOCOL_ERROR,
          ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR,
          ReasonCode.TOPIC_NAME_INVALID,
          ReasonCode.RECEIVE_MAXIMUM_EXCEEDED,
          ReasonCode.TOPIC_ALIAS_INVALID,
          ReasonCode.PACKET_TOO_LARGE,
          ReasonCode.MESSAGE_RATE_TOO_HIGH,
          ReasonCode.QUOTA_EXCEEDED,
          ReasonCode.ADMINISTRATIVE_ACTION,
          ReasonCode.PAYLOAD_FORMAT_INVALID);

  private Farewell() {}

  static boolean mayComeFromClient(ReasonCode reason) {
    return CLIENTS_DISCONNECT.contains(reason);
  }

  /// To a client that was let in. MQTT 3 has no DISCONNECT from the server.
  static void disconnect(Outlet out, ReasonCode reason, @Nullable String detail) {
    if (out.version() == ProtocolVersion.V5) {
      out.send(Disconnect.of(reason, detail), Disconnect.of(reason, null));
    }
  }

  /// To a client that was not let in.
  static void refuse(Outlet out, ReasonCode reason, @Nullable String detail) {
    if (hasConnack(out.version(), reason)) {
      ReasonCode told = connackReason(reason);
      out.send(Connack.refused(told, detail), Connack.refused(told, null));
    }
  }

  /// MQTT 3 has five return codes; for anything else it just closes [MQTT-3.1.4-1 of 3.1.1].
  static boolean hasConnack(ProtocolVersion version, ReasonCode reason) {
    return switch (reason) {
      case UNSUPPORTED_PROTOCOL_VERSION,
          CLIENT_IDENTIFIER_NOT_VALID,
          SERVER_UNAVAILABLE,
          SERVER_BUSY,
          SERVER_SHUTTING_DOWN,
          QUOTA_EXCEEDED,
          BAD_USER_NAME_OR_PASSWORD,
          NOT_AUTHORIZED ->
          true;
      default -> version == ProtocolVersion.V5;
    };
  }

  /// What ends a connection has not always a name while it begins (MQTT 5 table 3-1).
  private static ReasonCode connackReason(ReasonCode reason) {
    return switch (reason) {
      case SERVER_SHUTTING_DOWN -> ReasonCode.SERVER_UNAVAILABLE;
      case SESSION_TAKEN_OVER, ADMINISTRATIVE_ACTION -> ReasonCode.UNSPECIFIED_ERROR;
      default -> reason;
    };
  }
}
