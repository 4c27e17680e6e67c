package io.forebay.sim;

import io.forebay.core.log.EngineFailure;
import io.forebay.core.message.Qos;
import io.forebay.core.session.Session;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// What a client published and nobody acknowledged, by packet id; both ends of the handshakes, as
/// the standard has them (MQTT 5 §4.3, §4.4). A failure is final, as it is in MQTT 5.
final class Outbox {
  private static final class Sent {
    Ledger.Entry entry;
    final String payload;

    /// PUBREC came.
    boolean received;

    /// The connection on which PUBREL was sent.
    int released;

    Sent(Ledger.Entry entry, String payload) {
      this.entry = entry;
      this.payload = payload;
    }
  }

  private final World world;
  private final Map<Integer, Sent> unacknowledged = new LinkedHashMap<>();

  Outbox(World world) {
    this.world = world;
  }

  boolean isEmpty() {
    return unacknowledged.isEmpty();
  }

  /// Publishes under the lowest id that is free: ids are used again as soon as they can be.
  void publish(ClientConnection connection, Ledger.Entry entry, String payload) {
    int id = 1;
    while (unacknowledged.containsKey(id)) {
      id++;
    }
    Sent sent = new Sent(entry, payload);
    unacknowledged.put(id, sent);
    send(connection, id, sent);
  }

  /// After CONNACK: everything goes again, in order.
  void resume(ClientConnection connection) {
    for (Map.Entry<Integer, Sent> each : List.copyOf(unacknowledged.entrySet())) {
      Sent sent = each.getValue();
      if (sent.entry.qos() == Qos.AT_LEAST_ONCE) {
        sent.entry = world.ledger.newCopy(sent.entry, connection.number);
      }
      if (!sent.received) {
        send(connection, each.getKey(), sent);
      }
    }
  }

  private void send(ClientConnection connection, int id, Sent sent) {
    Session session = connection.session();
    boolean exactlyOnce = sent.entry.qos() == Qos.EXACTLY_ONCE;
    if (exactlyOnce && session.received().isKept(id)) {
      received(sent);
      return;
    }
    if (exactlyOnce) {
      session.received().begin(id);
    }
    world.publish(
        connection,
        Ledger.message(sent.entry, sent.payload, world.nowMillis()),
        exactlyOnce ? session.received().row(id) : null,
        failure -> {
          if (exactlyOnce) {
            session.received().settled(id, failure == null);
          }
          if (!connection.closed()) {
            settled(id, sent, failure);
          }
        });
  }

  private void settled(int id, Sent sent, @Nullable EngineFailure failure) {
    if (failure != null) {
      unacknowledged.remove(id);
    } else if (sent.entry.qos() == Qos.EXACTLY_ONCE) {
      received(sent);
    } else {
      acknowledged(sent);
      unacknowledged.remove(id);
    }
  }

  private void received(Sent sent) {
    acknowledged(sent);
    sent.received = true;
  }

  private void acknowledged(Sent sent) {
    Violation.unless(
        world.ledger.stored(sent.entry.number()) != null,
        "acknowledged before it is kept: %s",
        sent.entry);
  }

  /// Sends a PUBREL that is due.
  ///
  /// @return false if none is
  boolean release(ClientConnection connection, RandomGenerator dice) {
    List<Integer> due = new ArrayList<>();
    unacknowledged.forEach(
        (id, sent) -> {
          if (sent.received && sent.released != connection.number) {
            due.add(id);
          }
        });
    if (due.isEmpty()) {
      return false;
    }
    int id = due.get(dice.nextInt(due.size()));
    Sent sent = unacknowledged.get(id);
    if (sent != null) {
      sent.released = connection.number;
    }
    boolean known =
        connection
            .session()
            .received()
            .release(
                id,
                () -> {
                  if (!connection.closed()) {
                    unacknowledged.remove(id);
                  }
                });
    if (!known) {
      unacknowledged.remove(id);
    }
    return true;
  }

  /// The session in which it was said is gone.
  void forgetExactlyOnce() {
    unacknowledged.values().removeIf(sent -> sent.entry.qos() == Qos.EXACTLY_ONCE);
  }
}
