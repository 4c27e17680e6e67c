package io.forebay.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAckReasonCode;
import io.forebay.mqtt.Connack;
import io.forebay.mqtt.Connect;
import io.forebay.mqtt.Disconnect;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.ReasonCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Users with passwords, made by `forebay user` and checked by a running node.
class PasswordIT {
  private static final String PASSWORD = "open-sesame";
  private static final AtomicInteger CLIENTS = new AtomicInteger();

  @TempDir private static Path directory;
  private static @Nullable NodeProcess shared;

  @BeforeAll
  static void start() throws Exception {
    user(PASSWORD, "add", "ann", "--group", "people", "--scram");
    user(PASSWORD, "add", "bob");
    shared = NodeProcess.start("security.passwords=" + file());
  }

  @AfterAll
  static void stop() throws Exception {
    NodeProcess node = node();
    node.stop();
    assertThat(node.log()).doesNotContain(PASSWORD).doesNotContain("argon2");
    node.close();
  }

  private static NodeProcess node() {
    NodeProcess node = shared;
    if (node == null) {
      throw new IllegalStateException("the node did not start");
    }
    return node;
  }

  private static Path file() {
    return directory.resolve("users");
  }

  /// Runs `forebay user`, which has to succeed without a word.
  private static void user(String password, String... words) throws Exception {
    List<String> command = new ArrayList<>(List.of("user"));
    command.addAll(List.of(words));
    command.addAll(List.of("--file", file().toString()));
    if (!words[0].equals("delete")) {
      command.add("--password-stdin");
    }
    try (Spawned forebay = NodeProcess.forebay(command.toArray(String[]::new))) {
      forebay.type(password);
      forebay.endOfInput();
      forebay.succeeded();
      assertThat(forebay.errors()).isEmpty();
      assertThat(forebay.rest()).isEmpty();
    }
  }

  private static Connect connect(
      ProtocolVersion version, @Nullable String user, @Nullable String password) {
    return new Connect(
        version,
        "password-it-" + CLIENTS.incrementAndGet(),
        true,
        0,
        0,
        65_535,
        Connect.NO_LIMIT,
        0,
        false,
        true,
        List.of(),
        null,
        null,
        null,
        user,
        password == null ? null : password.getBytes(UTF_8));
  }

  private static ReasonCode answer(
      ProtocolVersion version, @Nullable String user, @Nullable String password)
      throws IOException {
    return connack(version, user, password).reason();
  }

  private static Connack connack(
      ProtocolVersion version, @Nullable String user, @Nullable String password)
      throws IOException {
    try (RawClient client = new RawClient(node().mqtt(), version)) {
      client.send(connect(version, user, password));
      return client.read(Connack.class);
    }
  }

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  void whoKnowsThePasswordComesInAndNobodyElse(ProtocolVersion version) throws Exception {
    assertThat(answer(version, "ann", PASSWORD)).isEqualTo(ReasonCode.SUCCESS);
    // Return code 4 in MQTT 3, 0x86 in MQTT 5.
    ReasonCode refused = ReasonCode.BAD_USER_NAME_OR_PASSWORD;
    assertThat(answer(version, "ann", "wrong")).isEqualTo(refused);
    assertThat(answer(version, "ann", "")).isEqualTo(refused);
    assertThat(answer(version, "ann", null)).isEqualTo(refused);
    assertThat(answer(version, "nobody", PASSWORD)).isEqualTo(refused);
    assertThat(answer(version, null, null)).isEqualTo(refused);
  }

  @Test
  void theClientIsNotToldWhatWasWrong() throws Exception {
    String wrong = connack(ProtocolVersion.V5, "ann", "wrong").reasonString();
    String unknown = connack(ProtocolVersion.V5, "nobody", "wrong").reasonString();
    assertThat(wrong).isNotNull().isEqualTo(unknown);
  }

  @Test
  void mosquittoComesInWithAPassword() throws Exception {
    MosquittoClient.pub(node(), "-t", "a", "-m", "b", "-q", "1", "-u", "ann", "-P", PASSWORD);
    for (String version : List.of("mqttv311", "mqttv5")) {
      try (Spawned wrong =
          MosquittoClient.start(
              MosquittoClient.command(
                  "mosquitto_pub",
                  node().mqtt(),
                  "-V",
                  version,
                  "-t",
                  "a",
                  "-m",
                  "b",
                  "-u",
                  "ann",
                  "-P",
                  "wrong"))) {
        assertThat(wrong.exitCode()).isNotZero();
        assertThat(wrong.errors()).containsIgnoringCase("bad user");
      }
    }
  }

