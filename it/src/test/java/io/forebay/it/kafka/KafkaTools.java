package io.forebay.it.kafka;

import io.forebay.it.NodeProcess;
import io.forebay.it.Spawned;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Kafka's own programs, each on a JVM of its own.
final class KafkaTools {
  private KafkaTools() {}

  /// `kafka-console-producer`: type records into it, a line each.
  static Spawned consoleProducer(KafkaCluster cluster, String topic, String... options)
      throws IOException {
    return tool("ConsoleProducer", cluster, topic, options);
  }

  /// `kafka-console-consumer`: prints the topic's records from the first one on.
  static Spawned consoleConsumer(KafkaCluster cluster, String topic, String... options)
      throws IOException {
    List<String> all = new ArrayList<>(List.of(options));
    all.add("--from-beginning");
    return tool("consumer.ConsoleConsumer", cluster, topic, all.toArray(String[]::new));
  }

  private static Spawned tool(
      String mainClass, KafkaCluster cluster, String topic, String... options) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("--bootstrap-server", cluster.bootstrap()));
    arguments.addAll(List.of("--topic", topic));
    arguments.addAll(List.of(options));
    return java(
        "-Xmx256m",
        jars("tools") + ":" + jars("brokers"),
        "org.apache.kafka.tools." + mainClass,
        arguments);
  }

  /// A program of the broker's jars.
  static Spawned broker(String heap, String mainClass, List<String> arguments) throws IOException {
    return java(heap, jars("brokers"), mainClass, arguments);
  }

  private static Spawned java(
      String heap, String classPath, String mainClass, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(NodeProcess.property("java.home"), "bin", "java").toString());
    command.add(heap);
    // They live briefly and share the machine with what is tested.
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");
    command.addAll(List.of("-cp", classPath, mainClass));
    command.addAll(arguments);
    return Spawned.start(Map.of(), command);
  }

  private static String jars(String folder) {
    return Path.of(NodeProcess.property("forebay.it.kafka"), folder) + "/*";
  }
}
