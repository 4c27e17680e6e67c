package io.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A node, started as a user starts it: by the launcher, as a process of its own.
public final class NodeProcess implements AutoCloseable {
  private static final Pattern PORT = Pattern.compile(" (\\w+)=(\\d+)");
  private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");
  private static final Duration STOP_LIMIT = Duration.ofSeconds(20);

  private final Spawned process;
  private final Map<String, Integer> ports = new HashMap<>();

  private final Path ownData;

  private NodeProcess(Spawned process, Path ownData) {
    this.process = process;
    this.ownData = ownData;
  }

  /// Starts a node with free ports and waits until it is ready.
  ///
  /// @param settings for `--set`: `limits.inflight=7`
  public static NodeProcess start(String... settings) throws Exception {
    return startWith("-Xmx512m", settings);
  }

  /// @param javaOptions flags of its JVM
  public static NodeProcess startWith(String javaOptions, String... settings) throws Exception {
    NodeProcess node = starting(javaOptions, settings);
    try {
      node.awaitReady();
    } catch (AssertionError e) {
      // Nobody else will.
      node.kill();
      throw e;
    }
    return node;
  }

  /// Starts a node that has something to wait for before it is ready.
  public static NodeProcess starting(String javaOptions, String... settings) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("serve"));
    List<String> all = new ArrayList<>(List.of("listeners.mqtt.port=0", "listeners.ws.port=0"));
    // Each node its own data, unless the test says where they are.
    Path data = Files.createTempDirectory("forebay-it-");
    all.add("node.data=" + data);
    // A machine that runs tests may be slow: that is not what they are about.
    all.add("overload.lag-high=1h");
    all.add("overload.commit-high=1h");
    all.addAll(List.of(settings));
    for (String setting : all) {
      arguments.addAll(List.of("--set", setting));
    }
    Map<String, String> environment = new HashMap<>(environment());
    environment.put("FOREBAY_JAVA_OPTS", javaOptions);
    return new NodeProcess(Spawned.start(environment, command(arguments)), data);
  }

  public void awaitReady() throws InterruptedException {
    String ready = process.line();
    assertThat(ready).as("%s", process).startsWith("forebay ready in ");
    Matcher port = PORT.matcher(ready);
    while (port.find()) {
      ports.put(port.group(1), Integer.valueOf(port.group(2)));
    }
  }

  /// Starts the program with other arguments than `serve`.
  public static Spawned forebay(String... arguments) throws IOException {
    return Spawned.start(environment(), command(List.of(arguments)));
  }

  private static List<String> command(List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(property("forebay.home"), "forebay").toString());
    command.addAll(arguments);
    return command;
  }

  /// On the JDK of the tests, and what `package` has built before.
  private static Map<String, String> environment() {
    return Map.of("FOREBAY_NO_BUILD", "1", "FOREBAY_JAVA_HOME", property("java.home"));
  }

  public static String property(String name) {
    String value = System.getProperty(name);
    if (value == null) {
      throw new IllegalStateException(
          "system property " + name + " is missing; run these tests with mvn verify");
    }
    return value;
  }

  /// @param listener `mqtt`, `mqtts`, `ws` or `wss`
  public int port(String listener) {
    Integer port = ports.get(listener);
    if (port == null) {
      throw new IllegalArgumentException("no listener " + listener + " in " + ports);
    }
    return port;
  }

  public int mqtt() {
    return port("mqtt");
  }

  public String webSocket() {
    return "ws://127.0.0.1:" + port("ws") + "/mqtt";
  }

  /// What it holds in memory, heap and all else.
  public long residentBytes() throws IOException {
    String status = Files.readString(Path.of("/proc", Long.toString(process.pid()), "status"));
    Matcher resident = RESIDENT.matcher(status);
    assertThat(resident.find()).as(status).isTrue();
    return Long.parseLong(resident.group(1)) * 1024;
  }

  /// Takes file descriptors from the running process.
  public void openFiles(int most) throws Exception {
    try (Spawned limit =
        Spawned.start(
            List.of("prlimit", "--pid", Long.toString(process.pid()), "--nofile=" + most))) {
      limit.succeeded();
    }
  }

  /// File descriptors that it has open.
  public int openFiles() throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc", Long.toString(process.pid()), "fd"))) {
      return (int) all.count();
    }
  }

  public boolean alive() {
    return process.alive();
  }

  /// What it wrote to standard error.
  public String log() {
    return process.errors();
  }

  /// Sends SIGTERM, as an init system does. It has to end well.
  public void stop() throws InterruptedException {
    process.terminate();
    assertThat(process.exitCode(STOP_LIMIT)).as("exit code of %s", process).isZero();
    assertThat(log()).as("log of the node").doesNotContain("ERROR").doesNotContain("Exception");
  }

  public void signalStop() {
    process.terminate();
  }

  /// Waits for the end that [#signalStop] asked for.
  public void awaitStopped() throws InterruptedException {
    assertThat(process.exitCode(STOP_LIMIT)).as("exit code of %s", process).isZero();
  }

  /// SIGSTOP: it does nothing, and does not know.
  public void pause() throws Exception {
    process.signal("STOP");
  }

  /// SIGCONT, after [#pause].
  public void resume() throws Exception {
    process.signal("CONT");
  }

  /// SIGKILL.
  public void kill() {
    process.kill();
  }

  /// SIGKILL; returns when it is dead.
  public void killAndWait() throws InterruptedException {
    process.kill();
    process.exitCode(STOP_LIMIT);
  }

  /// Stops it unless that was done.
  @Override
  public void close() {
    try {
      if (process.alive()) {
        stop();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      process.kill();
      removeOwnData();
    }
  }

  private void removeOwnData() {
    try (Stream<Path> all = Files.walk(ownData)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    } catch (IOException e) {
      // It is in the folder for temporary files: whoever empties that gets it.
      System.err.println("left behind: " + ownData);
    }
  }
}
