package io.forebay.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.it.Spawned;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaFuture;
import org.junit.jupiter.api.Test;

/// The Kafka that the other tests stand on: is it real, and does it do what they ask it to?
class KafkaClusterIT {
  @Test
  void whatTheConsoleProducerSaysTheConsoleConsumerHears() throws Exception {
    KafkaCluster cluster = KafkaCluster.shared();
    cluster.createTopic("heard", 2);
    try (Spawned producer =
        KafkaTools.consoleProducer(
            cluster,
            "heard",
            "--reader-property",
            "parse.key=true",
            "--reader-property",
            "key.separator=:")) {
      producer.type("car66/speed:88");
      producer.endOfInput();
      producer.succeeded();
    }
    try (Spawned consumer =
        KafkaTools.consoleConsumer(
            cluster,
            "heard",
            "--max-messages",
            "1",
            "--formatter-property",
            "print.key=true",
            "--formatter-property",
            "key.separator=:")) {
      assertThat(consumer.line()).isEqualTo("car66/speed:88");
    }
  }

  @Test
  void threeBrokersServeWhileOneOfThemIsAway() throws Exception {
    try (KafkaCluster cluster = KafkaCluster.start(3)) {
      cluster.createTopic("three", 3);
      cluster.broker(2).kill();
      cluster.produce("three", "a", "first");
      cluster.produce("three", "b", "second");
      cluster.restart(2);
      cluster.broker(3).kill();
      cluster.produce("three", "c", "third");
      try (KafkaReader reader = cluster.reader("three")) {
        assertThat(reader.valuesSoFar()).containsExactlyInAnyOrder("first", "second", "third");
      }
    }
  }

  @Test
  void aSingleBrokerCanBeKilledAndPausedAndHasItsRecords() throws Exception {
    try (KafkaCluster cluster = KafkaCluster.start(1)) {
      cluster.createTopic("kept", 1);
      cluster.produce("kept", null, "first");
      cluster.broker(1).kill();
      cluster.restart(1);
      cluster.produce("kept", "key", "second");
      try (KafkaReader reader = cluster.reader("kept")) {
        assertThat(reader.valuesSoFar()).isEqualTo(List.of("first", "second"));
      }
      cluster.broker(1).pause();
      KafkaFuture<String> answer = cluster.admin().describeCluster().clusterId();
      assertThatThrownBy(() -> answer.get(300, TimeUnit.MILLISECONDS))
          .isInstanceOf(TimeoutException.class);
      cluster.broker(1).resume();
      assertThat(KafkaCluster.get(answer)).isNotEmpty();
    }
  }
}
