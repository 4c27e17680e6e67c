package io.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;

/// MQTT.js in a process of Node.js, spoken to by `client.mjs` in lines of tab-separated words.
final class MqttJsClient implements Client {
  private final Spawned script;
  private final Inbox<Message> inbox = new Inbox<>();
  private final Inbox<String> answers = new Inbox<>();

  /// @param properties the MQTT 5 properties as JSON, with keys in the order of the packet
  record Message(Received received, String properties) {}

  /// Connects.
  ///
  /// @param url `mqtt://…`, `mqtts://…`, `ws://…` or `wss://…`
  /// @param options of MQTT.js, as JSON
  MqttJsClient(String url, String options) throws Exception {
    Path script = Installation.DIRECTORY.resolve("client.mjs");
    this.script = Installation.start(List.of("node", script.toString(), url, options));
    Thread.ofVirtual().start(this::listen);
    assertThat(answer()).as("%s", this.script).startsWith("connected");
  }

  static ClientLibrary.Connector overTcp(int version) {
    return (node, clientId) ->
        new MqttJsClient("mqtt://127.0.0.1:" + node.mqtt(), options(version, clientId));
  }

  static ClientLibrary.Connector overWebSocket(int version) {
    return (node, clientId) -> new MqttJsClient(node.webSocket(), options(version, clientId));
  }

  static String options(int version, String clientId) {
    return "{\"protocolVersion\":%d,\"clientId\":\"%s\"}".formatted(version, clientId);
  }

  private void listen() {
    try {
      while (true) {
        String line = script.line();
        if (line.startsWith("message\t")) {
          inbox.add(message(line.split("\t", -1)));
        } else {
          answers.add(line);
        }
      }
    } catch (InterruptedException | AssertionError e) {
      answers.add("ended");
    }
  }

  private static Message message(String[] part) {
    return new Message(
        new Received(
            part[1],
            Base64.getDecoder().decode(part[4]),
            Integer.parseInt(part[2]),
            part[3].equals("true")),
        part[5]);
  }

  /// What it says next that is no message: `done`, `failed …`, `disconnected …`, `closed`.
  String answer() throws InterruptedException {
    return answers.next();
  }

  @Override
  public void subscribe(String filter, int qos) throws Exception {
    subscribe(filter, "{\"qos\":" + qos + "}");
  }

  /// @param options of `subscribe` in MQTT.js, as JSON
  void subscribe(String filter, String options) throws Exception {
    script.type(String.join("\t", "subscribe", filter, options));
    assertThat(answer()).isEqualTo("done");
  }

  @Override
  public void publish(String topic, byte[] payload, int qos, boolean retain) throws Exception {
    publish(topic, payload, "{\"qos\":%d,\"retain\":%s}".formatted(qos, retain));
  }

  /// @param options of `publish` in MQTT.js, as JSON
  void publish(String topic, byte[] payload, String options) throws Exception {
    String base64 = Base64.getEncoder().encodeToString(payload);
    script.type(String.join("\t", "publish", topic, options, base64));
    assertThat(answer()).isEqualTo("done");
  }

  @Override
  public Received receive() throws Exception {
    return next().received();
  }

  Message next() throws InterruptedException {
    return inbox.next();
  }

  @Override
  public void close() {
    try {
      script.type("end");
      script.endOfInput();
      script.succeeded();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      script.kill();
      Thread.currentThread().interrupt();
    }
  }

  /// `npm ci` in the build's folder, once.
  private static final class Installation {
    static final Path DIRECTORY = install();

    private static Path install() {
      try {
        Path from = Path.of(NodeProcess.property("forebay.it.js"));
        Path to = Path.of(NodeProcess.property("forebay.it.target"), "js");
        Path stamp = to.resolve("installed");
        Files.createDirectories(to);
        String lock = Files.readString(from.resolve("package-lock.json"));
        for (String file : List.of("client.mjs", "package.json", "package-lock.json", ".npmrc")) {
          Files.write(to.resolve(file), Files.readAllBytes(from.resolve(file)));
        }
        if (!Files.exists(stamp) || !Files.readString(stamp).equals(lock)) {
          start(List.of("npm", "ci", "--prefix", to.toString())).succeeded();
          Files.writeString(stamp, lock);
        }
        return to;
      } catch (IOException | InterruptedException e) {
        throw new IllegalStateException("MQTT.js could not be installed", e);
      }
    }

    static Spawned start(List<String> command) {
      try {
        return Spawned.start(command);
      } catch (IOException e) {
        return fail(
            command.getFirst()
                + " is missing, and these tests need it: install Node.js 18 or newer with npm"
                + " (apt-get install nodejs npm)",
            e);
      }
    }
  }
}
