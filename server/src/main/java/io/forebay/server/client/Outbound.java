package io.forebay.server.client;

import io.forebay.core.message.Qos;
import io.forebay.mqtt.Puback;
import io.forebay.mqtt.Pubcomp;
import io.forebay.mqtt.Publish;
import io.forebay.mqtt.Pubrec;
import io.forebay.mqtt.Pubrel;
import io.forebay.mqtt.ReasonCode;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The messages on their way to the broker (§4.3), and those that wait until the broker's Receive
/// Maximum lets them go. Used on the event loop only.
///
/// ```
/// QoS 1:  PUBLISH ─▶ PUBACK  done
/// QoS 2:  PUBLISH ─▶ PUBREC (refused: done) ─▶ PUBREL ─▶ PUBCOMP  done
/// ```
///
/// How many messages wait is for the caller to bound; [#size] tells.
final class Outbound {
  private final Outbox outbox;
  private final PacketIds ids;
  private final int receiveMaximum;
  private final IntObjectMap<Pending> inFlight = new IntObjectHashMap<>();
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();

  Outbound(Outbox outbox, PacketIds ids, int receiveMaximum) {
    this.outbox = outbox;
    this.ids = ids;
    this.receiveMaximum = receiveMaximum;
  }

  /// Sends the message, or keeps it until the window has room: order is kept.
  void publish(Publish message, Acknowledgement acknowledgement) {
    if (waiting.isEmpty() && mayLeave(message)) {
      send(message, acknowledgement);
    } else {
      waiting.add(new Waiting(message, acknowledgement));
    }
  }

  void on(Puback packet) {
    finish(packet.packetId(), Stage.PUBACK, packet.reason(), packet.reasonString());
  }

  void on(Pubrec packet) {
    Pending pending = inFlight.get(packet.packetId());
    if (pending == null) {
      outbox.add(Pubrel.of(packet.packetId(), ReasonCode.PACKET_IDENTIFIER_NOT_FOUND));
    } else if (packet.reason().failure()) {
      finish(packet.packetId(), Stage.PUBREC, packet.reason(), packet.reasonString());
    } else {
      require(pending, packet.packetId(), Stage.PUBREC);
      inFlight.put(packet.packetId(), pending.awaiting(Stage.PUBCOMP, packet.reason()));
      outbox.add(Pubrel.of(packet.packetId(), ReasonCode.SUCCESS));
    }
  }

  void on(Pubcomp packet) {
    Pending pending = inFlight.get(packet.packetId());
    boolean failed = pending == null || packet.reason().failure();
    ReasonCode reason = failed ? packet.reason() : pending.reason();
    finish(packet.packetId(), Stage.PUBCOMP, reason, packet.reasonString());
  }

  /// Messages that are not acknowledged yet, those that wait included.
  int size() {
    return inFlight.size() + waiting.size();
  }

  /// The connection is over.
  void fail(ClientException reason) {
    List<Acknowledgement> open = new ArrayList<>(size());
    inFlight.values().forEach(pending -> open.add(pending.acknowledgement()));
    waiting.forEach(message -> open.add(message.acknowledgement()));
    inFlight.clear();
    waiting.clear();
    open.forEach(acknowledgement -> acknowledgement.failed(reason));
  }

  private boolean mayLeave(Publish message) {
    return message.qos() == Qos.AT_MOST_ONCE || inFlight.size() < receiveMaximum;
  }

  private void send(Publish message, Acknowledgement acknowledgement) {
    if (message.qos() == Qos.AT_MOST_ONCE) {
      outbox.add(message, success -> settle(acknowledgement, success));
      return;
    }
    int id = ids.take();
    Stage next = message.qos() == Qos.AT_LEAST_ONCE ? Stage.PUBACK : Stage.PUBREC;
    inFlight.put(id, new Pending(acknowledgement, next, ReasonCode.SUCCESS));
    try {
      outbox.add(withId(message, id));
    } catch (RuntimeException e) {
      inFlight.remove(id);
      ids.free(id);
      throw e;
    }
  }

  private static void settle(Acknowledgement acknowledgement, boolean success) {
    if (success) {
      acknowledgement.acknowledged(ReasonCode.SUCCESS, null);
    } else {
      acknowledgement.failed(
          new ClientException("the connection broke before the message was sent"));
    }
  }

  private void finish(int id, Stage answer, ReasonCode reason, @Nullable String reasonString) {
    Pending pending = inFlight.get(id);
    require(pending, id, answer);
    inFlight.remove(id);
    ids.free(id);
    sendWaiting();
    pending.acknowledgement().acknowledged(reason, reasonString);
  }

  private void sendWaiting() {
    Waiting next = waiting.peek();
    while (next != null && mayLeave(next.message())) {
      waiting.remove();
      send(next.message(), next.acknowledgement());
      next = waiting.peek();
    }
  }

  /// An answer that nobody asked for means that broker and client no longer agree on what was sent.
  private static void require(@Nullable Pending pending, int id, Stage answer) {
    if (pending == null || pending.next() != answer) {
      throw new ProtocolViolation(
          "the broker sent %s for packet id %d, which %s"
              .formatted(
                  answer, id, pending == null ? "is not in use" : "waits for " + pending.next()));
    }
  }

  private static Publish withId(Publish message, int id) {
    return new Publish(
        id,
        message.dup(),
        message.qos(),
        message.retain(),
        message.topic(),
        message.topicAlias(),
        message.expirySeconds(),
        message.subscriptionIds(),
        message.properties(),
        message.payload());
  }

  /// The answer that a message waits for.
  private enum Stage {
    PUBACK,
    PUBREC,
    PUBCOMP
  }

  /// @param reason what PUBREC said: PUBCOMP does not repeat it
  private record Pending(Acknowledgement acknowledgement, Stage next, ReasonCode reason) {
    Pending awaiting(Stage stage, ReasonCode said) {
      return new Pending(acknowledgement, stage, said);
    }
  }

  private record Waiting(Publish message, Acknowledgement acknowledgement) {}
}
