package io.forebay.mqtt.connection;

import io.forebay.core.message.Properties;
import io.forebay.core.message.Qos;
import io.forebay.core.session.Will;
import io.forebay.mqtt.Connect;
import io.forebay.mqtt.ProtocolVersion;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A CONNECT in the making. Without further words: clean start, no keep alive, nothing special.
final class ConnectDraft {
  private final ProtocolVersion version;
  private final String clientId;
  private boolean cleanStart = true;
  private int keepAliveSeconds;
  private long sessionExpirySeconds;
  private int receiveMaximum = 65_535;
  private long maximumPacketSize = Connect.NO_LIMIT;
  private int topicAliasMaximum;
  private boolean responseInformation;
  private boolean problemInformation = true;
  private @Nullable String method;
  private byte @Nullable [] data;
  private @Nullable Will will;
  private @Nullable String username;

  private ConnectDraft(ProtocolVersion version, String clientId) {
    this.version = version;
    this.clientId = clientId;
  }

  static ConnectDraft of(ProtocolVersion version, String clientId) {
    return new ConnectDraft(version, clientId);
  }

  static ConnectDraft v5(String clientId) {
    return of(ProtocolVersion.V5, clientId);
  }

  ProtocolVersion version() {
    return version;
  }

  /// Continue the session. In MQTT 3 this also means to keep it.
  ConnectDraft resuming() {
    cleanStart = false;
    return this;
  }

  ConnectDraft expiry(long seconds) {
    sessionExpirySeconds = seconds;
    return this;
  }

  /// A session that is continued and kept, in every version.
  ConnectDraft persistent() {
    return resuming().expiry(version == ProtocolVersion.V5 ? 3_600 : 0);
  }

  ConnectDraft keepAlive(int seconds) {
    keepAliveSeconds = seconds;
    return this;
  }

  ConnectDraft receiveMaximum(int value) {
    receiveMaximum = value;
    return this;
  }

  ConnectDraft maximumPacketSize(long bytes) {
    maximumPacketSize = bytes;
    return this;
  }

  ConnectDraft topicAliasMaximum(int value) {
    topicAliasMaximum = value;
    return this;
  }

  ConnectDraft wantsResponseInformation() {
    responseInformation = true;
    return this;
  }

  ConnectDraft wantsNoProblemInformation() {
    problemInformation = false;
    return this;
  }

  ConnectDraft authentication(String name, String text) {
    method = name;
    data = text.getBytes(StandardCharsets.UTF_8);
    return this;
  }

  ConnectDraft username(String name) {
    username = name;
    return this;
  }

  ConnectDraft will(Will value) {
    will = value;
    return this;
  }

  ConnectDraft will(String topic, String payload) {
    return will(topic, payload, 0);
  }

  ConnectDraft will(String topic, String payload, long delaySeconds) {
    return will(
        new Will(
            topic,
            payload.getBytes(StandardCharsets.UTF_8),
            Qos.AT_LEAST_ONCE,
            false,
            Properties.NONE,
            -1,
            delaySeconds));
  }

  Connect packet() {
    return new Connect(
        version,
        clientId,
        cleanStart,
        keepAliveSeconds,
        sessionExpirySeconds,
        receiveMaximum,
        maximumPacketSize,
        topicAliasMaximum,
        responseInformation,
        problemInformation,
        List.of(),
        method,
        data,
        will,
        username,
        null);
  }
}
