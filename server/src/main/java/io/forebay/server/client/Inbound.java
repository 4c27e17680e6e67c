package io.forebay.server.client;

import io.forebay.core.message.Qos;
import io.forebay.mqtt.Puback;
import io.forebay.mqtt.Pubcomp;
import io.forebay.mqtt.Publish;
import io.forebay.mqtt.Pubrec;
import io.forebay.mqtt.Pubrel;
import io.forebay.mqtt.ReasonCode;
import java.util.BitSet;

/// The messages that come from the broker, and their acknowledgements (§4.3). Used on the event
/// loop only.
final class Inbound {
  private final Outbox outbox;
  private final ClientListener listener;

  /// QoS 2 messages that were handed on and whose PUBREL has not come.
  private final BitSet received = new BitSet();

  Inbound(Outbox outbox, ClientListener listener) {
    this.outbox = outbox;
    this.listener = listener;
  }

  void on(Publish message) {
    if (message.topicAlias() != 0) {
      throw new ProtocolViolation("the broker used a topic alias, and this client takes none");
    }
    int id = message.packetId();
    if (message.qos() == Qos.EXACTLY_ONCE && received.get(id)) {
      outbox.add(Pubrec.of(id, ReasonCode.SUCCESS));
      return;
    }
    listener.message(message);
    switch (message.qos()) {
      case AT_MOST_ONCE -> {}
      case AT_LEAST_ONCE -> outbox.add(Puback.of(id, ReasonCode.SUCCESS));
      case EXACTLY_ONCE -> {
        received.set(id);
        outbox.add(Pubrec.of(id, ReasonCode.SUCCESS));
      }
    }
  }

  /// An unknown id is no error: the session is older than this process (§4.3.3).
  void on(Pubrel packet) {
    boolean known = received.get(packet.packetId());
    received.clear(packet.packetId());
    ReasonCode reason = known ? ReasonCode.SUCCESS : ReasonCode.PACKET_IDENTIFIER_NOT_FOUND;
    outbox.add(Pubcomp.of(packet.packetId(), reason));
  }
}
