package io.forebay.it.kafka;

import io.forebay.it.NodeProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Three nodes on one Kafka, of which one thing after the other fails under load.
final class KafkaCrashes implements AutoCloseable {
  private static final int NODES = 3;
  private static final int SOME = 200;
  private static final int LONGEST_CALM_MILLIS = 500;

  private final Random dice;
  private final KafkaCluster cluster;
  private final Path data = Files.createTempDirectory("forebay-it-crashes-");
  private final Map<Integer, NodeProcess> nodes = new ConcurrentHashMap<>();
  private final Map<Integer, NodeProcess> awake = new ConcurrentHashMap<>();
  private final KafkaLoad load;

  KafkaCrashes(Random dice, int brokers) throws Exception {
    this.dice = dice;
    cluster = KafkaCluster.start(brokers);
    load = new KafkaLoad(() -> List.copyOf(awake.values()), new Random(dice.nextLong()));
    try {
      for (int i = 0; i < NODES; i++) {
        startNode(i);
      }
      load.start();
    } catch (Exception | AssertionError e) {
      close();
      throw e;
    }
  }

  private void startNode(int number) throws Exception {
    String name = "node-" + number;
    NodeProcess node =
        KafkaNodes.start(cluster, "node.name=" + name, "node.data=" + data.resolve(name));
    nodes.put(number, node);
    awake.put(number, node);
  }

  List<String> findings() {
    return load.findings();
  }

  /// One failure and its end. Every fourth is of a broker and every fourth puts a node to sleep.
  void round(int round) throws Exception {
    load.awaitMore(SOME);
    TimeUnit.MILLISECONDS.sleep(dice.nextInt(LONGEST_CALM_MILLIS));
    switch (round % 4) {
      case 1 -> killBroker();
      case 3 -> putToSleep(dice.nextInt(NODES));
      default -> killNode(dice.nextInt(NODES));
    }
  }

  private void killNode(int number) throws Exception {
    remove(number).killAndWait();
    if (dice.nextBoolean()) {
      // Its clients go on elsewhere before it is back.
      load.awaitMore(SOME);
    }
    if (dice.nextInt(4) == 0) {
      // It has lost its disk as well.
      remove(data.resolve("node-" + number));
    }
    startNode(number);
  }

  private NodeProcess remove(int number) {
    awake.remove(number);
    NodeProcess node = nodes.remove(number);
    if (node == null) {
      throw new IllegalStateException("node " + number + " does not run");
    }
    return node;
  }

  private void putToSleep(int number) throws Exception {
    NodeProcess node = awake.remove(number);
    if (node == null) {
      throw new IllegalStateException("node " + number + " does not run");
    }
    node.pause();
    // So many only if the others have taken over its clients.
    load.awaitMore(10 * SOME);
    node.resume();
    awake.put(number, node);
  }

  private void killBroker() throws Exception {
    int id = 1 + dice.nextInt(cluster.brokers().size());
    cluster.broker(id).kill();
    cluster.restart(id);
  }

  void finish() throws Exception {
    load.finish();
  }

  @Override
  public void close() {
    load.close();
    new HashMap<>(nodes).values().forEach(NodeProcess::kill);
    new ArrayList<>(nodes.values()).forEach(NodeProcess::close);
    cluster.close();
    remove(data);
  }

  private static void remove(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    } catch (IOException e) {
      // It is in the folder for temporary files: whoever empties that gets it.
      System.err.println("left behind: " + folder);
    }
  }
}
