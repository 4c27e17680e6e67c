package io.forebay.mqtt.connection;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.forebay.core.Broker;
import io.forebay.core.security.Allowance;
import io.forebay.core.security.Credentials;
import io.forebay.core.security.Limits;
import io.forebay.core.security.Permissions;
import io.forebay.core.session.Opening;
import io.forebay.core.session.Will;
import io.forebay.mqtt.Connack;
import io.forebay.mqtt.Connect;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.ReasonCode;
import io.forebay.mqtt.codec.MalformedPacket;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a CONNECT comes to: the id, the limits and the session that the client gets, and the
/// CONNACK that says so. Pure: decides, and sends nothing.
///
/// @param clientId the client's own, or an assigned one
/// @param keepAliveSeconds the one in force, 0 for none
/// @param sessionExpirySeconds the one in force
record Handshake(
    Connect connect,
    Limits limits,
    String clientId,
    int keepAliveSeconds,
    long sessionExpirySeconds) {

  /// @throws MalformedPacket with the reason if the client cannot be served
  static Handshake begin(Connect connect, Broker broker) {
    Limits limits = broker.limits();
    checkClientId(connect, limits);
    Will will = connect.will();
    if (will != null) {
      Refusal refusal = PublishRules.check(will, limits);
      if (refusal != null) {
        throw new MalformedPacket(refusal.reason(), "will: " + refusal.detail());
      }
    }
    String clientId = connect.clientId().isEmpty() ? broker.newClientId() : connect.clientId();
    int keepAlive = connect.keepAliveSeconds();
    int longest = limits.keepAliveSeconds();
    if (longest > 0 && connect.version() == ProtocolVersion.V5) {
      keepAlive = keepAlive == 0 ? longest : Math.min(keepAlive, longest);
    }
    long expiry = Math.min(connect.sessionExpirySeconds(), limits.sessionExpirySeconds());
    return new Handshake(connect, limits, clientId, keepAlive, expiry);
  }

  private static void checkClientId(Connect connect, Limits limits) {
    String id = connect.clientId();
    if (id.isEmpty()) {
      // MQTT 3.1 wants an id; 3.1.1 lets it be empty for a clean session only (§3.1.3.1).
      boolean allowed =
          switch (connect.version()) {
            case V3_1 -> false;
            case V3_1_1 -> connect.cleanStart();
            case V5 -> true;
          };
      if (!allowed) {
        throw new MalformedPacket(
            ReasonCode.CLIENT_IDENTIFIER_NOT_VALID, "a client id is needed here");
      }
    } else if (id.length() * 3 > limits.clientIdBytes()
        && id.getBytes(UTF_8).length > limits.clientIdBytes()) {
      throw new MalformedPacket(
          ReasonCode.CLIENT_IDENTIFIER_NOT_VALID,
          "a client id is at most " + limits.clientIdBytes() + " bytes long");
    }
  }

  Credentials credentials(Transport transport) {
    return new Credentials(
        clientId,
        connect.username(),
        connect.password(),
        transport.peer(),
        transport.certificate());
  }

  /// The same for a user that may take no more than this.
  Handshake within(Allowance allowance) {
    long expiry = Math.min(sessionExpirySeconds, allowance.sessionExpirySeconds());
    return new Handshake(connect, limits, clientId, keepAliveSeconds, expiry);
  }

  /// Whether the will may be published in the end: better said now than found out when it is too
  /// late.
  boolean mayPublishWill(Permissions permissions) {
    Will will = connect.will();
    return will == null || permissions.mayPublish(will.topic());
  }

  Opening opening(Standing standing) {
    return new Opening(
        clientId,
        connect.cleanStart(),
        sessionExpirySeconds,
        Math.min(connect.receiveMaximum(), standing.allowance().inflight()),
        connect.will(),
        standing.owner());
  }

  Connack accepted(boolean sessionPresent, byte @Nullable [] authenticationData) {
    return new Connack(
        sessionPresent,
        ReasonCode.SUCCESS,
        sessionExpirySeconds == connect.sessionExpirySeconds() ? -1 : sessionExpirySeconds,
        limits.receiveMaximum(),
        2,
        true,
        limits.packetSizeBytes(),
        connect.clientId().isEmpty() ? clientId : null,
        limits.topicAliases(),
        null,
        List.of(),
        true,
        true,
        true,
        keepAliveSeconds == connect.keepAliveSeconds() ? -1 : keepAliveSeconds,
        connect.requestResponseInformation() ? "responses/" + clientId : null,
        null,
        connect.authenticationMethod(),
        authenticationData);
  }
}
