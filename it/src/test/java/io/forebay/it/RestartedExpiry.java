package io.forebay.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.message.Qos;
import io.forebay.mqtt.Connect;
import io.forebay.mqtt.Disconnect;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.Publish;
import io.forebay.mqtt.ReasonCode;
import java.time.Duration;

/// Messages and sessions whose time runs while there is no node.
final class RestartedExpiry implements RestartPromise {
  private static final int LONG_SECONDS = 3_600;
  private static final Connect KEEP =
      RawClient.connect(ProtocolVersion.V5, "restart-expiry", false, 0, LONG_SECONDS);
  private static final Connect BRIEF =
      RawClient.connect(ProtocolVersion.V5, "restart-brief", false, 0, 1);

  private long publishedNanos;

  @Override
  public String name() {
    return "the time of messages and sessions has run meanwhile";
  }

  @Override
  public void before(NodeProcess node) throws Exception {
    subscribe(node, KEEP);
    MosquittoClient.pub(node, options("short", 1));
    MosquittoClient.pub(node, options("long", LONG_SECONDS));
    subscribe(node, BRIEF);
    publishedNanos = System.nanoTime();
  }

  private static void subscribe(NodeProcess node, Connect connect) throws Exception {
    try (RawClient client = RawClient.connected(node, connect)) {
      client.subscribe("restart/expiry", Qos.AT_LEAST_ONCE);
      client.send(Disconnect.of(ReasonCode.SUCCESS, null));
      client.expectEnd();
    }
  }

  private static String[] options(String payload, int expirySeconds) {
    return new String[] {
      "-V",
      "mqttv5",
      "-t",
      "restart/expiry",
      "-q",
      "1",
      "-m",
      payload,
      "-D",
      "publish",
      "message-expiry-interval",
      Integer.toString(expirySeconds)
    };
  }

  @Override
  public void after(NodeProcess node, boolean inOrder) throws Exception {
    Duration enough = Duration.ofSeconds(2);
    Await.until(
        "the short time is over", () -> System.nanoTime() - publishedNanos > enough.toNanos());
    try (RawClient brief = new RawClient(node.mqtt(), ProtocolVersion.V5)) {
      assertThat(brief.connect(BRIEF).sessionPresent()).as("the brief session").isFalse();
      brief.expectNothingElse();
    }
    try (RawClient client = new RawClient(node.mqtt(), ProtocolVersion.V5)) {
      assertThat(client.connect(KEEP).sessionPresent()).isTrue();
      Publish message = client.read(Publish.class);
      assertThat(message.payload()).asString(UTF_8).isEqualTo("long");
      assertThat(message.expirySeconds()).isBetween(1L, LONG_SECONDS - enough.toSeconds());
    }
  }
}
