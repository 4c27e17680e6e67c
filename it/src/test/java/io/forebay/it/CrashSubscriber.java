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
import io.forebay.mqtt.Suback;
import io.forebay.mqtt.Subscribe;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// A persistent subscriber that tells the checker what comes over all its connections, and
/// remembers QoS 2 packet ids as a client has to (MQTT 5 §4.3.3). A session that is lost it begins
/// again.
public final class CrashSubscriber {
  private static final int NO_RETAINED = 2;

  private final String name;
  private final Qos qos;
  private final CrashChecker checker;
  private final Set<Integer> unreleased = new HashSet<>();
  private boolean subscribed;
  private volatile boolean listening;

  public CrashSubscriber(String name, Qos qos, CrashChecker checker) {
    this.name = name;
    this.qos = qos;
    this.checker = checker;
  }

  /// Whether it has had, or lost, all messages of a publisher.
  public boolean isThrough(CrashPublisher publisher) {
    return checker.received(name, publisher.name()) == publisher.published();
  }

  /// How many messages of a publisher it has had, or lost.
  public long received(CrashPublisher publisher) {
    return checker.received(name, publisher.name());
  }

  /// Whether what is published from now on is for it, on its present connection.
  public boolean listening() {
    return listening;
  }

  /// Makes the session, before anybody publishes.
  public void subscribe(int port) throws IOException {
    try (RawClient client = new RawClient(port, ProtocolVersion.V5)) {
      client.connect(RawClient.connect(ProtocolVersion.V5, name, false, 0, 3_600));
      client.subscribe(0, filter());
      subscribed = true;
      client.send(Disconnect.of(ReasonCode.SUCCESS, null));
      client.expectEnd();
    }
  }

  private Subscribe.Entry filter() {
    return new Subscribe.Entry("crash/#", qos, false, false, NO_RETAINED);
  }

  /// Takes what comes until the node is gone, which may be before there is a connection.
  public void listen(int port) throws IOException {
    try (RawClient client = new RawClient(port, ProtocolVersion.V5)) {
      listen(client);
    } catch (ConnectException e) {
      assertThat(e).isNotNull();
    }
  }

  /// Takes what comes until the connection ends.
  public void listen(RawClient client) throws IOException {
    listening = false;
    try {
      client.send(RawClient.connect(ProtocolVersion.V5, name, false, 0, 3_600));
      boolean open = true;
      while (open) {
        Packet packet = client.readOrEnd();
        open = packet != null && !goodbye(packet);
        if (packet != null && open) {
          take(client, packet);
        }
      }
    } catch (SocketException e) {
      // The node was killed. What matters comes out in the end.
      assertThat(e).isNotNull();
    }
  }

  /// A node may take its leave, and not let anybody in while it cannot serve.
  private static boolean goodbye(Packet packet) {
    return packet instanceof Disconnect
        || (packet instanceof Connack connack && connack.reason().failure());
  }

  private void take(RawClient client, Packet packet) throws IOException {
    switch (packet) {
      case Connack connack -> {
        assertThat(connack.reason()).isEqualTo(ReasonCode.SUCCESS);
        checker.session(name, connack.sessionPresent(), subscribed);
        if (connack.sessionPresent()) {
          listening = true;
        } else {
          unreleased.clear();
          client.send(new Subscribe(1, 0, List.of(), List.of(filter())));
        }
      }
      case Suback _ -> {
        subscribed = true;
        listening = true;
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
    if (!exactlyOnce || unreleased.add(publish.packetId())) {
      String[] words = new String(publish.payload(), UTF_8).split(" ", -1);
      checker.came(name, words[0], Long.parseLong(words[1]), exactlyOnce);
    }
  }
}
