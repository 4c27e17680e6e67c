package io.forebay.mqtt.connection;

import io.forebay.core.Broker;
import io.forebay.core.log.Batch;
import io.forebay.core.log.EngineFailure;
import io.forebay.core.log.Receipt;
import io.forebay.core.message.Message;
import io.forebay.core.message.Qos;
import io.forebay.core.routing.Counters;
import io.forebay.core.routing.Figure;
import io.forebay.core.routing.Lane;
import io.forebay.core.session.Session;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.Puback;
import io.forebay.mqtt.Pubcomp;
import io.forebay.mqtt.Publish;
import io.forebay.mqtt.Pubrec;
import io.forebay.mqtt.Pubrel;
import io.forebay.mqtt.ReasonCode;
import io.forebay.mqtt.codec.MalformedPacket;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What comes in from one client as messages: PUBLISH and the receiving side of the QoS handshakes
/// (MQTT 5 §4.3), and the back-pressure on who sends too much. On the connection's event loop.
///
/// A QoS 2 message is *receiving* in the session from PUBLISH until the engine has settled it, then
/// *received* until PUBREL. Both outlive this connection; what is counted for Receive Maximum does
/// not.
final class Inlet implements Receipt {
  /// Set in a receipt's token beside the packet id.
  private static final int EXACTLY_ONCE = 1 << 16;

  private static final int PUBACK = 0x40;
  private static final int PUBREC = 0x50;
  private static final int PUBCOMP = 0x70;

  private final Connection connection;
  private final Loop loop;
  private final Outlet outlet;
  private final Session session;
  private @Nullable TopicAliases aliases;

  /// Messages that the engine has not settled.
  private int unsettled;

  /// Ids of QoS 2 messages that this connection brought, that were kept and not released.
  private @Nullable Set<Integer> unreleased;

  private boolean paused;
  private boolean awaitingRelief;

  /// What the client publishes is counted; null if nothing bounds it.
  private final @Nullable PublishBudget budget;

  private boolean overdrawn;

  Inlet(Connection connection, Loop loop, Outlet outlet, Session session, Standing standing) {
    this.connection = connection;
    this.loop = loop;
    this.outlet = outlet;
    this.session = session;
    budget = PublishBudget.of(loop.broker(), standing, loop.timer());
  }

  /// Whether nothing may be read from the client now.
  boolean paused() {
    return paused;
  }

  // ---------------------------------------------------------------- PUBLISH

  /// @throws MalformedPacket if it ends the connection
  void publish(Publish publish) {
    Counters counters = loop.counters();
    counters.increment(Figure.PUBLISH_RECEIVED);
    counters.add(Figure.PUBLISH_BYTES_RECEIVED, publish.payload().length);
    if (publish.subscriptionIds().length > 0) {
      throw new MalformedPacket(
          ReasonCode.PROTOCOL_ERROR, "a client sends no subscription identifier");
    }
    String topic = publish.topicAlias() == 0 ? publish.topic() : aliases().topic(publish);
    if (publish.qos() == Qos.EXACTLY_ONCE && isRepeated(publish.packetId())) {
      return;
    }
    Refusal refusal =
        PublishRules.check(topic, publish, loop.broker(), connection.standing().permissions());
    if (refusal != null) {
      refuse(publish, refusal);
    } else {
      take(publish, topic);
    }
  }

  private TopicAliases aliases() {
    TopicAliases there = aliases;
    if (there == null) {
      there = new TopicAliases(loop.broker().limits().topicAliases());
      aliases = there;
    }
    return there;
  }

  /// A QoS 2 message that came before: it is answered, or will be, and not published again
  /// [MQTT-4.3.3-10].
  private boolean isRepeated(int packetId) {
    if (session.received().isKept(packetId)) {
      countUnreleased(packetId);
      outlet.acknowledge(PUBREC, packetId);
      return true;
    }
    return session.received().isUnderWay(packetId);
  }

