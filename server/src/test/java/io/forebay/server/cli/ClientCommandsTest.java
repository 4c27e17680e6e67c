package io.forebay.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.message.Properties;
import io.forebay.core.message.Qos;
import io.forebay.core.message.UserProperty;
import io.forebay.mqtt.Connack;
import io.forebay.mqtt.Connect;
import io.forebay.mqtt.Disconnect;
import io.forebay.mqtt.Packet;
import io.forebay.mqtt.Puback;
import io.forebay.mqtt.Publish;
import io.forebay.mqtt.ReasonCode;
import io.forebay.mqtt.Subscribe;
import io.forebay.server.client.ScriptedBroker;
import io.forebay.server.client.ScriptedBroker.Peer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class ClientCommandsTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final List<Publish> published = Collections.synchronizedList(new ArrayList<>());

  @Test
  void pubSendsWhatItsOptionsSayAndWaitsForTheAcknowledgement() throws InterruptedException {
    try (ScriptedBroker broker = new ScriptedBroker(this::acknowledge)) {
      int code =
          run(
              new PubCommand(),
              broker,
              "-t a/b -m hi -q 1 -r --expiry 1m --content-type text/plain --response-topic r"
                  + " --correlation c --user-property x=1 --user-property x=2=3 -i me -u you -P p");
      assertThat(err.toString()).isEmpty();
      assertThat(code).isZero();
      Publish publish = broker.next(Publish.class);
      assertThat(publish.topic()).isEqualTo("a/b");
      assertThat(publish.payload()).asString(StandardCharsets.UTF_8).isEqualTo("hi");
      assertThat(publish.retain()).isTrue();
      assertThat(publish.expirySeconds()).isEqualTo(60);
      Properties properties = publish.properties();
      assertThat(properties.contentType()).isEqualTo("text/plain");
      assertThat(properties.responseTopic()).isEqualTo("r");
      assertThat(properties.correlationData()).asString(StandardCharsets.UTF_8).isEqualTo("c");
      assertThat(properties.userProperties())
          .containsExactly(new UserProperty("x", "1"), new UserProperty("x", "2=3"));
      broker.next(Disconnect.class);
    }
  }

  @Test
  void pubSaysThatAMessageWasRefused() {
    try (ScriptedBroker broker = new ScriptedBroker((p, peer) -> answer(p, peer, "quota\u001b["))) {
      assertThat(run(new PubCommand(), broker, "-t a -n -q 1")).isEqualTo(1);
      assertThat(err.toString().lines())
          .containsExactly("the broker refused the message: QUOTA_EXCEEDED (0x97): quota\\u001b[");
    }
  }

  @Test
  void pubSaysWhyTheBrokerDidNotLetItIn() {
    try (ScriptedBroker broker =
        new ScriptedBroker(
            (packet, peer) -> {
              peer.send(Connack.refused(ReasonCode.NOT_AUTHORIZED, "who are you"));
              return true;
            })) {
      assertThat(run(new PubCommand(), broker, "-t a -m x")).isEqualTo(1);
      assertThat(err.toString().strip())
          .isEqualTo(
              "127.0.0.1:%d refused the connection: NOT_AUTHORIZED (0x87): who are you"
                      .formatted(broker.port())
                  + " (give --user and --password)");
    }
  }

  @Test
  void pubFailsIfTheConnectionIsLostBeforeTheAcknowledgement() {
    try (ScriptedBroker broker =
        new ScriptedBroker(
            (packet, peer) -> {
              if (packet instanceof Publish) {
                peer.close();
              }
              return packet instanceof Publish;
            })) {
      assertThat(run(new PubCommand(), broker, "-t a -m x -q 1")).isEqualTo(1);
      assertThat(err.toString().strip())
          .isEqualTo("connection to 127.0.0.1:%d lost: closed by the broker", broker.port());
    }
  }

  @Test
  void pubSendsEachLineOfStandardInput() {
    String lines = String.join("\n", Collections.nCopies(2_000, "x")) + "\n\nlast";
    PubCommand pub =
        new PubCommand(new ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8)));
    try (ScriptedBroker broker = new ScriptedBroker(this::acknowledge)) {
      assertThat(run(pub, broker, "-t a -l -q 1")).isZero();
    }
    assertThat(published).hasSize(2_002);
    assertThat(published.get(2_000).payload()).isEmpty();
    assertThat(published.getLast().payload()).asString(StandardCharsets.UTF_8).isEqualTo("last");
  }

  @Test
  void pubSendsTheTopicOnceWithAnAlias() {
    PubCommand pub =
        new PubCommand(new ByteArrayInputStream("1\n2\n3\n".getBytes(StandardCharsets.UTF_8)));
    try (ScriptedBroker broker =
        new ScriptedBroker(
            (packet, peer) -> {
              if (packet instanceof Connect) {
                peer.send(ScriptedBroker.connack(10, 5));
                return true;
              }
              return acknowledge(packet, peer);
            })) {
      assertThat(run(pub, broker, "-t a -l -q 1 --topic-alias 5")).isZero();
    }
    assertThat(published).extracting(Publish::topic).containsExactly("a", "", "");
    assertThat(published).extracting(Publish::topicAlias).containsOnly(5);
  }

  @Test
  void pubDoesNotUseAnAliasThatTheBrokerDoesNotTake() {
    try (ScriptedBroker broker = new ScriptedBroker(this::acknowledge)) {
      assertThat(run(new PubCommand(), broker, "-t a -m x --topic-alias 1")).isEqualTo(1);
      assertThat(err.toString()).contains("takes topic aliases up to 0");
    }
    assertThat(published).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-t a/# -m x",
        "-t a",
        "-m x",
        "-t a -m x -n",
        "-t a -m x -q 3",
        "-t a -m x -V 4",
        "-t a -m x -V 3.1.1 --expiry 5s",
        "-t a -m x --expiry soon",
        "-t a -m x --user-property novalue",
        "-t a -m x --cert c.pem",
        "-t a -m x --topic-alias 65536",
        "-t a -m x --keep-alive 65536",
        "-t a -m x -P a --password-file b",
        "-t a -m x -p 0",
      })
  void pubRefusesArgumentsThatMakeNoSense(String arguments) {
    assertThat(execute(new PubCommand(), arguments.split(" "))).isEqualTo(2);
    assertThat(err.toString()).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-t a -c",
        "-t a --retain-handling 3",
        "-t a --no-local -V 3.1.1",
        "-t a --from yesterday",
        "-t a --from 10",
        "-t a -C -1"
      })
  void subRefusesArgumentsThatMakeNoSense(String arguments) {
    assertThat(execute(new SubCommand(printed), arguments.split(" "))).isEqualTo(2);
    assertThat(err.toString()).isNotEmpty();
  }

  @Test
  void subPrintsSoManyMessagesAndStops() throws InterruptedException {
    try (ScriptedBroker broker = new ScriptedBroker((p, peer) -> sendOnSubscribe(p, peer, 3))) {
      assertThat(run(new SubCommand(printed), broker, "-t a/# -q 1 -C 2")).isZero();
      assertThat(printed.toString(StandardCharsets.UTF_8)).isEqualTo("a/1 p1\na/2 p2\n");
      assertThat(broker.next(Puback.class).packetId()).isEqualTo(1);
      assertThat(broker.next(Puback.class).packetId()).isEqualTo(2);
      broker.next(Disconnect.class);
    }
  }

  @Test
  void subPrintsJson() {
    try (ScriptedBroker broker = new ScriptedBroker((p, peer) -> sendOnSubscribe(p, peer, 1))) {
      assertThat(run(new SubCommand(printed), broker, "-t a/# -q 1 -C 1 --json")).isZero();
      assertThat(printed.toString(StandardCharsets.UTF_8))
          .contains("\"topic\":\"a/1\"", "\"payload\":\"p1\"")
          .endsWith("}\n");
    }
  }

  @Test
  void subSaysThatTheConnectionIsLost() {
    try (ScriptedBroker broker =
        new ScriptedBroker(
            (packet, peer) -> {
              if (packet instanceof Subscribe) {
                peer.send(Disconnect.of(ReasonCode.SERVER_SHUTTING_DOWN, null));
              }
              return packet instanceof Subscribe;
            })) {
      assertThat(run(new SubCommand(printed), broker, "-t a")).isEqualTo(1);
      assertThat(err.toString().strip())
          .isEqualTo(
              "connection to 127.0.0.1:%d lost: the broker sent DISCONNECT SERVER_SHUTTING_DOWN"
                  + " (0x8B)",
              broker.port());
    }
  }

  @Test
  void subAsksForReplayKeepsItsSessionAndStopsInTime() throws InterruptedException {
    try (ScriptedBroker broker = new ScriptedBroker((_, _) -> false)) {
      int code =
          run(
              new SubCommand(printed),
              broker,
              "-t a/# -t b -i me -c --session-expiry 2h --from default/0/1/47 -W 50ms");
      assertThat(code).isZero();
      Connect connect = broker.next(Connect.class);
      assertThat(connect.cleanStart()).isFalse();
      assertThat(connect.sessionExpirySeconds()).isEqualTo(7_200);
      assertThat(broker.next(Subscribe.class).entries())
          .extracting(Subscribe.Entry::filter)
          .containsExactly("$replay/default/0/1/47/a/#", "$replay/default/0/1/47/b");
    }
  }

  @Test
  void subFailsIfTooFewMessagesCameInTime() {
    try (ScriptedBroker broker = new ScriptedBroker((p, peer) -> sendOnSubscribe(p, peer, 1))) {
      assertThat(run(new SubCommand(printed), broker, "-t a -C 2 -W 50ms")).isEqualTo(1);
      assertThat(err.toString()).contains("fewer than 2 messages within");
    }
  }

  @Test
  void statusShowsWhatTheBrokerTells() {
    try (ScriptedBroker broker =
        new ScriptedBroker(
            (packet, peer) -> {
              if (packet instanceof Subscribe) {
                peer.send(message(0, Qos.AT_MOST_ONCE, "$SYS/broker/uptime", "90061 seconds"));
                peer.send(message(0, Qos.AT_MOST_ONCE, "$SYS/broker/clients/connected", "1234"));
                peer.send(message(0, Qos.AT_MOST_ONCE, "$SYS/broker/moon/phase", "full"));
              }
              return false;
            })) {
      assertThat(run(new StatusCommand(), broker, "")).isZero();
      assertThat(out.toString())
          .contains("uptime         1 d 01:01:01")
          .contains("connections    1,234 connected")
          .containsPattern("moon/phase +full");
      out.getBuffer().setLength(0);
      assertThat(run(new StatusCommand(), broker, "--json")).isZero();
      assertThat(out.toString().strip())
          .isEqualTo(
              "{\"broker\":\"127.0.0.1:"
                  + broker.port()
                  + "\",\"clients/connected\":1234,\"moon/phase\":\"full\","
                  + "\"uptime\":\"90061 seconds\"}");
    }
  }

  @Test
  void everyCommandHasHelpWithExamples() {
    Stream.of(new PubCommand(), new SubCommand(printed), new StatusCommand(), new BenchCommand())
        .forEach(
            command -> {
              out.getBuffer().setLength(0);
              assertThat(execute(command, "--help")).isZero();
              assertThat(out.toString()).contains("Examples:", "  forebay ", "--host=HOST");
              assertThat(out.toString().lines()).allMatch(line -> line.length() <= 82);
            });
  }

  @Test
  void benchRefusesArgumentsThatMakeNoSense() {
    assertThat(execute(new BenchCommand(), "--size", "5")).isEqualTo(2);
    assertThat(err.toString()).contains("--size must be at least 24");
  }

  private int run(Object command, ScriptedBroker broker, String arguments) {
    String all = "-h 127.0.0.1 -p " + broker.port() + " " + arguments;
    return execute(command, all.strip().split(" "));
  }

  private int execute(Object command, String... arguments) {
    return new CommandLine(command)
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }

  private boolean acknowledge(Packet packet, Peer peer) {
    if (packet instanceof Publish publish) {
      published.add(publish);
      peer.send(Puback.of(publish.packetId(), ReasonCode.SUCCESS));
    }
    return packet instanceof Publish;
  }

  private static boolean answer(Packet packet, Peer peer, String reason) {
    if (packet instanceof Publish publish) {
      peer.send(new Puback(publish.packetId(), ReasonCode.QUOTA_EXCEEDED, reason, List.of()));
    }
    return packet instanceof Publish;
  }

  private static boolean sendOnSubscribe(Packet packet, Peer peer, int messages) {
    if (packet instanceof Subscribe) {
      for (int i = 1; i <= messages; i++) {
        peer.send(message(i, Qos.AT_LEAST_ONCE, "a/" + i, "p" + i));
      }
    }
    return false;
  }

  private static Publish message(int id, Qos qos, String topic, String payload) {
    return new Publish(
        id,
        false,
        qos,
        false,
        topic,
        0,
        -1,
        Publish.NO_SUBSCRIPTION_IDS,
        Properties.NONE,
        payload.getBytes(StandardCharsets.UTF_8));
  }
}
