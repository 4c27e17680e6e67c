package io.forebay.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.message.Properties;
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
import java.net.SocketException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Publishes a sequence as fast as its window lets it, over as many connections as it takes, and
/// sends again what was not acknowledged (MQTT 5 §4.4). Every tenth message is retained. The
/// payload is `PUBLISHER SEQUENCE`.
public final class CrashPublisher {
  private static final int WINDOW = 16;
  private static final int RETAINED_EVERY = 10;

  private final String name;
  private final Qos qos;
  private final CrashChecker checker;
  private final boolean cluster;
  private final Map<Integer, Sent> unacknowledged = new LinkedHashMap<>();
  private long next;
  private long lastRetainedSent = -1;
  private volatile boolean known;

  private static final class Sent {
    final long sequence;
    boolean received;

    Sent(long sequence) {
      this.sequence = sequence;
    }
  }

  /// @param cluster whether retained messages go where the others go: a log of many partitions
  ///   keeps the order of each topic only
  public CrashPublisher(String name, Qos qos, CrashChecker checker, boolean cluster) {
    this.name = name;
    this.qos = qos;
    this.checker = checker;
    this.cluster = cluster;
  }

  public String name() {
    return name;
  }

  /// How many messages there are, acknowledged but for the last few.
  public long published() {
    return next;
  }

  /// Whether anything was acknowledged.
  public boolean known() {
    return known;
  }

  public long lastRetainedSent() {
    return lastRetainedSent;
  }

  public String retainedTopic() {
    return "crash/" + name + "/retained";
  }

  /// Everything to one topic if the order counts.
  private String topic(boolean retain) {
    return retain || cluster ? retainedTopic() : "crash/" + name + "/log";
  }

  /// Publishes until the node is gone.
  public void publish(int port) throws IOException {
    run(port, Long.MAX_VALUE);
  }

  /// Publishes so many more, until all are acknowledged or the node is gone.
  public void publish(int port, int more) throws IOException {
    run(port, next + more);
  }

  /// Sends again what was not acknowledged and some more, which show what is missing before them,
  /// until all is acknowledged. One of them is retained.
  public void finish(int port) throws IOException {
    run(port, next + RETAINED_EVERY);
    assertThat(unacknowledged).as("unacknowledged of %s", name).isEmpty();
  }

  private void run(int port, long end) throws IOException {
    try (RawClient client = new RawClient(port, ProtocolVersion.V5)) {
      if (connect(client)) {
        sendAgain(client);
        boolean open = true;
        while (open && (next < end || !unacknowledged.isEmpty())) {
          while (unacknowledged.size() < WINDOW && next < end) {
            sendNext(client);
          }
          open = take(client, client.readOrEnd());
        }
      }
    } catch (SocketException e) {
      // The node was killed. What matters comes out in the end.
      assertThat(e).isNotNull();
    }
  }

  private boolean connect(RawClient client) throws IOException {
    client.send(RawClient.connect(ProtocolVersion.V5, name, false, 0, 3_600));
    Packet packet = client.readOrEnd();
    if (packet == null) {
      return false;
    }
    assertThat(packet).isInstanceOf(Connack.class);
    Connack connack = (Connack) packet;
    if (cluster && connack.reason().failure()) {
      return false;
    }
    assertThat(connack.reason()).isEqualTo(ReasonCode.SUCCESS);
    if (qos == Qos.EXACTLY_ONCE) {
      // It holds packet ids.
      checker.session(name, connack.sessionPresent(), known);
    }
    return true;
  }

  private void sendAgain(RawClient client) throws IOException {
    for (Map.Entry<Integer, Sent> each : unacknowledged.entrySet()) {
      if (each.getValue().received) {
        client.send(Pubrel.of(each.getKey(), ReasonCode.SUCCESS));
      } else {
        client.send(packet(each.getKey(), each.getValue().sequence, true));
      }
    }
  }

  private void sendNext(RawClient client) throws IOException {
    int id = 1;
    while (unacknowledged.containsKey(id)) {
      id++;
    }
    long sequence = next++;
    unacknowledged.put(id, new Sent(sequence));
    if (isRetained(sequence)) {
      lastRetainedSent = sequence;
    }
    client.send(packet(id, sequence, false));
  }

  private static boolean isRetained(long sequence) {
    return sequence % RETAINED_EVERY == 0;
  }

  private Publish packet(int id, long sequence, boolean dup) {
    boolean retain = isRetained(sequence);
    return new Publish(
        id,
        dup,
        qos,
        retain,
        topic(retain),
        0,
        -1,
        Publish.NO_SUBSCRIPTION_IDS,
        Properties.NONE,
        (name + " " + sequence).getBytes(UTF_8));
  }

  /// @return whether the connection goes on
  private boolean take(RawClient client, @Nullable Packet packet) throws IOException {
    switch (packet) {
      case null -> {
        return false;
      }
      case Disconnect _ -> {
        return false;
      }
      case Puback puback when refused(puback.reason()) -> {
        return false;
      }
      case Pubrec pubrec when refused(pubrec.reason()) -> {
        return false;
      }
      case Puback puback -> {
        acknowledged(puback.packetId(), puback.reason());
        unacknowledged.remove(puback.packetId());
      }
      case Pubrec pubrec -> {
        acknowledged(pubrec.packetId(), pubrec.reason()).received = true;
        client.send(Pubrel.of(pubrec.packetId(), ReasonCode.SUCCESS));
      }
      case Pubcomp pubcomp -> unacknowledged.remove(pubcomp.packetId());
      default -> throw new AssertionError(name + " got " + packet);
    }
    return true;
  }

  /// Then it is sent again over another connection.
  private boolean refused(ReasonCode reason) {
    return cluster && reason.failure();
  }

  private Sent acknowledged(int id, ReasonCode reason) {
    assertThat(reason.failure()).as("%s was told %s", name, reason).isFalse();
    known = true;
    Sent sent = unacknowledged.get(id);
    if (sent == null) {
      throw new AssertionError(name + " is told of packet id " + id + ", which it did not use");
    }
    return sent;
  }

  @Override
  public String toString() {
    return name + ", " + next + " messages";
  }

  /// Two of them at each QoS.
  public static List<CrashPublisher> some(CrashChecker checker, boolean cluster) {
    return List.of(
        new CrashPublisher("one-a", Qos.AT_LEAST_ONCE, checker, cluster),
        new CrashPublisher("one-b", Qos.AT_LEAST_ONCE, checker, cluster),
        new CrashPublisher("two-a", Qos.EXACTLY_ONCE, checker, cluster),
        new CrashPublisher("two-b", Qos.EXACTLY_ONCE, checker, cluster));
  }
}
