package io.forebay.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.hivemq.client.mqtt.datatypes.MqttUtf8String;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientConfig;
import com.hivemq.client.mqtt.mqtt5.auth.Mqtt5EnhancedAuthMechanism;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5Auth;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5AuthBuilder;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5EnhancedAuth;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5EnhancedAuthBuilder;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5Connect;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAck;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5Disconnect;
import com.ongres.scram.common.ClientFirstMessage;
import com.ongres.scram.common.ScramFunctions;
import com.ongres.scram.common.ScramMechanism;
import com.ongres.scram.common.ServerFirstMessage;
import com.ongres.scram.common.StringPreparation;
import com.ongres.scram.common.exception.ScramParseException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// The client's side of SCRAM-SHA-256, for the HiveMQ client: it leaves the method to who uses it.
final class ScramClient implements Mqtt5EnhancedAuthMechanism {
  private static final ScramMechanism MECHANISM = ScramMechanism.SCRAM_SHA_256;

  private final String user;
  private final String password;
  private ClientFirstMessage first;
  private String serverSignature = "";

  ScramClient(String user, String password) {
    this.user = user;
    this.password = password;
    first = first();
  }

  private ClientFirstMessage first() {
    return new ClientFirstMessage(user, ScramFunctions.nonce(24, new SecureRandom()));
  }

  @Override
  public MqttUtf8String getMethod() {
    return MqttUtf8String.of("SCRAM-SHA-256");
  }

  @Override
  public int getTimeout() {
    return (int) Await.LIMIT.toSeconds();
  }

  @Override
  public CompletableFuture<Void> onAuth(
      Mqtt5ClientConfig config, Mqtt5Connect connect, Mqtt5EnhancedAuthBuilder builder) {
    first = first();
    builder.data(first.toString().getBytes(UTF_8));
    return CompletableFuture.allOf();
  }

  @Override
  public CompletableFuture<Void> onReAuth(Mqtt5ClientConfig config, Mqtt5AuthBuilder builder) {
    first = first();
    builder.data(first.toString().getBytes(UTF_8));
    return CompletableFuture.allOf();
  }

  @Override
  public CompletableFuture<Boolean> onContinue(
      Mqtt5ClientConfig config, Mqtt5Auth auth, Mqtt5AuthBuilder builder) {
    try {
      builder.data(answer(text(auth.getData())).getBytes(UTF_8));
      return CompletableFuture.completedFuture(true);
    } catch (ScramParseException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private String answer(String challenge) throws ScramParseException {
    ServerFirstMessage server = ServerFirstMessage.parseFrom(challenge, first.getClientNonce());
    byte[] salted =
        ScramFunctions.saltedPassword(
            MECHANISM,
            StringPreparation.SASL_PREPARATION,
            password.toCharArray(),
            Base64.getDecoder().decode(server.getSalt()),
            server.getIterationCount());
    String spoken = ScramFunctions.authMessage(first, server, null);
    byte[] serverKey = ScramFunctions.serverKey(MECHANISM, salted);
    serverSignature =
        "v="
            + Base64.getEncoder()
                .encodeToString(ScramFunctions.serverSignature(MECHANISM, serverKey, spoken));
    byte[] key = ScramFunctions.clientKey(MECHANISM, salted);
    byte[] storedKey = ScramFunctions.storedKey(MECHANISM, key);
    byte[] proof =
        ScramFunctions.clientProof(
            key, ScramFunctions.clientSignature(MECHANISM, storedKey, spoken));
    return "c=biws,r=" + server.getNonce() + ",p=" + Base64.getEncoder().encodeToString(proof);
  }

  @Override
  public CompletableFuture<Boolean> onAuthSuccess(Mqtt5ClientConfig config, Mqtt5ConnAck connAck) {
    return proven(connAck.getEnhancedAuth().flatMap(Mqtt5EnhancedAuth::getData));
  }

  @Override
  public CompletableFuture<Boolean> onReAuthSuccess(Mqtt5ClientConfig config, Mqtt5Auth auth) {
    return proven(auth.getData());
  }

  /// Whether the node knows the password too.
  private CompletableFuture<Boolean> proven(Optional<ByteBuffer> data) {
    return CompletableFuture.completedFuture(text(data).equals(serverSignature));
  }

  private static String text(Optional<ByteBuffer> data) {
    return data.map(bytes -> UTF_8.decode(bytes).toString()).orElse("");
  }

  @Override
  public void onAuthRejected(Mqtt5ClientConfig config, Mqtt5ConnAck connAck) {}

  @Override
  public void onReAuthRejected(Mqtt5ClientConfig config, Mqtt5Disconnect disconnect) {}

  @Override
  public void onAuthError(Mqtt5ClientConfig config, Throwable cause) {}

  @Override
  public void onReAuthError(Mqtt5ClientConfig config, Throwable cause) {}
}
