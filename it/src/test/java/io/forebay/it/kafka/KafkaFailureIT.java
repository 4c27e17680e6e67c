package io.forebay.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.message.Qos;
import io.forebay.it.Await;
import io.forebay.it.NodeProcess;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Kafka brokers that are away, for a while.
///
/// `-Dkafka.away.seconds=60` keeps the only broker away for longer than it takes to start it.
class KafkaFailureIT {
  private static final int SOME = 500;

  @Test
  void aNodeThatStartsBeforeKafkaSaysWhatItWaitsForAndThenServes() throws Exception {
    try (KafkaCluster cluster = KafkaCluster.formatted(1);
        NodeProcess node = KafkaNodes.starting(cluster)) {
      Await.until("it says where it looks", () -> node.log().contains(cluster.bootstrap()));
      cluster.start();
      node.awaitReady();
      try (Wanderer client = new Wanderer("early", 0, null);
          Wanderer publisher = new Wanderer("early-pub", 0, null)) {
        client.comesFirstTo(node);
        client.subscribe("early", Qos.AT_LEAST_ONCE);
        publisher.comesFirstTo(node);
        publisher.publish("early", "bird", Qos.EXACTLY_ONCE);
        assertThat(client.nextText()).isEqualTo("bird");
      }
    }
  }

  @Test
  void nothingAcknowledgedIsLostWhileTheOnlyBrokerIsAway() throws Exception {
    try (KafkaCluster cluster = KafkaCluster.start(1);
        NodeProcess a = KafkaNodes.start(cluster);
        NodeProcess b = KafkaNodes.start(cluster);
        KafkaLoad load = new KafkaLoad(() -> List.of(a, b), new Random())) {
      load.start();
      load.awaitMore(SOME);
      cluster.broker(1).kill();
      TimeUnit.SECONDS.sleep(Integer.getInteger("kafka.away.seconds", 0));
      cluster.restart(1);
      load.awaitMore(SOME);
      cluster.broker(1).pause();
      TimeUnit.SECONDS.sleep(1);
      cluster.broker(1).resume();
      load.awaitMore(SOME);
      load.finish();
      assertThat(load.findings()).isEmpty();
      assertThat(a.alive() && b.alive()).isTrue();
    }
  }

  @Test
  void nothingAcknowledgedIsLostWhenLeadersMove() throws Exception {
    try (KafkaCluster cluster = KafkaCluster.start(3);
        NodeProcess a = KafkaNodes.start(cluster);
        NodeProcess b = KafkaNodes.start(cluster);
        KafkaLoad load = new KafkaLoad(() -> List.of(a, b), new Random())) {
      load.start();
      load.awaitMore(SOME);
      // Whichever leads what: each of them is away once, and the others take over from it.
      for (int id = 1; id <= 3; id++) {
        cluster.broker(id).kill();
        load.awaitMore(SOME);
        cluster.restart(id);
        load.awaitMore(SOME);
      }
      load.finish();
      assertThat(load.findings()).isEmpty();
      assertThat(a.alive() && b.alive()).isTrue();
    }
  }
}
