package io.forebay.mqtt.connection;

import io.forebay.core.Broker;
import io.forebay.core.security.Credentials;
import io.forebay.core.security.Decision;
import io.forebay.core.security.EnhancedAuthenticator;
import io.forebay.mqtt.Auth;
import io.forebay.mqtt.Connect;
import io.forebay.mqtt.ReasonCode;
import io.forebay.mqtt.codec.MalformedPacket;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// How one client proves who it is: by what CONNECT carries, or by a method of challenge and
/// response through AUTH packets (MQTT 5 §4.12), which may be repeated while it is connected. On
/// the connection's event loop; answers of authenticators are brought there.
final class Authentication {
  private final Broker broker;
  private final Loop loop;
  private final Credentials credentials;
  private final @Nullable EnhancedAuthenticator enhanced;
  private final byte @Nullable [] firstData;
  private EnhancedAuthenticator.@Nullable Exchange exchange;

  /// An authenticator was asked and has not answered.
  private boolean asking;

  /// @throws MalformedPacket if the client names a method that we have not
  Authentication(Broker broker, Loop loop, Connect connect, Credentials credentials) {
    this.broker = broker;
    this.loop = loop;
    this.credentials = credentials;
    this.firstData = connect.authenticationData();
    String method = connect.authenticationMethod();
    enhanced = method == null ? null : broker.enhanced(method);
    if (method != null && enhanced == null) {
      throw new MalformedPacket(
          ReasonCode.BAD_AUTHENTICATION_METHOD, "authentication method is not known here");
    }
  }

  /// Whether it is the authenticator's turn, not the client's.
  boolean asking() {
    return asking;
  }

  /// Whether the client may authenticate again while it is connected.
  boolean repeatable() {
    return enhanced != null;
  }

  /// After CONNECT.
  void begin(Consumer<Decision> answer) {
    if (enhanced == null) {
      broker.authenticator().authenticate(credentials, onLoop(answer));
    } else {
      step(enhanced.begin(credentials), firstData, answer);
    }
  }

  /// AUTH from the client: the next word of a conversation, or the first of another one.
  ///
  /// @throws MalformedPacket if it does not fit what was said before
  void on(Auth auth, Consumer<Decision> answer) {
    if (enhanced == null || !enhanced.method().equals(auth.method())) {
      throw new MalformedPacket(
          ReasonCode.PROTOCOL_ERROR, "AUTH for another method than CONNECT named");
    }
    EnhancedAuthenticator.Exchange running = exchange;
    ReasonCode expected =
        running == null ? ReasonCode.REAUTHENTICATE : ReasonCode.CONTINUE_AUTHENTICATION;
    if (asking || auth.reason() != expected) {
      throw new MalformedPacket(ReasonCode.PROTOCOL_ERROR, "AUTH is out of turn");
    }
    step(running == null ? enhanced.begin(credentials) : running, auth.data(), answer);
  }

  private void step(
      EnhancedAuthenticator.Exchange conversation,
      byte @Nullable [] data,
      Consumer<Decision> answer) {
    exchange = conversation;
    conversation.step(
        data,
        onLoop(
            decision -> {
              if (!(decision instanceof Decision.Challenge)) {
                exchange = null;
              }
              answer.accept(decision);
            }));
  }

  private Consumer<Decision> onLoop(Consumer<Decision> answer) {
    asking = true;
    return decision ->
        loop.lane()
            .execute(
                () -> {
                  asking = false;
                  answer.accept(decision);
                });
  }

  /// The AUTH packet for a decision that is not a refusal.
  Auth packet(ReasonCode reason, byte @Nullable [] data) {
    return new Auth(reason, enhanced == null ? null : enhanced.method(), data, null, List.of());
  }
}