  private void take(Publish publish, String topic) {
    Broker broker = loop.broker();
    Message message = message(publish, topic, session.clientId(), broker.nowMillis());
    int id = publish.packetId();
    switch (publish.qos()) {
      case AT_MOST_ONCE -> broker.publish(loop.lane(), message, null, 0);
      case AT_LEAST_ONCE -> {
        countUnsettled();
        broker.publish(loop.lane(), message, this, id);
      }
      case EXACTLY_ONCE -> {
        countUnsettled();
        session.received().begin(id);
        Batch.Row row = session.received().row(id);
        broker.publish(loop.lane(), message, this, id | EXACTLY_ONCE, row);
      }
    }
    if (budget != null) {
      charge(budget, message);
    }
    // Of a client that is behind itself we need to read the acknowledgements.
    if (loop.lane().congested() && !session.catchingUp()) {
      pause();
      awaitRelief();
    }
  }

  /// The message is taken; the client may have to wait before we read the next.
  private void charge(PublishBudget mine, Message message) {
    long waitNanos = mine.charge(message.payload().length);
    if (waitNanos == 0 || overdrawn) {
      return;
    }
    loop.counters().increment(Figure.PUBLISH_THROTTLED);
    if (mine.closes()) {
      connection.refuse(
          ReasonCode.MESSAGE_RATE_TOO_HIGH, "more messages than this client may publish");
      return;
    }
    overdrawn = true;
    pause();
    loop.timer()
        .after(
            waitNanos,
            () -> {
              overdrawn = false;
              goOn();
            });
  }

  private static Message message(Publish publish, String topic, String publisher, long nowMillis) {
    long expiresAtMillis =
        publish.expirySeconds() < 0 ? Message.NEVER : nowMillis + publish.expirySeconds() * 1_000;
    return new Message(
        topic,
        publish.payload(),
        publish.qos(),
        publish.retain(),
        publish.properties(),
        publisher,
        nowMillis,
        expiresAtMillis);
  }

  /// Says why a message is not taken. MQTT 3 has no words for it: there it is dropped and
  /// acknowledged [MQTT-3.3.5-2], since a client that got no answer would send it again for ever.
  /// At QoS 0 a fault in the packet itself ends the connection, as there is no other way to tell.
  private void refuse(Publish publish, Refusal refusal) {
    loop.counters().increment(Figure.PUBLISH_REFUSED);
    boolean v5 = outlet.version() == ProtocolVersion.V5;
    int id = publish.packetId();
    if (!v5 && publish.qos() != Qos.AT_MOST_ONCE && refusal.reason() == ReasonCode.QUOTA_EXCEEDED) {
      // The client has no word for it but a lost connection; it will send the message again.
      connection.refuse(refusal.reason(), refusal.detail());
      return;
    }
    if (publish.qos() != Qos.AT_MOST_ONCE) {
      boolean exactlyOnce = publish.qos() == Qos.EXACTLY_ONCE;
      if (exactlyOnce && !v5) {
        session.received().keep(id);
      }
      answer(id, exactlyOnce, refusal.reason(), refusal.detail());
    } else if (v5 && refusal.reason() != ReasonCode.NOT_AUTHORIZED) {
      throw new MalformedPacket(refusal.reason(), refusal.detail());
    }
    if (!v5
        && refusal.reason() == ReasonCode.NOT_AUTHORIZED
        && loop.broker().quotas().deniedPublishCloses()) {
      connection.refuse(refusal.reason(), refusal.detail());
    }
  }

  private void answer(int id, boolean exactlyOnce, ReasonCode reason, @Nullable String detail) {
    String words = outlet.words(detail);
    if (exactlyOnce) {
      connection.answer(new Pubrec(id, reason, words, List.of()), Pubrec.of(id, reason));
    } else {
      connection.answer(new Puback(id, reason, words, List.of()), Puback.of(id, reason));
    }
  }

  // ---------------------------------------------------------------- what became of it

