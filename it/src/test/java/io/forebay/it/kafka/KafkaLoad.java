package io.forebay.it.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.message.Qos;
import io.forebay.it.Await;
import io.forebay.it.CrashChecker;
import io.forebay.it.CrashPublisher;
import io.forebay.it.CrashSubscriber;
import io.forebay.it.NodeProcess;
import io.forebay.it.RawClient;
import io.forebay.mqtt.Packet;
import io.forebay.mqtt.Pingreq;
import io.forebay.mqtt.Pingresp;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.Publish;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Publishers and subscribers that go from node to node of their own will, and hold all of them
/// together to what any of them acknowledged.
final class KafkaLoad implements AutoCloseable {
  private static final int MOST_PER_STAY = 300;
  private static final int LONGEST_STAY_MILLIS = 4_000;
  private static final int BACK_OFF_MILLIS = 20;
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Supplier<List<NodeProcess>> nodes;
  private final Random dice;
  private final CrashChecker checker = new CrashChecker();
  private final List<CrashPublisher> publishers = CrashPublisher.some(checker, true);
  private final List<CrashSubscriber> subscribers =
      List.of(
          new CrashSubscriber("sub-1", Qos.AT_LEAST_ONCE, checker),
          new CrashSubscriber("sub-2", Qos.EXACTLY_ONCE, checker));
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();
  private final List<Future<?>> publishing = new ArrayList<>();
  private final List<Future<?>> listening = new ArrayList<>();
  private volatile boolean stopped;

  /// @param nodes those that a client would try now
  KafkaLoad(Supplier<List<NodeProcess>> nodes, Random dice) {
    this.nodes = nodes;
    this.dice = dice;
  }

  void start() throws IOException {
    for (CrashSubscriber each : subscribers) {
      each.subscribe(any().mqtt());
      listening.add(threads.submit(() -> listenHereAndThere(each)));
    }
    for (CrashPublisher each : publishers) {
      publishing.add(threads.submit(() -> publishHereAndThere(each)));
    }
  }

  private NodeProcess any() {
    List<NodeProcess> choice = nodes.get();
    return choice.get(chance(choice.size()));
  }

  private int chance(int of) {
    synchronized (dice) {
      return dice.nextInt(of);
    }
  }

  private Void publishHereAndThere(CrashPublisher publisher) throws Exception {
    while (!stopped) {
      publisher.publish(any().mqtt(), 1 + chance(MOST_PER_STAY));
      backOff();
    }
    return null;
  }

  private Void listenHereAndThere(CrashSubscriber subscriber) throws Exception {
    while (!stopped) {
      try (RawClient client = new RawClient(any().mqtt(), ProtocolVersion.V5)) {
        later.schedule(() -> cut(client), chance(LONGEST_STAY_MILLIS), TimeUnit.MILLISECONDS);
        subscriber.listen(client);
      } catch (java.net.SocketException e) {
        // Killed before there was a connection.
        assertThat(e).isNotNull();
      }
      backOff();
    }
    return null;
  }

  /// As clients do that were not let in.
  private static void backOff() throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(BACK_OFF_MILLIS);
  }

  private static Void cut(RawClient client) throws IOException {
    client.close();
    return null;
  }

  /// What was found to be wrong.
  List<String> findings() {
    return checker.findings();
  }

  /// How many messages have come to all subscribers.
  long received() {
    return subscribers.stream()
        .mapToLong(each -> publishers.stream().mapToLong(each::received).sum())
        .min()
        .orElseThrow();
  }

  /// Waits until so many more messages have come.
  void awaitMore(long messages) throws Exception {
    long enough = received() + messages;
    Await.until(
        "more messages come to all",
        LIMIT,
        () -> {
          checkThreads();
          return received() >= enough;
        });
  }

  private void checkThreads() throws Exception {
    for (Future<?> each : publishing) {
      if (each.isDone()) {
        each.get();
      }
    }
    for (Future<?> each : listening) {
      if (each.isDone()) {
        each.get();
      }
    }
  }

  /// Lets everything come that is due, and looks at what is left on each node.
  void finish() throws Exception {
    stopped = true;
    for (Future<?> each : publishing) {
      each.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }
    for (Future<?> each : listening) {
      each.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }
    List<RawClient> connections = new ArrayList<>();
    for (CrashSubscriber each : subscribers) {
      RawClient connection = new RawClient(any().mqtt(), ProtocolVersion.V5);
      connections.add(connection);
      threads.submit(
          () -> {
            each.listen(connection);
            return null;
          });
    }
    for (CrashPublisher each : publishers) {
      each.finish(any().mqtt());
    }
    Await.until("all of " + publishers + " has come", LIMIT, this::allHasCome);
    for (RawClient each : connections) {
      each.close();
    }
    for (NodeProcess each : nodes.get()) {
      Await.until("retained messages are the last ones", () -> retained(each).equals(lastSent()));
    }
  }

  private boolean allHasCome() {
    return subscribers.stream().allMatch(each -> publishers.stream().allMatch(each::isThrough));
  }

  private Map<String, Long> lastSent() {
    Map<String, Long> sent = new HashMap<>();
    publishers.forEach(each -> sent.put(each.retainedTopic(), each.lastRetainedSent()));
    return sent;
  }

  private static Map<String, Long> retained(NodeProcess node) throws IOException {
    Map<String, Long> retained = new HashMap<>();
    try (RawClient client = RawClient.connected(node, "looks-at-retained")) {
      client.subscribe("crash/+/retained", Qos.AT_MOST_ONCE);
      client.send(Pingreq.INSTANCE);
      for (Packet next = client.read(); !(next instanceof Pingresp); next = client.read()) {
        Publish publish = (Publish) next;
        String payload = new String(publish.payload(), UTF_8);
        retained.put(publish.topic(), Long.valueOf(payload.substring(payload.indexOf(' ') + 1)));
      }
    }
    return retained;
  }

  @Override
  public void close() {
    stopped = true;
    later.shutdownNow();
    threads.shutdownNow();
  }
}
