package io.forebay.it.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.message.Properties;
import io.forebay.core.message.Qos;
import io.forebay.core.session.Will;
import io.forebay.it.Await;
import io.forebay.it.CrashChecker;
import io.forebay.it.CrashPublisher;
import io.forebay.it.CrashSubscriber;
import io.forebay.it.NodeProcess;
import io.forebay.it.RawClient;
import io.forebay.mqtt.ProtocolVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Clients of a node that is killed: they go on at another one.
class KafkaKilledNodeIT {
  private static final int LIMIT_SECONDS = 40;

  private static KafkaCluster cluster;
  private static NodeProcess survivor;

  @BeforeAll
  static void theNodeThatStays() throws Exception {
    cluster = KafkaCluster.shared();
    survivor = KafkaNodes.start(cluster);
  }

  @AfterAll
  static void end() {
    survivor.close();
  }

  private static Wanderer publisher(NodeProcess node, String id) throws Exception {
    Wanderer publisher = new Wanderer(id, 0, null);
    publisher.comesFirstTo(node);
    return publisher;
  }

  private static Void listen(CrashSubscriber subscriber, int port) throws Exception {
    subscriber.listen(port);
    return null;
  }

  private static Void listen(CrashSubscriber subscriber, RawClient connection) throws Exception {
    subscriber.listen(connection);
    return null;
  }

  private static Void publish(CrashPublisher publisher, int port) throws Exception {
    publisher.publish(port);
    return null;
  }

  @Test
  void clientsOfAKilledNodeGoOnElsewhereWithNothingLostAndNothingTwice() throws Exception {
    CrashChecker checker = new CrashChecker();
    List<CrashPublisher> publishers = CrashPublisher.some(checker, true);
    List<CrashSubscriber> subscribers =
        List.of(
            new CrashSubscriber("dead-1", Qos.AT_LEAST_ONCE, checker),
            new CrashSubscriber("dead-2", Qos.EXACTLY_ONCE, checker));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> first = new ArrayList<>();
      try (NodeProcess dies = KafkaNodes.start(cluster)) {
        for (CrashSubscriber each : subscribers) {
          each.subscribe(dies.mqtt());
          first.add(threads.submit(() -> listen(each, dies.mqtt())));
        }
        for (CrashPublisher each : publishers) {
          first.add(threads.submit(() -> publish(each, dies.mqtt())));
        }
        Await.until(
            "some of each has come",
            () ->
                publishers.stream()
                    .allMatch(each -> checker.received("dead-2", each.name()) > 100));
        dies.killAndWait();
        for (Future<?> each : first) {
          each.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        }
      }
      List<RawClient> connections = new ArrayList<>();
      for (CrashSubscriber each : subscribers) {
        RawClient connection = new RawClient(survivor.mqtt(), ProtocolVersion.V5);
        connections.add(connection);
        threads.submit(() -> listen(each, connection));
      }
      for (CrashPublisher each : publishers) {
        each.finish(survivor.mqtt());
      }
      Await.until(
          "all has come",
          () ->
              subscribers.stream().allMatch(each -> publishers.stream().allMatch(each::isThrough)));
      for (RawClient each : connections) {
        each.close();
      }
    }
    assertThat(checker.findings()).isEmpty();
  }

  @Test
  void theWillOfAClientWhoseNodeWasKilledIsPublishedOnce() throws Exception {
    Will will =
        new Will(
            "dead/will", "gone".getBytes(UTF_8), Qos.AT_LEAST_ONCE, false, Properties.NONE, -1, 0);
    try (Wanderer witness = publisher(survivor, "dead-will-witness");
        Wanderer publisher = publisher(survivor, "dead-will-pub");
        Wanderer victim = new Wanderer("dead-will-victim", 60, will)) {
      witness.subscribe("dead/will", Qos.AT_LEAST_ONCE);
      try (NodeProcess dies = KafkaNodes.start(cluster);
          NodeProcess other = KafkaNodes.start(cluster)) {
        victim.comesFirstTo(dies);
        // From its answer on the session is kept, and the will with it.
        victim.subscribe("dead/else", Qos.AT_LEAST_ONCE);
        dies.killAndWait();
        assertThat(witness.nextText()).isEqualTo("gone");
        other.stop();
      }
      publisher.publish("dead/will", "end", Qos.AT_LEAST_ONCE);
      assertThat(witness.nextText()).isEqualTo("end");
    }
  }
}
