package io.forebay.server.cli;

import io.forebay.core.message.Properties;
import io.forebay.core.message.Qos;
import io.forebay.core.message.UserProperty;
import io.forebay.mqtt.Connack;
import io.forebay.mqtt.Publish;
import io.forebay.server.client.Answers;
import io.forebay.server.client.ClientException;
import io.forebay.server.client.ClientListener;
import io.forebay.server.client.ClientOptions;
import io.forebay.server.client.EventLoops;
import io.forebay.server.client.MqttClient;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `forebay pub`: publishes one message, or each line of standard input.
@Command(
    name = "pub",
    sortOptions = false,
    description = "Publish a message, or each line of standard input.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  forebay pub -t rooms/1/light -m on",
      "  forebay pub -t rooms/1/light -m on -q 1 -r",
      "  forebay pub -t photos/7 -f photo.jpg --content-type image/jpeg --expiry 1h",
      "  tail -f app.log | forebay pub -t logs/app -l -q 1",
      "  forebay pub -t rooms/1/light -n -r       (clears the retained message)",
      "  forebay pub -h broker.example.com --tls -u me --password-file pw -t a -m hi",
      "  forebay pub -t do/it -m 5 --response-topic answers/me --correlation 42",
      "",
      "Exit code: 0 everything acknowledged (with QoS 0: sent), 1 refused, lost or",
      "not connected, 2 wrong arguments."
    })
public final class PubCommand implements Callable<Integer> {
  private static final int MAX_ALIAS = 65_535;

  private final InputStream standardInput;

  @Option(
      names = {"-t", "--topic"},
      required = true,
      paramLabel = "TOPIC",
      description = "Topic to publish to.")
  private String topic = "";

  @ArgGroup(multiplicity = "1")
  private Source source = new Source();

  @Option(
      names = {"-q", "--qos"},
      paramLabel = "QOS",
      defaultValue = "0",
      converter = QosConverter.class,
      description = "0 at most once, 1 at least once, 2 exactly once (default: ${DEFAULT-VALUE}).")
  private Qos qos = Qos.AT_MOST_ONCE;

  @Option(
      names = {"-r", "--retain"},
      description = "Keep it as the topic's latest value.")
  private boolean retain;

  @Option(
      names = "--expiry",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "Throw it away if undelivered for so long: 30s, 1h (MQTT 5).")
  private @Nullable Duration expiry;

  @Option(
      names = "--content-type",
      paramLabel = "TYPE",
      description = "For example application/json (MQTT 5).")
  private @Nullable String contentType;

  @Option(
      names = "--response-topic",
      paramLabel = "TOPIC",
      description = "Where an answer should go (MQTT 5).")
  private @Nullable String responseTopic;

  @Option(
      names = "--correlation",
      paramLabel = "TEXT",
      description = "Correlation data for the answer (MQTT 5).")
  private @Nullable String correlation;

  @Option(
      names = "--user-property",
      paramLabel = "NAME=VALUE",
      converter = UserPropertyConverter.class,
      description = "A property of your own, repeatable (MQTT 5).")
  private List<UserProperty> userProperties = List.of();

  @Option(
      names = "--topic-alias",
      paramLabel = "N",
      description = "Send the topic once and this number afterwards (MQTT 5).")
  private int topicAlias;

  @Mixin private ConnectOptions connect = new ConnectOptions();

  public PubCommand() {
    this(System.in);
  }

  PubCommand(InputStream standardInput) {
    this.standardInput = standardInput;
  }

  /// Where the payload comes from: one of these.
  private static final class Source {
    @Option(
        names = {"-m", "--message"},
        paramLabel = "TEXT",
        description = "This text is the message.")
    private @Nullable String text;

    @Option(
        names = {"-f", "--file"},
        paramLabel = "FILE",
        description = "This file's content is the message.")
    private @Nullable Path file;

    @Option(
        names = {"-l", "--lines"},
        description = "Each line of standard input is a message.")
    private boolean lines;

