package io.forebay.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientBuilder;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAckReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5DisconnectReasonCode;
import io.forebay.core.message.Qos;
import io.forebay.mqtt.Auth;
import io.forebay.mqtt.Connack;
import io.forebay.mqtt.Connect;
import io.forebay.mqtt.Disconnect;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.Puback;
import io.forebay.mqtt.ReasonCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jose4j.jwt.JwtClaims;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Users with signed tokens.
class TokenIT {
  private static final String METHOD = "OAUTH2-JWT";

  /// Long enough to connect with, and not long to wait for.
  private static final Duration SOON = Duration.ofSeconds(5);

  @TempDir private static Path dir;
  private static NodeProcess node;
  private static TokenIssuer rs256;
  private static TokenIssuer es256;
  private static TokenIssuer edDsa;

  @BeforeAll
  static void start() throws Exception {
    rs256 = new TokenIssuer("RS256");
    es256 = new TokenIssuer("ES256");
    edDsa = new TokenIssuer("EdDSA");
    write(rs256, es256, edDsa);
    node =
        NodeProcess.start(
            "security.jwt.jwks=" + keys(),
            "security.jwt.issuer=" + TokenIssuer.NAME,
            "security.jwt.audience=mqtt",
            "security.audit=" + dir.resolve("audit.log"));
  }

  @AfterAll
  static void stop() throws Exception {
    node.stop();
    // Every token begins so.
    assertThat(node.log()).doesNotContain("eyJ");
    assertThat(dir.resolve("audit.log")).content().doesNotContain("eyJ");
    node.close();
  }

  private static Path keys() {
    return dir.resolve("keys.json");
  }

  private static void write(TokenIssuer... issuers) throws Exception {
    Files.writeString(keys(), TokenIssuer.keys(List.of(issuers)));
  }

  private static Mqtt5ClientBuilder client(String token) {
    return Mqtt5Client.builder()
        .identifier("token-it")
        .serverHost("127.0.0.1")
        .serverPort(node.mqtt())
        .simpleAuth()
        .password(token.getBytes(UTF_8))
        .applySimpleAuth();
  }

  private static Mqtt5ConnAckReasonCode answer(String token) {
    Mqtt5BlockingClient client = client(token).buildBlocking();
    try {
      return client.connect().getReasonCode();
    } catch (Mqtt5ConnAckException refused) {
      return refused.getMqttMessage().getReasonCode();
    } finally {
      if (client.getState().isConnected()) {
        client.disconnect();
      }
    }
  }

  private static void assertRefused(String token) {
    assertThat(answer(token)).isEqualTo(Mqtt5ConnAckReasonCode.BAD_USER_NAME_OR_PASSWORD);
  }

  private static String changed(Consumer<JwtClaims> change) throws Exception {
    JwtClaims claims = TokenIssuer.claims("anna", Duration.ofHours(1));
    change.accept(claims);
    return es256.sign(claims);
  }

  // ---------------------------------------------------------------- who comes in

  @ParameterizedTest
  @ValueSource(strings = {"RS256", "ES256", "EdDSA"})
  void aGoodTokenLetsItsSubjectIn(String algorithm) throws Exception {
    TokenIssuer issuer =
        List.of(rs256, es256, edDsa).get(List.of("RS256", "ES256", "EdDSA").indexOf(algorithm));
    assertThat(answer(issuer.token("anna-" + algorithm))).isEqualTo(Mqtt5ConnAckReasonCode.SUCCESS);
    Await.until(
        "the audit log names the user",
        () -> Files.readString(dir.resolve("audit.log")).contains("\"user\":\"anna-" + algorithm));
  }

  @Test
  void mosquittoComesInWithATokenInPlaceOfThePassword() throws Exception {
    MosquittoClient.pub(
        node, "-t", "a", "-m", "b", "-q", "1", "-u", "whoever", "-P", es256.token("anna"));
  }

  @Test
  void aTokenThatIsNotGoodLetsNobodyIn() throws Exception {
    assertRefused(es256.sign(TokenIssuer.claims("anna", Duration.ofMinutes(-1))));
    assertRefused(changed(claims -> claims.setIssuer("https://other.example")));
    assertRefused(changed(claims -> claims.setAudience("web")));
    assertRefused(changed(claims -> claims.unsetClaim("exp")));
    assertRefused(new TokenIssuer("ES256").token("anna"));
    assertRefused("password");
  }

