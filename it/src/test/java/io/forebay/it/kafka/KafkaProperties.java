package io.forebay.it.kafka;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// What the brokers of a cluster are told: ports, and everything about time shorter than usual.
///
/// Each has three listeners: `CLIENTS`, which tests may put behind TLS and SASL, `BROKERS`, plain,
/// for themselves and for the tests' own clients, and `CONTROLLER`.
record KafkaProperties(Path folder, List<Integer> ports, List<String> more) {
  private static final int LISTENERS = 3;

  static KafkaProperties choose(Path folder, int brokers, String... more) {
    return new KafkaProperties(folder, freePorts(brokers * LISTENERS), List.of(more));
  }

  int brokers() {
    return ports.size() / LISTENERS;
  }

  String clients() {
    return addresses(0);
  }

  String plain() {
    return addresses(1);
  }

  private String addresses(int listener) {
    return IntStream.rangeClosed(1, brokers())
        .mapToObj(id -> address(id, listener))
        .collect(Collectors.joining(","));
  }

  private String address(int id, int listener) {
    return "127.0.0.1:" + ports.get((id - 1) * LISTENERS + listener);
  }

  /// The lines of a broker's file; what the test says comes last and counts.
  List<String> lines(int id) {
    String voters =
        IntStream.rangeClosed(1, brokers())
            .mapToObj(each -> each + "@" + address(each, 2))
            .collect(Collectors.joining(","));
    String open = "CLIENTS://" + address(id, 0) + ",BROKERS://" + address(id, 1);
    int copies = Math.min(brokers(), 3);
    int inSync = Math.max(1, copies - 1);
    List<String> lines =
        new ArrayList<>(
            List.of(
                "process.roles=broker,controller",
                "node.id=" + id,
                "controller.quorum.voters=" + voters,
                "controller.listener.names=CONTROLLER",
                "listeners=" + open + ",CONTROLLER://" + address(id, 2),
                "advertised.listeners=" + open,
                "listener.security.protocol.map="
                    + "CLIENTS:PLAINTEXT,BROKERS:PLAINTEXT,CONTROLLER:PLAINTEXT",
                "inter.broker.listener.name=BROKERS",
                "log.dirs=" + folder.resolve("data-" + id),
                "num.network.threads=2",
                "num.io.threads=4",
                "num.partitions=4",
                "default.replication.factor=" + copies,
                "min.insync.replicas=" + inSync,
                "offsets.topic.num.partitions=1",
                "offsets.topic.replication.factor=" + copies,
                "transaction.state.log.num.partitions=4",
                "transaction.state.log.replication.factor=" + copies,
                "transaction.state.log.min.isr=" + inSync,
                "group.initial.rebalance.delay.ms=0",
                // How soon a killed broker is missed, and may come back under its number.
                "broker.heartbeat.interval.ms=500",
                "broker.session.timeout.ms=3000",
                "log.segment.bytes=16777216"));
    lines.addAll(more);
    return lines;
  }

  /// Not of those that outgoing connections take: to a broker that is away, one could connect to
  /// itself.
  private static List<Integer> freePorts(int count) {
    Random dice = new Random();
    for (int attempt = 0; attempt < 200; attempt++) {
      int first = 20_000 + dice.nextInt(10_000);
      List<Integer> ports = IntStream.range(first, first + count).boxed().toList();
      if (ports.stream().allMatch(KafkaProperties::free)) {
        return ports;
      }
    }
    throw new IllegalStateException("no " + count + " free ports in a row");
  }

  private static boolean free(int port) {
    try (ServerSocket probe = new ServerSocket()) {
      probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
