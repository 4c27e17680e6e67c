package io.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// Debian's `mosquitto_sub` and `mosquitto_pub`: a process for each subscription and each message.
public final class MosquittoClient implements Client {
  private static final boolean INSTALLED = installed();

  private final NodeProcess node;
  private final String version;
  private final String clientId;
  private final List<Spawned> subscribers = new ArrayList<>();
  private final Inbox<Received> inbox = new Inbox<>();

  private MosquittoClient(NodeProcess node, String version, String clientId) {
    this.node = node;
    this.version = version;
    this.clientId = clientId;
  }

  /// @param version `mqttv31`, `mqttv311` or `mqttv5`
  static ClientLibrary.Connector connector(String version) {
    return (node, clientId) -> new MosquittoClient(node, version, clientId);
  }

  /// Starts a subscriber and waits until its subscription is acknowledged.
  public static Spawned sub(NodeProcess node, String... options) throws Exception {
    List<String> command = command("mosquitto_sub", node.mqtt(), options);
    command.add("-d");
    Spawned sub = start(command);
    sub.line(line -> line.startsWith("Subscribed (mid: "));
    return sub;
  }

  /// Publishes and waits until that is done.
  public static void pub(NodeProcess node, String... options) throws Exception {
    start(command("mosquitto_pub", node.mqtt(), options)).succeeded();
  }

  public static List<String> command(String program, int port, String... options) {
    // Into a pipe it prints a block at a time, unless it is told to print lines.
    List<String> command = new ArrayList<>(List.of("stdbuf", "-oL", program, "-h", "127.0.0.1"));
    command.addAll(List.of("-p", Integer.toString(port)));
    command.addAll(List.of(options));
    return command;
  }

  public static Spawned start(List<String> command) throws IOException {
    assertThat(INSTALLED)
        .as("mosquitto_sub is missing, and these tests need it: apt-get install mosquitto-clients")
        .isTrue();
    return Spawned.start(command);
  }

  private static boolean installed() {
    try (Spawned help = Spawned.start(List.of("mosquitto_sub", "--help"))) {
      return help.pid() > 0;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void subscribe(String filter, int qos) throws Exception {
    String id = clientId + "-" + subscribers.size();
    Spawned sub =
        sub(
            node,
            "-V",
            version,
            "-i",
            id,
            "-t",
            filter,
            "-q",
            Integer.toString(qos),
            "-F",
            "message %t %q %r %x");
    subscribers.add(sub);
    Thread.ofVirtual().start(() -> listen(sub));
  }

  private void listen(Spawned sub) {
    try {
      while (true) {
        String[] part = sub.line(line -> line.startsWith("message ")).split(" ", -1);
        byte[] payload = HexFormat.of().parseHex(part[4]);
        inbox.add(new Received(part[1], payload, Integer.parseInt(part[2]), part[3].equals("1")));
      }
    } catch (InterruptedException | AssertionError e) {
      // It was closed; whoever misses a message says so.
      sub.close();
    }
  }

  @Override
  public void publish(String topic, byte[] payload, int qos, boolean retain) throws Exception {
    List<String> command =
        command(
            "mosquitto_pub",
            node.mqtt(),
            "-V",
            version,
            "-t",
            topic,
            "-q",
            Integer.toString(qos),
            payload.length == 0 ? "-n" : "-s");
    if (retain) {
      command.add("-r");
    }
    Spawned pub = start(command);
    if (payload.length > 0) {
      pub.type(payload);
    }
    pub.endOfInput();
    pub.succeeded();
  }

  @Override
  public Received receive() throws Exception {
    return inbox.next();
  }

  @Override
  public void close() {
    subscribers.forEach(Spawned::close);
  }
}