  @Test
  void aChangedPasswordCountsWithoutARestart() throws Exception {
    user("first", "add", "changing");
    awaitAnswer("changing", "first", ReasonCode.SUCCESS);
    try (RawClient connected = new RawClient(node().mqtt(), ProtocolVersion.V5)) {
      connected.connect(connect(ProtocolVersion.V5, "changing", "first"));
      user("second", "passwd", "changing");
      awaitAnswer("changing", "second", ReasonCode.SUCCESS);
      awaitAnswer("changing", "first", ReasonCode.BAD_USER_NAME_OR_PASSWORD);
      connected.expectNothingElse();
      user("", "delete", "changing");
      // Who is no more does not stay.
      assertThat(connected.read(Disconnect.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
    }
    assertThat(answer(ProtocolVersion.V5, "changing", "second"))
        .isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
  }

  private static void awaitAnswer(String user, String password, ReasonCode reason)
      throws Exception {
    Await.until(
        user + " with '" + password + "' is answered " + reason,
        () -> answer(ProtocolVersion.V5, user, password) == reason);
  }

  // ---------------------------------------------------------------- SCRAM

  private static Mqtt5BlockingClient scram(String user, String password) {
    return Mqtt5Client.builder()
        .identifier("scram-it")
        .serverHost("127.0.0.1")
        .serverPort(node().mqtt())
        .enhancedAuth(new ScramClient(user, password))
        .buildBlocking();
  }

  @Test
  void hiveMqProvesItsPasswordByScramAndAgainWhileItIsConnected() throws Exception {
    Mqtt5BlockingClient client = scram("ann", PASSWORD);
    assertThat(client.connect().getReasonCode()).isEqualTo(Mqtt5ConnAckReasonCode.SUCCESS);
    client.reauth();
    client.publishWith().topic("scram/x").payload("y".getBytes(UTF_8)).send();
    assertThat(client.getState().isConnected()).isTrue();
    client.disconnect();
  }

  @Test
  void whoCannotProveThePasswordByScramStaysOut() {
    // bob has a password and no verifier.
    for (Mqtt5BlockingClient client :
        List.of(scram("ann", "wrong"), scram("bob", PASSWORD), scram("nobody", PASSWORD))) {
      assertThatThrownBy(client::connect)
          .isInstanceOfSatisfying(
              Mqtt5ConnAckException.class,
              refused ->
                  assertThat(refused.getMqttMessage().getReasonCode())
                      .isEqualTo(Mqtt5ConnAckReasonCode.BAD_USER_NAME_OR_PASSWORD));
    }
  }

  // ---------------------------------------------------------------- the node

  @Test
  void anonymousClientsComeInWhereThatIsAllowed() throws Exception {
    try (NodeProcess open =
            NodeProcess.start("security.passwords=" + file(), "security.allow-anonymous=true");
        RawClient nobody = new RawClient(open.mqtt(), ProtocolVersion.V5);
        RawClient wrong = new RawClient(open.mqtt(), ProtocolVersion.V5)) {
      nobody.connect(connect(ProtocolVersion.V5, null, null));
      wrong.send(connect(ProtocolVersion.V5, "nobody", PASSWORD));
      assertThat(wrong.read(Connack.class).reason())
          .isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
    }
  }

  @Test
  void aDamagedFileKeepsTheNodeFromStartingAndIsNotPrinted() throws Exception {
    Path damaged = directory.resolve("damaged");
    Files.writeString(damaged, "ann:" + PASSWORD + "\n");
    try (Spawned serve = NodeProcess.forebay("serve", "--set", "security.passwords=" + damaged)) {
      assertThat(serve.exitCode()).isEqualTo(2);
      assertThat(serve.errors())
          .startsWith("forebay: " + damaged + ":1: the hash is not $argon2id$")
          .doesNotContain(PASSWORD);
    }
    try (Spawned config =
        NodeProcess.forebay("config", "--print", "--set", "security.passwords=" + file())) {
      config.succeeded();
      assertThat(String.join("\n", config.rest()))
          .contains("passwords: " + file())
          .doesNotContain("argon2id$");
    }
  }
}
