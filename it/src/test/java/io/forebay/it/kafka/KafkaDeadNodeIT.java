package io.forebay.it.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.message.Properties;
import io.forebay.core.message.Qos;
import io.forebay.it.Await;
import io.forebay.it.CrashChecker;
import io.forebay.it.CrashPublisher;
import io.forebay.it.CrashSubscriber;
import io.forebay.it.NodeProcess;
import io.forebay.it.RawClient;
import io.forebay.mqtt.Disconnect;
import io.forebay.mqtt.Packet;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.Publish;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Clients of a node that sleeps and does not know: they go on at another one.
class KafkaDeadNodeIT {
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

  private static Void listen(CrashSubscriber subscriber, RawClient connection) throws Exception {
    subscriber.listen(connection);
    return null;
  }

  private static Void publish(CrashPublisher publisher, int port) throws Exception {
    publisher.publish(port);
    return null;
  }

  @Test
  void aNodeThatWakesUpDoesNotActOnSessionsThatHaveLeftIt() throws Exception {
    try (NodeProcess sleeper = KafkaNodes.start(cluster);
        Wanderer client = new Wanderer("sleeper-client");
        Wanderer publisher = publisher(survivor, "sleeper-pub")) {
      client.comesFirstTo(sleeper);
      client.subscribe("sleeper/x", Qos.EXACTLY_ONCE);
      publisher.publish("sleeper/x", "before", Qos.EXACTLY_ONCE);
      assertThat(client.nextText()).isEqualTo("before");
      sleeper.pause();
      RawClient old = client.abandon();
      client.comesBackTo(survivor);
      publisher.publish("sleeper/x", "while it sleeps", Qos.EXACTLY_ONCE);
      assertThat(client.nextText()).isEqualTo("while it sleeps");
      sleeper.resume();
      publisher.publish("sleeper/x", "when it is awake", Qos.EXACTLY_ONCE);
      assertThat(client.nextText()).isEqualTo("when it is awake");
      assertThat(saidToTheEnd(old)).noneMatch(Publish.class::isInstance);
      old.close();
      client.expectNothing();
      Await.until("it is of use again", () -> client.mayComeBackTo(sleeper));
      publisher.publish("sleeper/x", "back", Qos.EXACTLY_ONCE);
      assertThat(client.nextText()).isEqualTo("back");
      client.expectNothing();
    }
  }

  /// What a connection hears until it ends, or is told to.
  private static List<Packet> saidToTheEnd(RawClient client) throws Exception {
    List<Packet> said = new ArrayList<>();
    Packet packet = client.readOrEnd();
    while (packet != null) {
      said.add(packet);
      packet = packet instanceof Disconnect ? null : client.readOrEnd();
    }
    return said;
  }

  @Test
  void whatIsSaidToASleepingNodeIsAcknowledgedOnlyIfItCounts() throws Exception {
    CrashChecker checker = new CrashChecker();
    CrashPublisher once = new CrashPublisher("asleep-two", Qos.EXACTLY_ONCE, checker, true);
    CrashPublisher least = new CrashPublisher("asleep-one", Qos.AT_LEAST_ONCE, checker, true);
    CrashSubscriber subscriber = new CrashSubscriber("asleep-sub", Qos.EXACTLY_ONCE, checker);
    subscriber.subscribe(survivor.mqtt());
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        NodeProcess sleeper = KafkaNodes.start(cluster);
        RawClient connection = new RawClient(survivor.mqtt(), ProtocolVersion.V5)) {
      threads.submit(() -> listen(subscriber, connection));
      List<Future<?>> publishing = new ArrayList<>();
      for (CrashPublisher each : List.of(once, least)) {
        publishing.add(threads.submit(() -> publish(each, sleeper.mqtt())));
      }
      Await.until(
          "both publish",
          () ->
              checker.received("asleep-sub", once.name()) > 50
                  && checker.received("asleep-sub", least.name()) > 50);
      // With what they sent last in its sockets. Its client can come back to the survivor when it
      // is given up.
      try (Wanderer other = new Wanderer("asleep-judge")) {
        other.comesFirstTo(sleeper);
        other.subscribe("asleep/nothing", Qos.AT_LEAST_ONCE);
        sleeper.pause();
        other.comesBackTo(survivor);
      }
      sleeper.resume();
      for (Future<?> each : publishing) {
        // Either it was given up and says so to its clients, or it was not and goes on.
        if (!each.isDone()) {
          sleeper.killAndWait();
        }
        each.get(LIMIT_SECONDS, TimeUnit.SECONDS);
      }
      once.finish(survivor.mqtt());
      least.finish(survivor.mqtt());
      Await.until("all has come", () -> subscriber.isThrough(once) && subscriber.isThrough(least));
    }
    assertThat(checker.findings()).isEmpty();
  }

  @Test
  void aNodeWithAnEmptyDirectoryHasSessionsAndRetainedMessages() throws Exception {
    try (Wanderer away = new Wanderer("empty-away");
        Wanderer publisher = publisher(survivor, "empty-pub")) {
      away.comesFirstTo(survivor);
      away.subscribe("empty/x", Qos.AT_LEAST_ONCE);
      away.leave();
      publisher.publish("empty/x", "missed", Qos.AT_LEAST_ONCE);
      publisher.publish(
          new Publish(
              1,
              false,
              Qos.AT_LEAST_ONCE,
              true,
              "empty/retained",
              0,
              -1,
              Publish.NO_SUBSCRIPTION_IDS,
              Properties.NONE,
              "retained".getBytes(UTF_8)));
      try (NodeProcess fresh = KafkaNodes.start(cluster)) {
        away.comesBackTo(fresh);
        assertThat(away.nextText()).isEqualTo("missed");
        away.expectNothing();
        away.subscribe("empty/retained", Qos.AT_LEAST_ONCE);
        assertThat(away.next().retain()).isTrue();
      }
    }
  }
}
