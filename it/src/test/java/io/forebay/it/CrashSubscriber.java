package io.forebay.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.message.Qos;
import io.forebay.mqtt.Connack;
import io.forebay.mqtt.Disconnect;
import io.forebay.mqtt.Packet;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.Puback;
import io.forebay.mqtt.Pubcomp;
import io.forebay.mqtt.Publish;
import io.forebay.mqtt.Pubrec;
import io.forebay.mqtt.Pubrel;
import io.forebay.mqtt.ReasonCode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A persistent subscriber that counts each publisher's sequence over all its connections, and
/// remembers QoS 2 packet ids as a client has to (MQTT 5 §4.3.3).
///
/// Publishers send again until they are acknowledged, so the sequences have no holes: whatever is
/// not the next of its publisher came before, or one was lost.
final class CrashSubscriber {
  private final String name;
  private final Qos qos;
  private final Map<String, Long> next = new ConcurrentHashMap<>();
  private final Set<Integer> unreleased = new HashSet<>();
  private volatile boolean subscribed;

  CrashSubscriber(String name, Qos qos) {
    this.name = name;
    this.qos = qos;
  }

  /// How many messages of a publisher came, all from the first on.
  long received(String publisher) {
    return next.getOrDefault(publisher, 0L);
  }

  /// Makes the session, before anybody publishes.
  void subscribe(int port) throws IOException {
    try (RawClient client = new RawClient(port, ProtocolVersion.V5)) {
      client.connect(RawClient.connect(ProtocolVersion.V5, name, false, 0, 3_600));
      client.subscribe("crash/#", qos);
      subscribed = true;
      client.send(Disconnect.of(ReasonCode.SUCCESS, null));
      client.expectEnd();
    }
  }

  /// Takes what comes until the node is gone, which may be before there is a connection.
  void listen(int port) throws IOException {
    try (RawClient client = new RawClient(port, ProtocolVersion.V5)) {
      listen(client);
    } catch (ConnectException e) {
      assertThat(e).isNotNull();
    }
  }

  /// Takes what comes until the connection ends.
  void listen(RawClient client) throws IOException {
    try {
      client.send(RawClient.connect(ProtocolVersion.V5, name, false, 0, 3_600));
      boolean open = true;
      while (open) {
        Packet packet = client.readOrEnd();
        open = packet != null;
        if (packet != null) {
          take(client, packet);
        }
      }
    } catch (SocketException e) {
      // The node was killed. What matters comes out in the end.
      assertThat(e).isNotNull();
    }
  }

  private void take(RawClient client, Packet packet) throws IOException {
    switch (packet) {
      case Connack connack -> {
        assertThat(connack.reason()).isEqualTo(ReasonCode.SUCCESS);
        assertThat(connack.sessionPresent() || !subscribed)
            .as("the session of %s is present", name)
            .isTrue();
      }
      case Publish publish -> {
        take(publish);
        client.send(
            publish.qos() == Qos.EXACTLY_ONCE
                ? Pubrec.of(publish.packetId(), ReasonCode.SUCCESS)
                : Puback.of(publish.packetId(), ReasonCode.SUCCESS));
      }
      case Pubrel pubrel -> {
        unreleased.remove(pubrel.packetId());
        client.send(Pubcomp.of(pubrel.packetId(), ReasonCode.SUCCESS));
      }
      default -> throw new AssertionError(name + " got " + packet);
    }
  }

  private void take(Publish publish) {
    boolean exactlyOnce = publish.qos() == Qos.EXACTLY_ONCE;
    if (exactlyOnce && !unreleased.add(publish.packetId())) {
      return;
    }
    String[] words = new String(publish.payload(), UTF_8).split(" ", -1);
    long sequence = Long.parseLong(words[1]);
    long due = received(words[0]);
    if (sequence == due) {
      next.put(words[0], due + 1);
      return;
    }
    assertThat(sequence)
        .as("%s got %s %s: the next of it is %s", name, words[0], sequence, due)
        .isLessThan(due);
    assertThat(exactlyOnce)
        .as("%s got %s %s twice, at QoS 2, dup %s", name, words[0], sequence, publish.dup())
        .isFalse();
  }
}
