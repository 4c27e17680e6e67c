package io.forebay.it.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.message.Qos;
import io.forebay.it.Await;
import io.forebay.it.NodeProcess;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Kafka's topics come, grow and go while nodes run.
class KafkaTopicsIT {
  /// How soon a node has to find out.
  private static final Duration LIMIT = Duration.ofSeconds(40);

  private static KafkaCluster cluster;
  private static NodeProcess a;
  private static NodeProcess b;

  @BeforeAll
  static void twoNodes() throws Exception {
    cluster = KafkaCluster.shared();
    cluster.createTopic("grown", 1);
    cluster.createTopic("gone", 2);
    cluster.createTopic(
        new NewTopic("narrow", 1, (short) -1)
            .configs(Map.of(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, "2000")));
    a = KafkaNodes.start(cluster);
    b = KafkaNodes.start(cluster);
  }

  @AfterAll
  static void end() throws Exception {
    // Kafka's clients have named exceptions in their warnings, which an orderly stop does not like.
    for (NodeProcess each : List.of(a, b)) {
      each.killAndWait();
      each.close();
    }
  }

  private static Wanderer connected(NodeProcess node, String id) throws Exception {
    Wanderer client = new Wanderer(id, 0, null);
    client.comesFirstTo(node);
    return client;
  }

  @Test
  void aNewTopicThatMatchesIsReadFromItsFirstRecordOn() throws Exception {
    try (Wanderer subscriber = connected(a, "late-sub")) {
      subscriber.subscribe("late-7/#", Qos.AT_LEAST_ONCE);
      cluster.createTopic("late-7", 2);
      cluster.produce("late-7", "x", "first");
      assertThat(subscriber.next().topic()).isEqualTo("late-7/x");
      cluster.produce("late-7", null, "second");
      assertThat(subscriber.next().topic()).isEqualTo("late-7");
      try (Wanderer publisher = connected(b, "late-pub")) {
        // Until this node has found it, it does not know where to put that.
        Await.until("it is known", () -> !publisher.refused("late-7/y", "third").failure());
        assertThat(subscriber.nextText()).isEqualTo("third");
      }
    }
  }

  @Test
  void partitionsThatAreAddedAreReadFromTheirFirstRecordOn() throws Exception {
    try (Wanderer subscriber = connected(a, "grown-sub");
        Wanderer publisher = connected(b, "grown-pub")) {
      subscriber.subscribe("grown/#", Qos.AT_LEAST_ONCE);
      publisher.publish("grown/x", "before", Qos.AT_LEAST_ONCE);
      assertThat(subscriber.nextText()).isEqualTo("before");
      KafkaCluster.get(
          cluster.admin().createPartitions(Map.of("grown", NewPartitions.increaseTo(4))).all());
      Await.until("the new partition takes records", LIMIT, KafkaTopicsIT::intoTheLastPartition);
      assertThat(subscriber.nextText()).isEqualTo("new");
      for (int i = 0; i < 20; i++) {
        publisher.publish("grown/" + i, Integer.toString(i), Qos.EXACTLY_ONCE);
        assertThat(subscriber.nextText()).isEqualTo(Integer.toString(i));
      }
    }
  }

  private static boolean intoTheLastPartition() throws Exception {
    try {
      cluster.produce(new ProducerRecord<>("grown", 3, "x".getBytes(UTF_8), "new".getBytes(UTF_8)));
      return true;
    } catch (Exception e) {
      // Its metadata are old yet.
      return false;
    }
  }

  @Test
  void aTopicThatIsDeletedAndMadeAnewGoesOnAndHarmsNoOther() throws Exception {
    try (Wanderer subscriber = connected(a, "gone-sub");
        Wanderer publisher = connected(b, "gone-pub")) {
      subscriber.subscribe("gone/x", Qos.AT_LEAST_ONCE);
      subscriber.subscribe("stays/x", Qos.AT_LEAST_ONCE);
      for (int i = 0; i < 5; i++) {
        publisher.publish("gone/x", "old " + i, Qos.AT_LEAST_ONCE);
      }
      assertThat(subscriber.next(5)).endsWith("old 4");
      cluster.deleteTopic("gone");
      publisher.publish("stays/x", "meanwhile", Qos.EXACTLY_ONCE);
      assertThat(subscriber.nextText()).isEqualTo("meanwhile");
      Await.until("the topic is there again", LIMIT, KafkaTopicsIT::madeAnew);
      cluster.produce("gone", "x", "new");
      assertThat(subscriber.nextText()).isEqualTo("new");
      publisher.publish("gone/x", "newer", Qos.AT_LEAST_ONCE);
      assertThat(subscriber.nextText()).isEqualTo("newer");
    }
  }

  private static boolean madeAnew() throws Exception {
    if (KafkaCluster.get(cluster.admin().listTopics().names()).contains("gone")) {
      return true;
    }
    cluster.createTopic("gone", 2);
    return true;
  }

  @Test
  void whatKafkaFindsTooLargeIsRefusedAndWhatFollowsIsNot() throws Exception {
    try (Wanderer publisher = connected(a, "narrow-pub");
        Wanderer subscriber = connected(b, "narrow-sub")) {
      subscriber.subscribe("narrow/x", Qos.AT_LEAST_ONCE);
      publisher.publish("narrow/x", "small", Qos.AT_LEAST_ONCE);
      assertThat(subscriber.nextText()).isEqualTo("small");
      assertThat(publisher.refused("narrow/x", "large".repeat(2_000)).failure()).isTrue();
      publisher.publish("narrow/x", "small again", Qos.AT_LEAST_ONCE);
      assertThat(subscriber.nextText()).isEqualTo("small again");
    }
  }
}
