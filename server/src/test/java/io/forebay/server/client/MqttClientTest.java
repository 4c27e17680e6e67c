package io.forebay.server.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.core.message.Qos;
import io.forebay.mqtt.Connect;
import io.forebay.mqtt.Disconnect;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.Publish;
import io.forebay.mqtt.ReasonCode;
import io.forebay.mqtt.Subscribe;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MqttClientTest {
  private final EventLoops loops = EventLoops.create(1);
  private final CompletableFuture<ClientException> lost = new CompletableFuture<>();

  @AfterEach
  void end() {
    loops.close();
  }

  @Test
  void nobodyListeningIsSaidInWords() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    ClientOptions options = ClientOptions.of("127.0.0.1", port, ProtocolVersion.V5, "me");
    assertThatThrownBy(() -> connect(options))
        .isInstanceOf(ClientException.class)
        .hasMessage(
            "cannot connect to 127.0.0.1:" + port + ": connection refused; is the broker running?");
  }

  @Test
  void aClientConnectsSubscribesAndSaysGoodbye() throws InterruptedException {
    try (ScriptedBroker broker = new ScriptedBroker((_, _) -> false)) {
      MqttClient client = connect(broker.options("me"));
      assertThat(broker.next(Connect.class).clientId()).isEqualTo("me");
      var entry = new Subscribe.Entry("a/+", Qos.EXACTLY_ONCE, true, false, 1);
      assertThat(Answers.await(client.subscribe(0, List.of(entry))).reasons())
          .containsExactly(ReasonCode.GRANTED_QOS_2);
      assertThat(broker.next(Subscribe.class).entries()).containsExactly(entry);
      client.disconnect().join();
      assertThat(broker.next(Disconnect.class).reason()).isEqualTo(ReasonCode.SUCCESS);
      assertThat(lost).isNotDone();
    }
  }

  @Test
  void aLostConnectionFailsTheSubscriptionUnderWay() {
    try (ScriptedBroker broker =
        new ScriptedBroker(
            (packet, peer) -> {
              if (packet instanceof Subscribe) {
                peer.close();
              }
              return packet instanceof Subscribe;
            })) {
      MqttClient client = connect(broker.options("me"));
      var entry = new Subscribe.Entry("a", Qos.AT_MOST_ONCE, false, false, 0);
      assertThatThrownBy(() -> Answers.await(client.subscribe(0, List.of(entry))))
          .isInstanceOf(ClientException.class)
          .hasMessage("connection to 127.0.0.1:%d lost: closed by the broker", broker.port());
      assertThat(lost.join()).hasMessageEndingWith("lost: closed by the broker");
    }
  }

  private MqttClient connect(ClientOptions options) {
    return Answers.await(MqttClient.connect(loops, options, new Listening()));
  }

  private final class Listening implements ClientListener {
    @Override
    public void message(Publish message) {}

    @Override
    public void lost(ClientException reason) {
      lost.complete(reason);
    }
  }
}