    @Option(
        names = {"-n", "--null"},
        description = "An empty message.")
    private boolean empty;
  }

  @Override
  public Integer call() throws InterruptedException {
    checkArguments();
    ClientOptions options = connect.toClientOptions("pub");
    try (EventLoops loops = EventLoops.create(1)) {
      MqttClient client = Answers.await(MqttClient.connect(loops, options, new Ignoring()));
      checkLimits(client.connack());
      Sending sending = new Sending(client, connect::complain);
      publishAll(sending);
      long refused = sending.finish();
      client.disconnect().join();
      return refused == 0 ? 0 : 1;
    } catch (ClientException | IOException e) {
      connect.complain(e.getMessage());
      return 1;
    }
  }

  private void publishAll(Sending sending) throws IOException, InterruptedException {
    if (!source.lines) {
      sending.send(message(payload(), true));
      return;
    }
    Lines lines = new Lines(new BufferedInputStream(standardInput));
    boolean first = true;
    for (byte[] line = lines.next(); line != null; line = lines.next()) {
      sending.send(message(line, first));
      first = false;
    }
  }

  private byte[] payload() throws IOException {
    if (source.file != null) {
      return read(source.file);
    }
    return source.empty || source.text == null
        ? new byte[0]
        : source.text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] read(Path file) throws IOException {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new IOException("cannot read " + file + ": " + e, e);
    }
  }

  private Publish message(byte[] payload, boolean first) {
    String named = topicAlias == 0 || first ? topic : "";
    long expirySeconds = expiry == null ? -1 : expiry.toSeconds();
    return new Publish(
        0,
        false,
        qos,
        retain,
        named,
        topicAlias,
        expirySeconds,
        Publish.NO_SUBSCRIPTION_IDS,
        properties(),
        payload);
  }

  // NullAway: javac leaves the type annotation of an array off the parameters of a compact record
  // constructor in another module, so that `correlationData` looks as if it must not be null.
  @SuppressWarnings("NullAway")
  private Properties properties() {
    byte @Nullable [] correlationData =
        correlation == null ? null : correlation.getBytes(StandardCharsets.UTF_8);
    return new Properties(
        false, false, contentType, responseTopic, correlationData, userProperties);
  }

  private void checkArguments() {
    if (topic.isEmpty() || topic.contains("+") || topic.contains("#")) {
      throw connect.wrong(
          "--topic '" + topic + "' is no topic name: it must not be empty nor hold + or #");
    }
    if (topicAlias < 0 || topicAlias > MAX_ALIAS) {
      throw connect.wrong("--topic-alias must be between 1 and 65535, not " + topicAlias);
    }
    connect.requireVersion5(expiry != null, "--expiry");
    connect.requireVersion5(contentType != null, "--content-type");
    connect.requireVersion5(responseTopic != null, "--response-topic");
    connect.requireVersion5(correlation != null, "--correlation");
    connect.requireVersion5(!userProperties.isEmpty(), "--user-property");
    connect.requireVersion5(topicAlias > 0, "--topic-alias");
  }

  /// What the broker would close the connection for is better said in words.
  private void checkLimits(Connack limits) {
    if (qos.level() > limits.maximumQos()) {
      throw new ClientException(
          "the broker takes QoS " + limits.maximumQos() + " at most; use --qos");
    }
    if (retain && !limits.retainAvailable()) {
      throw new ClientException("the broker keeps no retained messages; leave --retain out");
    }
    if (topicAlias > limits.topicAliasMaximum()) {
      throw new ClientException(
          "the broker takes topic aliases up to "
              + limits.topicAliasMaximum()
              + "; see --topic-alias");
    }
  }

  /// Pending messages are told of a lost connection themselves.
  private static final class Ignoring implements ClientListener {
    @Override
    public void message(Publish message) {}

    @Override
    public void lost(ClientException reason) {}
  }
}