  @Override
  public void settled(int token, boolean matched, @Nullable EngineFailure failure) {
    int id = token & 0xFFFF;
    boolean exactlyOnce = (token & EXACTLY_ONCE) != 0;
    unsettled--;
    if (exactlyOnce) {
      session.received().settled(id, failure == null);
    }
    if (!connection.isOpen()) {
      return;
    }
    if (failure != null) {
      notKept(id, exactlyOnce, failure);
    } else {
      kept(id, exactlyOnce, matched);
    }
    goOn();
  }

  private void kept(int id, boolean exactlyOnce, boolean matched) {
    if (exactlyOnce) {
      unreleased().add(id);
    }
    // A client that is away may have subscribed as well; only its row knows.
    if (matched || outlet.version() != ProtocolVersion.V5 || loop.broker().offlineSessions() > 0) {
      outlet.acknowledge(exactlyOnce ? PUBREC : PUBACK, id);
    } else {
      answer(id, exactlyOnce, ReasonCode.NO_MATCHING_SUBSCRIBERS, null);
    }
  }

  private void notKept(int id, boolean exactlyOnce, EngineFailure failure) {
    loop.counters().increment(Figure.PUBLISH_REFUSED);
    ReasonCode reason = reason(failure);
    if (outlet.version() == ProtocolVersion.V5) {
      answer(id, exactlyOnce, reason, failure.detail());
    } else {
      // The client has no word for it but a lost connection; it will send the message again.
      connection.refuse(reason, failure.detail());
    }
  }

  /// What the client is told of a failure of the engine.
  static ReasonCode reason(EngineFailure failure) {
    return switch (failure.kind()) {
      // PUBACK knows no packet that is too large (table 3-4).
      case QUOTA, TOO_LARGE -> ReasonCode.QUOTA_EXCEEDED;
      case NOT_AUTHORIZED -> ReasonCode.NOT_AUTHORIZED;
      case UNAVAILABLE -> ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR;
      case BROKEN -> ReasonCode.UNSPECIFIED_ERROR;
    };
  }

  /// PUBREL: the client will not send the message again.
  void release(Pubrel pubrel) {
    int id = pubrel.packetId();
    if (unreleased != null) {
      unreleased.remove(id);
    }
    if (!session.received().release(id, () -> outlet.acknowledge(PUBCOMP, id))) {
      outlet.send(Pubcomp.of(id, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND));
    }
  }

  // ---------------------------------------------------------------- back-pressure

  private Set<Integer> unreleased() {
    Set<Integer> there = unreleased;
    if (there == null) {
      there = new HashSet<>();
      unreleased = there;
    }
    return there;
  }

  private void countUnreleased(int packetId) {
    unreleased().add(packetId);
    checkReceiveMaximum();
  }

  private void countUnsettled() {
    unsettled++;
    checkReceiveMaximum();
    if (unsettled > receiveMaximum()) {
      pause();
    }
  }

  /// An MQTT 5 client keeps within our Receive Maximum [MQTT-3.3.4-7]. Clients of MQTT 3 do not
  /// know it: they are not read while more than that waits for the engine.
  private void checkReceiveMaximum() {
    int waiting = unsettled + (unreleased == null ? 0 : unreleased.size());
    if (waiting > receiveMaximum() && outlet.version() == ProtocolVersion.V5) {
      throw new MalformedPacket(
          ReasonCode.RECEIVE_MAXIMUM_EXCEEDED,
          "more than " + receiveMaximum() + " unacknowledged messages");
    }
  }

  private int receiveMaximum() {
    return loop.broker().limits().receiveMaximum();
  }

  private void pause() {
    paused = true;
    connection.reading(false);
  }

  private void awaitRelief() {
    if (!awaitingRelief) {
      awaitingRelief = true;
      loop.lane().whenRelieved(this::relieved);
    }
  }

  private void relieved() {
    awaitingRelief = false;
    goOn();
  }

  /// Reads on, if it was stopped and nothing speaks against it any more.
  private void goOn() {
    Lane lane = loop.lane();
    if (!paused || overdrawn || !connection.isOpen() || unsettled > receiveMaximum() / 2) {
      return;
    }
    if (lane.congested()) {
      awaitRelief();
    } else {
      paused = false;
      connection.reading(true);
    }
  }
}
