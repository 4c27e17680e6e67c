package io.forebay.mqtt.connection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.message.Qos;
import io.forebay.core.security.Credentials;
import io.forebay.core.security.Decision;
import io.forebay.core.security.EnhancedAuthenticator;
import io.forebay.core.security.Principal;
import io.forebay.mqtt.Auth;
import io.forebay.mqtt.Connack;
import io.forebay.mqtt.Disconnect;
import io.forebay.mqtt.Pingreq;
import io.forebay.mqtt.Pingresp;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.ReasonCode;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Enhanced authentication (MQTT 5 §4.12), with a method that asks for the answer to everything.
class AuthenticationTest {

  /// `hello` is asked `how much?`; `42` comes in, anything else stays out.
  private static final class Question implements EnhancedAuthenticator {
    @Override
    public String method() {
      return "QUESTION";
    }

    @Override
    public Exchange begin(Credentials credentials) {
      return (data, answer) -> step(data, answer);
    }

    private static void step(byte @Nullable [] data, Consumer<Decision> answer) {
      String said = data == null ? "" : new String(data, UTF_8);
      answer.accept(
          switch (said) {
            case "hello" -> new Decision.Challenge("how much?".getBytes(UTF_8));
            case "42" ->
                new Decision.Admitted(new Principal("deep", "thought"), "yes".getBytes(UTF_8));
            default -> new Decision.Refused(Decision.Why.CREDENTIALS, "wrong answer");
          });
    }
  }

  private final TestNode node = TestNode.with(new Question());

  private static Auth auth(ReasonCode reason, String text) {
    return new Auth(reason, "QUESTION", text.getBytes(UTF_8), null, List.of());
  }

  private TestClient challenged() {
    TestClient client = node.open(ConnectDraft.v5("a").authentication("QUESTION", "hello"));
    Auth challenge = client.next(Auth.class);
    assertThat(challenge.reason()).isEqualTo(ReasonCode.CONTINUE_AUTHENTICATION);
    assertThat(challenge.method()).isEqualTo("QUESTION");
    assertThat(challenge.data()).asString(UTF_8).isEqualTo("how much?");
    return client;
  }

  private TestClient admitted() {
    TestClient client = challenged();
    client.send(auth(ReasonCode.CONTINUE_AUTHENTICATION, "42"));
    assertThat(client.next(Connack.class).reason()).isEqualTo(ReasonCode.SUCCESS);
    return client;
  }

  @Test
  @Clause("MQTT-4.12.0-1")
  void aMethodThatIsNotKnownIsRefused() {
    TestClient client = node.open(ConnectDraft.v5("a").authentication("OTHER", "hello"));
    assertThat(client.next(Connack.class).reason()).isEqualTo(ReasonCode.BAD_AUTHENTICATION_METHOD);
    client.assertClosed();
  }

  @Test
  @Clause({"MQTT-4.12.0-2", "MQTT-4.12.0-3", "MQTT-4.12.0-5"})
  void whoAnswersTheChallengeComesIn() {
    TestClient client = challenged();
    client.send(auth(ReasonCode.CONTINUE_AUTHENTICATION, "42"));
    Connack connack = client.next(Connack.class);
    assertThat(connack.reason()).isEqualTo(ReasonCode.SUCCESS);
    assertThat(connack.authenticationMethod()).isEqualTo("QUESTION");
    assertThat(connack.authenticationData()).asString(UTF_8).isEqualTo("yes");
    client.assertOpen();
  }

  @Test
  @Clause("MQTT-4.12.0-4")
  void whoAnswersWronglyStaysOut() {
    TestClient client = challenged();
    client.send(auth(ReasonCode.CONTINUE_AUTHENTICATION, "41"));
    assertThat(client.next(Connack.class).reason()).isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
    client.assertClosed();
    assertThat(node.broker.connectedClients()).isZero();
  }

  @Test
  @Clause("MQTT-3.1.2-30")
  void nothingButAuthAndDisconnectComesBeforeConnack() {
    TestClient pinging = challenged();
    pinging.send(Pingreq.INSTANCE);
    assertThat(pinging.next(Connack.class).reason()).isEqualTo(ReasonCode.PROTOCOL_ERROR);
    pinging.assertClosed();

    TestClient leaving = challenged();
    leaving.send(Disconnect.of(ReasonCode.SUCCESS, null));
    leaving.assertClosed();
  }

  @Test
  void authOutOfTurnIsAProtocolError() {
    TestClient client = challenged();
    client.send(auth(ReasonCode.REAUTHENTICATE, "42"));
    assertThat(client.next(Connack.class).reason()).isEqualTo(ReasonCode.PROTOCOL_ERROR);
    client.assertClosed();

    TestClient inside = admitted();
    inside.send(auth(ReasonCode.CONTINUE_AUTHENTICATION, "42"));
    inside.assertDisconnected(ReasonCode.PROTOCOL_ERROR);

    TestClient hasty = admitted();
    hasty.send(auth(ReasonCode.REAUTHENTICATE, "hello"), auth(ReasonCode.REAUTHENTICATE, "hello"));
    hasty.assertDisconnected(ReasonCode.PROTOCOL_ERROR);
  }

  @Test
  @Clause({"MQTT-4.12.1-1", "MQTT-4.12.1-2"})
  void whoIsInMayProveItselfAgain() {
    TestClient client = admitted();
    client.send(auth(ReasonCode.REAUTHENTICATE, "hello"));
    assertThat(client.next(Auth.class).reason()).isEqualTo(ReasonCode.CONTINUE_AUTHENTICATION);
    // Everything else goes on meanwhile.
    client.send(Pingreq.INSTANCE);
    client.next(Pingresp.class);
    client.send(auth(ReasonCode.CONTINUE_AUTHENTICATION, "42"));
    Auth done = client.next(Auth.class);
    assertThat(done.reason()).isEqualTo(ReasonCode.SUCCESS);
    assertThat(done.data()).asString(UTF_8).isEqualTo("yes");
    client.assertOpen();
  }

  @Test
  @Clause("MQTT-4.12.1-2")
  void whoFailsToProveItselfAgainHasToGo() {
    TestClient client = admitted();
    client.send(auth(ReasonCode.REAUTHENTICATE, "nonsense"));
    client.assertDisconnected(ReasonCode.NOT_AUTHORIZED);
  }

  @Test
  @Clause({"MQTT-4.12.0-6", "MQTT-4.12.0-7"})
  void authWithoutAMethodInConnectOrWithAnotherIsAProtocolError() {
    TestClient plain = node.connect(ProtocolVersion.V5, "a");
    plain.send(auth(ReasonCode.REAUTHENTICATE, "hello"));
    plain.assertDisconnected(ReasonCode.PROTOCOL_ERROR);

    TestClient other = admitted();
    other.send(new Auth(ReasonCode.REAUTHENTICATE, "OTHER", null, null, List.of()));
    other.assertDisconnected(ReasonCode.PROTOCOL_ERROR);
  }

  @Test
  void whatAClientSentAheadWaitsUntilItIsIn() {
    TestClient client = node.socket(ProtocolVersion.V5);
    client.send(
        ConnectDraft.v5("a").authentication("QUESTION", "42").packet(),
        TestClient.message("t", "x", Qos.AT_MOST_ONCE, 0),
        Pingreq.INSTANCE);
    client.next(Connack.class);
    client.next(Pingresp.class);
    client.assertOpen();
  }
}