  @Test
  void aTokenThatNobodySignedLetsNobodyIn() throws Exception {
    Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
    String claims = TokenIssuer.claims("anna", Duration.ofHours(1)).toJson();
    assertRefused(
        base64.encodeToString("{\"alg\":\"none\"}".getBytes(UTF_8))
            + "."
            + base64.encodeToString(claims.getBytes(UTF_8))
            + ".");
  }

  @Test
  void newKeysCountWithoutARestart() throws Exception {
    TokenIssuer another = new TokenIssuer("RS512");
    assertRefused(another.token("anna"));
    write(rs256, es256, edDsa, another);
    Await.until(
        "a token of the new key is taken",
        () -> answer(another.token("anna")) == Mqtt5ConnAckReasonCode.SUCCESS);
  }

  @Test
  void rulesInTheTokenCount() throws Exception {
    String token =
        changed(
            claims ->
                claims.setClaim(
                    "forebay", List.of(Map.of("deny", "publish", "topics", List.of("secret/#")))));
    try (RawClient client = new RawClient(node.mqtt(), ProtocolVersion.V5)) {
      client.connect(connect(null, null, token));
      client.send(RawClient.publish("secret/x", new byte[0], Qos.AT_LEAST_ONCE, 1));
      assertThat(client.read(Puback.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
    }
  }

  // ---------------------------------------------------------------- the end of a token

  @Test
  void theConnectionEndsWhenTheTokenDoes() throws Exception {
    CompletableFuture<Throwable> end = new CompletableFuture<>();
    Mqtt5BlockingClient client =
        client(es256.sign(TokenIssuer.claims("anna", SOON)))
            .addDisconnectedListener(context -> end.complete(context.getCause()))
            .buildBlocking();
    client.connect();
    assertThat(end.get(Await.LIMIT.toSeconds(), TimeUnit.SECONDS))
        .isInstanceOfSatisfying(
            Mqtt5DisconnectException.class,
            why ->
                assertThat(why.getMqttMessage().getReasonCode())
                    .isEqualTo(Mqtt5DisconnectReasonCode.MAXIMUM_CONNECT_TIME));
  }

  private static Connect connect(
      @Nullable String method, @Nullable String data, @Nullable String password) {
    return new Connect(
        ProtocolVersion.V5,
        "",
        true,
        0,
        0,
        65_535,
        Connect.NO_LIMIT,
        0,
        false,
        true,
        List.of(),
        method,
        data == null ? null : data.getBytes(UTF_8),
        null,
        null,
        password == null ? null : password.getBytes(UTF_8));
  }

  /// Connected by AUTH.
  private static RawClient authenticated(String token) throws Exception {
    RawClient client = new RawClient(node.mqtt(), ProtocolVersion.V5);
    client.connect(connect(METHOD, token, null));
    return client;
  }

  private static Auth renewal(String token) {
    return new Auth(ReasonCode.REAUTHENTICATE, METHOD, token.getBytes(UTF_8), null, List.of());
  }

  @Test
  void whoShowsANewTokenInTimeStays() throws Exception {
    String first = es256.sign(TokenIssuer.claims("anna", SOON));
    try (RawClient renewed = authenticated(first);
        RawClient other = authenticated(first)) {
      renewed.send(renewal(es256.token("anna")));
      assertThat(renewed.read(Auth.class).reason()).isEqualTo(ReasonCode.SUCCESS);
      assertThat(other.read(Disconnect.class).reason()).isEqualTo(ReasonCode.MAXIMUM_CONNECT_TIME);
      renewed.expectNothingElse();
    }
  }

  @Test
  void aNewTokenMustBeGoodAndOfTheSameUser() throws Exception {
    for (String token : List.of(es256.token("bob"), new TokenIssuer("ES256").token("anna"))) {
      try (RawClient client = authenticated(es256.token("anna"))) {
        client.send(renewal(token));
        assertThat(client.read(Disconnect.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
      }
    }
  }

  @Test
  void whoConnectsByAuthWithABadTokenStaysOut() throws Exception {
    for (String token : List.of("password", new TokenIssuer("ES256").token("anna"))) {
      try (RawClient client = new RawClient(node.mqtt(), ProtocolVersion.V5)) {
        client.send(connect(METHOD, token, null));
        assertThat(client.read(Connack.class).reason())
            .isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
      }
    }
  }
}
