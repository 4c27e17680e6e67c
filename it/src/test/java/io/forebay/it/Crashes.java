package io.forebay.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.message.Qos;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.Publish;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/// A node that is killed again and again under load, at moments that nobody chose, and the clients
/// that hold it to its word.
final class Crashes implements AutoCloseable {
  private static final int LONGEST_ROUND_MILLIS = 500;

  private final Path data;
  private final Random dice;
  private final String[] settings;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CrashChecker checker = new CrashChecker();
  private final List<CrashPublisher> publishers = CrashPublisher.some(checker, false);
  private final List<CrashSubscriber> subscribers =
      List.of(
          new CrashSubscriber("sub-1", Qos.AT_LEAST_ONCE, checker),
          new CrashSubscriber("sub-2", Qos.EXACTLY_ONCE, checker));
  private boolean subscribed;

  /// @param settings of the node, beside those of one that keeps what it acknowledges
  Crashes(Path data, Random dice, String... settings) {
    this.data = data;
    this.dice = dice;
    this.settings = settings;
  }

  /// What was found to be wrong.
  List<String> findings() {
    return checker.findings();
  }

  /// Kills a node under load, perhaps another before while it starts. Subscribers are away for some
  /// rounds: they have more to catch up on then.
  void round() throws Exception {
    if (subscribed && dice.nextInt(8) == 0) {
      killWhileItStarts();
    }
    List<CrashSubscriber> there = new ArrayList<>(subscribers);
    there.removeIf(each -> dice.nextInt(4) == 0);
    round(there);
  }

  /// Kills a node under load while all subscribers are away.
  void roundThatNobodySees() throws Exception {
    round(List.of());
  }

  private void round(List<CrashSubscriber> there) throws Exception {
    try (NodeProcess node = Durable.startBriefly(data, settings)) {
      if (!subscribed) {
        for (CrashSubscriber each : subscribers) {
          each.subscribe(node.mqtt());
        }
        subscribed = true;
      }
      List<Future<?>> all = new ArrayList<>();
      for (CrashPublisher each : publishers) {
        all.add(task(() -> each.publish(node.mqtt())));
      }
      for (CrashSubscriber each : there) {
        all.add(task(() -> each.listen(node.mqtt())));
      }
      Await.until(
          "every publisher was acknowledged once",
          () -> publishers.stream().allMatch(CrashPublisher::known));
      TimeUnit.MILLISECONDS.sleep(dice.nextInt(LONGEST_ROUND_MILLIS));
      node.killAndWait();
      for (Future<?> each : all) {
        each.get(Await.LIMIT.toSeconds(), TimeUnit.SECONDS);
      }
    }
  }

  private interface Task {
    void run() throws Exception;
  }

  private Future<?> task(Task task) {
    return threads.submit(
        () -> {
          task.run();
          return null;
        });
  }

  private void killWhileItStarts() throws Exception {
    List<String> arguments = new ArrayList<>(List.of("serve"));
    for (String setting : Durable.settings(data, settings)) {
      arguments.addAll(List.of("--set", setting));
    }
    arguments.addAll(List.of("--set", "listeners.mqtt.port=0", "--set", "listeners.ws.port=0"));
    try (Spawned starting = NodeProcess.forebay(arguments.toArray(String[]::new))) {
      TimeUnit.MILLISECONDS.sleep(dice.nextInt(LONGEST_ROUND_MILLIS));
      starting.kill();
      starting.exitCode();
    }
  }

  /// Lets everything come that is due, on a node that nobody kills.
  void finish() throws Exception {
    try (NodeProcess node = Durable.startBriefly(data, settings)) {
      List<RawClient> clients = new ArrayList<>();
      List<Future<?>> listening = new ArrayList<>();
      for (CrashSubscriber each : subscribers) {
        RawClient client = new RawClient(node.mqtt(), ProtocolVersion.V5);
        clients.add(client);
        listening.add(task(() -> each.listen(client)));
        Await.until("the subscriber is back", () -> each.listening());
      }
      for (CrashPublisher each : publishers) {
        each.finish(node.mqtt());
      }
      Await.until("all of " + publishers + " has come", this::allHasCome);
      for (int i = 0; i < clients.size(); i++) {
        clients.get(i).closeOutput();
        listening.get(i).get(Await.LIMIT.toSeconds(), TimeUnit.SECONDS);
        clients.get(i).close();
      }
      // Nothing came beyond that.
      assertThat(allHasCome()).isTrue();
      checkRetained(node);
      node.stop();
    }
  }

  private boolean allHasCome() {
    return subscribers.stream().allMatch(each -> publishers.stream().allMatch(each::isThrough));
  }

  private void checkRetained(NodeProcess node) throws Exception {
    Map<String, Long> retained = new HashMap<>();
    try (RawClient client = RawClient.connected(node, "looks-at-retained")) {
      client.subscribe("crash/+/retained", Qos.AT_MOST_ONCE);
      for (int i = 0; i < publishers.size(); i++) {
        Publish publish = client.read(Publish.class);
        String payload = new String(publish.payload(), UTF_8);
        retained.put(publish.topic(), Long.valueOf(payload.substring(payload.indexOf(' ') + 1)));
      }
    }
    for (CrashPublisher each : publishers) {
      // All are acknowledged by now.
      checker.retained(
          each.retainedTopic(),
          each.lastRetainedSent(),
          retained.getOrDefault(each.retainedTopic(), -1L));
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
