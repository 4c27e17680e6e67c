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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A node that is killed again and again, at moments that nobody chose, under load.
///
/// `-Dcrash.rounds=500` for longer, `-Dcrash.seed=4711` for the moments of a run that failed. (The
/// machine's own timing is not in the seed.)
class CrashIT {
  private static final int LONGEST_ROUND_MILLIS = 500;

  @Test
  void nothingThatWasAcknowledgedIsLostByKills(@TempDir Path data) throws Exception {
    long seed = Long.getLong("crash.seed", System.nanoTime());
    int rounds = Integer.getInteger("crash.rounds", 50);
    try (Crashes crashes = new Crashes(data, new Random(seed))) {
      for (int round = 1; round <= rounds; round++) {
        crashes.round();
      }
      crashes.checkAll();
    } catch (Exception | AssertionError e) {
      throw new AssertionError("with -Dcrash.seed=" + seed + ": " + e.getMessage(), e);
    }
  }

  /// The clients of a run and its node's directory.
  private static final class Crashes implements AutoCloseable {
    private final Path data;
    private final Random dice;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<CrashPublisher> publishers = CrashPublisher.some();
    private final List<CrashSubscriber> subscribers =
        List.of(
            new CrashSubscriber("sub-1", Qos.AT_LEAST_ONCE),
            new CrashSubscriber("sub-2", Qos.EXACTLY_ONCE));
    private boolean subscribed;

    Crashes(Path data, Random dice) {
      this.data = data;
      this.dice = dice;
    }

    void round() throws Exception {
      if (subscribed && dice.nextInt(8) == 0) {
        killWhileItStarts();
      }
      try (NodeProcess node = Durable.startBriefly(data)) {
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
        for (CrashSubscriber each : subscribers) {
          // One that is away for a round has more to catch up on.
          if (dice.nextInt(4) > 0) {
            all.add(task(() -> each.listen(node.mqtt())));
          }
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
      for (String setting :
          Durable.settings(data, "listeners.mqtt.port=0", "listeners.ws.port=0")) {
        arguments.addAll(List.of("--set", setting));
      }
      try (Spawned starting = NodeProcess.forebay(arguments.toArray(String[]::new))) {
        TimeUnit.MILLISECONDS.sleep(dice.nextInt(LONGEST_ROUND_MILLIS));
        starting.kill();
        starting.exitCode();
      }
    }

    void checkAll() throws Exception {
      try (NodeProcess node = Durable.startBriefly(data)) {
        for (CrashPublisher each : publishers) {
          each.finish(node.mqtt());
          assertThat(each.published()).as("messages of %s", each.name()).isPositive();
        }
        for (CrashSubscriber each : subscribers) {
          try (RawClient client = new RawClient(node.mqtt(), ProtocolVersion.V5)) {
            Future<?> listening = task(() -> each.listen(client));
            Await.until(
                "all of " + publishers + " has come",
                () -> listening.isDone() || publishers.stream().allMatch(p -> hasAll(each, p)));
            client.closeOutput();
            listening.get(Await.LIMIT.toSeconds(), TimeUnit.SECONDS);
            assertThat(publishers).allMatch(publisher -> hasAll(each, publisher));
          }
        }
        checkRetained(node);
        node.stop();
      }
    }

    private static boolean hasAll(CrashSubscriber subscriber, CrashPublisher publisher) {
      return subscriber.received(publisher.name()) == publisher.published();
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
        assertThat(retained.get(each.retainedTopic()))
            .as("retained of %s", each)
            .isEqualTo(each.lastRetainedSent());
      }
    }

    @Override
    public void close() {
      threads.shutdownNow();
    }
  }
}
