package io.forebay.it.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.message.Qos;
import io.forebay.core.session.Will;
import io.forebay.it.NodeProcess;
import io.forebay.it.RawClient;
import io.forebay.mqtt.Connack;
import io.forebay.mqtt.Connect;
import io.forebay.mqtt.Disconnect;
import io.forebay.mqtt.Packet;
import io.forebay.mqtt.Pingreq;
import io.forebay.mqtt.Pingresp;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.Puback;
import io.forebay.mqtt.Pubcomp;
import io.forebay.mqtt.Publish;
import io.forebay.mqtt.Pubrec;
import io.forebay.mqtt.Pubrel;
import io.forebay.mqtt.ReasonCode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A client that goes from node to node with its session. It acknowledges what it gets, and
/// remembers QoS 2 packet ids as a client has to (MQTT 5 §4.3.3).
final class Wanderer implements AutoCloseable {
  static final long LONG_SECONDS = 3_600;

  private final Connect connect;
  private final Set<Integer> unreleased = new HashSet<>();
  private @Nullable RawClient connection;

  Wanderer(String clientId) {
    this(clientId, LONG_SECONDS, null);
  }

  Wanderer(String clientId, long expirySeconds, @Nullable Will will) {
    connect =
        RawClient.connect(
            ProtocolVersion.V5, clientId, false, 0, expirySeconds, Connect.NO_LIMIT, 0, will);
  }

  /// Its session goes on at this node.
  void comesBackTo(NodeProcess node) throws IOException {
    assertThat(connect(node).sessionPresent()).as("session present").isTrue();
  }

  /// It has no session yet.
  void comesFirstTo(NodeProcess node) throws IOException {
    assertThat(connect(node).sessionPresent()).as("session present").isFalse();
  }

  /// Its session goes on at this node, if that lets anybody in yet.
  boolean mayComeBackTo(NodeProcess node) throws IOException {
    close();
    RawClient client = new RawClient(node.mqtt(), ProtocolVersion.V5);
    connection = client;
    client.send(connect);
    Connack connack = client.read(Connack.class);
    if (connack.reason() == ReasonCode.SERVER_UNAVAILABLE) {
      return false;
    }
    assertThat(connack.reason()).isEqualTo(ReasonCode.SUCCESS);
    assertThat(connack.sessionPresent()).as("session present").isTrue();
    return true;
  }

  private Connack connect(NodeProcess node) throws IOException {
    close();
    RawClient client = new RawClient(node.mqtt(), ProtocolVersion.V5);
    connection = client;
    return client.connect(connect);
  }

  /// The connection itself, for what is not said here.
  RawClient raw() {
    if (connection == null) {
      throw new IllegalStateException("not connected");
    }
    return connection;
  }

  /// Lets go of the connection and gives it away, without a word to the node.
  RawClient abandon() {
    RawClient abandoned = raw();
    connection = null;
    return abandoned;
  }

  void subscribe(String filter, Qos qos) throws IOException {
    assertThat(raw().subscribe(filter, qos).reasons()).allMatch(reason -> !reason.failure());
  }

  /// The next message that is new to it.
  Publish next() throws IOException {
    Publish message = take(raw().read());
    while (message == null) {
      message = take(raw().read());
    }
    return message;
  }

  String nextText() throws IOException {
    return text(next());
  }

  List<String> next(int count) throws IOException {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      texts.add(nextText());
    }
    return texts;
  }

  /// Does what is due for a packet; gives the message if it is a new one.
  private @Nullable Publish take(Packet packet) throws IOException {
    return switch (packet) {
      case Publish publish -> acknowledge(publish) ? publish : null;
      case Pubrel pubrel -> {
        unreleased.remove(pubrel.packetId());
        raw().send(Pubcomp.of(pubrel.packetId(), ReasonCode.SUCCESS));
        yield null;
      }
      default -> throw new AssertionError("unexpected: " + packet);
    };
  }

  /// @return whether it is new
  private boolean acknowledge(Publish publish) throws IOException {
    return switch (publish.qos()) {
      case AT_MOST_ONCE -> true;
      case AT_LEAST_ONCE -> {
        raw().send(Puback.of(publish.packetId(), ReasonCode.SUCCESS));
        yield true;
      }
      case EXACTLY_ONCE -> {
        raw().send(Pubrec.of(publish.packetId(), ReasonCode.SUCCESS));
        yield unreleased.add(publish.packetId());
      }
    };
  }

  /// Asserts that no message is under way to it.
  void expectNothing() throws IOException {
    raw().send(Pingreq.INSTANCE);
    for (Packet next = raw().read(); !(next instanceof Pingresp); next = raw().read()) {
      assertThat(take(next)).as("a message").isNull();
    }
  }

  /// Publishes and returns when that is acknowledged to the end. For who is subscribed to nothing.
  void publish(String topic, String payload, Qos qos) throws IOException {
    publish(RawClient.publish(topic, payload.getBytes(UTF_8), qos, qos.level() == 0 ? 0 : 1));
  }

  void publish(Publish message) throws IOException {
    raw().send(message);
    switch (message.qos()) {
      case AT_MOST_ONCE -> {}
      case AT_LEAST_ONCE -> succeeded(raw().read(Puback.class).reason());
      case EXACTLY_ONCE -> {
        succeeded(raw().read(Pubrec.class).reason());
        raw().send(Pubrel.of(message.packetId(), ReasonCode.SUCCESS));
        succeeded(raw().read(Pubcomp.class).reason());
      }
    }
  }

  /// Publishes at QoS 1 what is refused, and gives the reason.
  ReasonCode refused(String topic, String payload) throws IOException {
    raw().send(RawClient.publish(topic, payload.getBytes(UTF_8), Qos.AT_LEAST_ONCE, 1));
    return raw().read(Puback.class).reason();
  }

  private static void succeeded(ReasonCode reason) {
    assertThat(reason.failure()).as("%s", reason).isFalse();
  }

  static String text(Publish message) {
    return new String(message.payload(), UTF_8);
  }

  /// Reads what an abandoned connection is still told: that others have its session, at most after
  /// the rest of a QoS 2 handshake.
  static void expectTakenOver(RawClient old) throws IOException {
    Packet last = old.read();
    while (last instanceof Pubrel) {
      last = old.read();
    }
    assertThat(last).isInstanceOf(Disconnect.class);
    assertThat(((Disconnect) last).reason()).isEqualTo(ReasonCode.SESSION_TAKEN_OVER);
    old.expectEnd();
  }

  /// Says goodbye; its session stays as long as it asked for.
  void leave() throws IOException {
    raw().send(Disconnect.of(ReasonCode.SUCCESS, null));
    for (Packet last = raw().readOrEnd(); last != null; last = raw().readOrEnd()) {
      assertThat(last).isInstanceOf(Pubrel.class);
    }
    close();
  }

  @Override
  public void close() throws IOException {
    cut();
  }

  /// Ends the connection without a word to the node.
  void cut() throws IOException {
    if (connection != null) {
      connection.close();
      connection = null;
    }
  }
}
