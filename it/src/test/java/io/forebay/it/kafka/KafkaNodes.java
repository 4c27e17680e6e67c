package io.forebay.it.kafka;

import io.forebay.it.NodeProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// Nodes that have a Kafka cluster as their log.
final class KafkaNodes {
  /// A JVM that starts in less time and is slower later.
  private static final String BRIEFLY = "-Xmx512m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC";

  /// All nodes of a cluster have to agree on it, so it is the same for all tests.
  private static final String STREAMS =
      "fleet,bad,spoken,written,notifications,ingested,late-[0-9]+,grown,gone,narrow,"
          + "forbidden,hidden";

  private static final AtomicInteger COUNT = new AtomicInteger();

  private KafkaNodes() {}

  /// A node that is ready.
  static NodeProcess start(KafkaCluster cluster, String... settings) throws Exception {
    return NodeProcess.startWith(BRIEFLY, settings(cluster, settings));
  }

  /// A node that may have to wait.
  static NodeProcess starting(KafkaCluster cluster, String... settings) throws Exception {
    return NodeProcess.starting(BRIEFLY, settings(cluster, settings));
  }

  private static String[] settings(KafkaCluster cluster, String... more) {
    List<String> all = new ArrayList<>();
    all.add("engine=kafka");
    all.add("kafka.bootstrap.servers=" + cluster.bootstrap());
    all.add("kafka.streams=" + STREAMS);
    all.add("node.name=it-" + COUNT.incrementAndGet());
    // Tests that kill nodes wait for it.
    all.add("kafka.node-timeout=3s");
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }
}
