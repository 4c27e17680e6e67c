package io.forebay.server.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.core.message.Qos;
import io.forebay.mqtt.Connack;
import io.forebay.mqtt.Connect;
import io.forebay.mqtt.Packet;
import io.forebay.mqtt.Puback;
import io.forebay.mqtt.Publish;
import io.forebay.mqtt.ReasonCode;
import io.forebay.mqtt.Subscribe;
import io.forebay.server.client.ClientException;
import io.forebay.server.client.ScriptedBroker;
import io.forebay.server.client.ScriptedBroker.Peer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Whole runs of a fraction of a second against a broker that misbehaves as told.
class BenchRunTest {

  @Test
  void lossDuplicatesAndRefusalsAreCountedExactly() throws InterruptedException {
    Misbehaving script = new Misbehaving();
    BenchResult result = run(script, 2, 1, 0, 0);
    assertThat(result.published()).isPositive().isEqualTo(script.published);
    assertThat(result.refused()).isEqualTo(script.refused).isPositive();
    assertThat(result.acknowledged()).isEqualTo(script.published - script.refused);
    assertThat(result.lost()).isEqualTo(script.lost).isPositive();
    assertThat(result.duplicates()).isEqualTo(script.duplicated).isPositive();
    assertThat(result.unacknowledged()).isZero();
    assertThat(result.connectionsLost()).isZero();
    assertThat(result.connections()).isEqualTo(3);
    assertThat(result.acknowledgement().getTotalCount()).isEqualTo(result.acknowledged());
    assertThat(result.delivery().getTotalCount()).isEqualTo(result.delivered());
  }

  @Test
  void aBrokerThatStallsCannotHideWhatWasDue() throws InterruptedException {
    BenchResult result = run((packet, _) -> packet instanceof Publish, 1, 0, 0, 1_000);
    assertThat(result.published()).isEqualTo(10);
    assertThat(result.unacknowledged()).isEqualTo(10);
    assertThat(result.unsent()).isEqualTo(290);
  }

  @Test
  void idleConnectionsAreMadeAndHeld() throws InterruptedException {
    BenchResult result = run((_, _) -> false, 0, 0, 20, 0);
    assertThat(result.connections()).isEqualTo(20);
    assertThat(result.connect().getTotalCount()).isEqualTo(20);
    assertThat(result.connectionsLost()).isZero();
  }

  @Test
  void aRefusedConnectionEndsTheRun() {
    assertThatThrownBy(
            () ->
                run(
                    (packet, peer) -> {
                      if (packet instanceof Connect) {
                        peer.send(Connack.refused(ReasonCode.QUOTA_EXCEEDED, null));
                      }
                      return packet instanceof Connect;
                    },
                    1,
                    1,
                    0,
                    0))
        .isInstanceOf(ClientException.class)
        .hasMessageContaining("refused the connection: QUOTA_EXCEEDED (0x97)");
  }

  private static BenchResult run(
      ScriptedBroker.Script script, int publishers, int subscribers, int idle, double rate)
      throws InterruptedException {
    try (ScriptedBroker broker = new ScriptedBroker(script)) {
      BenchPlan plan =
          new BenchPlan(
              broker.options("bench"),
              publishers,
              subscribers,
              idle,
              "bench/%d",
              "bench/+",
              Qos.AT_LEAST_ONCE,
              64,
              rate,
              Duration.ZERO,
              Duration.ofMillis(300),
              10,
              1);
      return new BenchRun(plan, new Silent()).run();
    }
  }

  /// Refuses every tenth publish, delivers every seventh of the others to nobody and every third
  /// twice. Delivers at QoS 0, which needs no packet ids.
  private static final class Misbehaving implements ScriptedBroker.Script {
    private final List<Peer> subscribers = new ArrayList<>();
    private long published;
    private long refused;
    private long lost;
    private long duplicated;

    @Override
    public boolean on(Packet packet, Peer peer) {
      if (packet instanceof Subscribe) {
        subscribers.add(peer);
      }
      if (packet instanceof Publish publish) {
        on(publish, peer);
      }
      return packet instanceof Publish;
    }

    private void on(Publish publish, Peer peer) {
      published++;
      if (published % 10 == 0) {
        refused++;
        peer.send(Puback.of(publish.packetId(), ReasonCode.QUOTA_EXCEEDED));
        return;
      }
      peer.send(Puback.of(publish.packetId(), ReasonCode.SUCCESS));
      if (published % 7 == 0) {
        lost++;
      } else {
        deliver(publish);
      }
    }

    private void deliver(Publish publish) {
      subscribers.getFirst().send(atQos0(publish));
      if (published % 3 == 0) {
        duplicated++;
        subscribers.getFirst().send(atQos0(publish));
      }
    }

    private static Publish atQos0(Publish publish) {
      return new Publish(
          0,
          false,
          Qos.AT_MOST_ONCE,
          false,
          publish.topic(),
          0,
          -1,
          Publish.NO_SUBSCRIPTION_IDS,
          publish.properties(),
          publish.payload());
    }
  }

  private static final class Silent implements BenchProgress {
    @Override
    public void connecting(int connected, int wanted) {}

    @Override
    public void running(
        int second,
        boolean warmingUp,
        double publishedPerSecond,
        double deliveredPerSecond,
        long inFlight,
        long p99Nanos) {}

    @Override
    public void over() {}
  }
}
