package io.forebay.mqtt.connection;

import io.forebay.core.Broker;
import io.forebay.core.log.EngineFailure;
import io.forebay.core.log.Receipt;
import io.forebay.core.message.Message;
import io.forebay.core.message.Qos;
import io.forebay.core.routing.Figure;
import io.forebay.core.security.Decision;
import io.forebay.core.security.Principal;
import io.forebay.core.session.Consumer;
import io.forebay.core.session.Session;
import io.forebay.core.session.Sessions;
import io.forebay.core.topic.TopicFilter;
import io.forebay.mqtt.Auth;
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
import io.forebay.mqtt.Suback;
import io.forebay.mqtt.Subscribe;
import io.forebay.mqtt.Unsuback;
import io.forebay.mqtt.Unsubscribe;
import io.forebay.mqtt.codec.MalformedPacket;
import io.forebay.mqtt.codec.PacketEncoder;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One client's connection: the state machine of MQTT.
///
/// ```
/// NEW ──CONNECT──▶ AUTHENTICATING ──admitted──▶ OPENING ──session is ours──▶ OPEN
///  └────────────────────┴───────────────┬──────────┴───────────────────────────┘
///                                       ▼
///                                     CLOSED
/// ```
///
/// While AUTHENTICATING only AUTH is taken, while OPENING nothing is read; a client may send more
/// right after CONNECT, and that waits in its socket.
///
/// All on the connection's event loop.
public final class Connection implements Consumer, Receipt {
  private enum State {
    NEW,
    AUTHENTICATING,
    OPENING,
    OPEN,
    CLOSED
  }

  /// Set in a receipt's token beside the packet id.
  private static final int EXACTLY_ONCE = 1 << 16;

  private final Loop loop;
  private final Transport transport;
  private State state = State.NEW;
  private int lastHeardSecond;
  private int patienceSeconds;

  // Known from CONNECT on.
  private @Nullable Handshake handshake;
  private @Nullable Outlet outlet;
  private @Nullable Inlet inlet;
  private @Nullable Authentication authentication;

  // Known from CONNACK on.
  private @Nullable Principal principal;
  private @Nullable Session session;

  /// Messages of the client that are not kept yet, and QoS 2 ones that it has not released.
  private int unacknowledged;

  private @Nullable BitSet pendingExactlyOnce;
  private boolean paused;

  // Owned by KeepAlive.
  int bucket = -1;
  @Nullable Connection nextInBucket;
  @Nullable Connection previousInBucket;

  public Connection(Loop loop, Transport transport) {
    this.loop = loop;
    this.transport = transport;
    lastHeardSecond = loop.keepAlive().second();
    patienceSeconds = loop.broker().limits().connectTimeoutSeconds();
    loop.keepAlive().add(this);
  }

  /// The version that the client speaks; null until CONNECT said it.
  public @Nullable ProtocolVersion version() {
    return handshake == null ? null : handshake.connect().version();
  }

  /// Whether packets may be given to [#on] now.
  public boolean reads() {
    return state != State.OPENING && state != State.CLOSED && !paused;
  }

  // ---------------------------------------------------------------- packets from the client

  /// A packet has arrived.
  ///
  /// @throws MalformedPacket if the standard forbids it here; the caller gives it to [#refuse]
  public void on(Packet packet) {
    lastHeardSecond = loop.keepAlive().second();
    loop.counters().increment(Figure.PACKETS_RECEIVED);
    switch (state) {
      case NEW -> onNew(packet);
      case AUTHENTICATING -> onAuthenticating(packet);
      case OPEN -> onOpen(packet);
      case OPENING, CLOSED -> {}
    }
  }

  private void onNew(Packet packet) {
    if (!(packet instanceof Connect connect)) {
      throw new MalformedPacket(ReasonCode.PROTOCOL_ERROR, "the first packet is CONNECT");
    }
    connect(connect);
  }

  private void onAuthenticating(Packet packet) {
    if (packet instanceof Auth auth && authentication != null) {
      if (auth.reason() != ReasonCode.CONTINUE_AUTHENTICATION) {
        throw new MalformedPacket(ReasonCode.PROTOCOL_ERROR, "AUTH is out of turn");
      }
      authentication.on(auth, this::authenticated);
    } else {
      throw new MalformedPacket(ReasonCode.PROTOCOL_ERROR, "only AUTH may come before CONNACK");
    }
  }

  private void onOpen(Packet packet) {
    switch (packet) {
      case Publish publish -> publish(publish);
      case Puback puback -> session().acknowledged(puback.packetId());
      case Pubrec pubrec -> received(pubrec);
      case Pubrel pubrel -> release(pubrel);
      case Pubcomp pubcomp -> session().completed(pubcomp.packetId());
      case Subscribe subscribe -> subscribe(subscribe);
      case Unsubscribe unsubscribe -> unsubscribe(unsubscribe);
      case Pingreq ping -> outlet().send(Pingresp.INSTANCE);
      case Disconnect disconnect -> disconnect(disconnect);
      case Auth auth -> reauthenticate(auth);
      case Connect connect ->
          throw new MalformedPacket(ReasonCode.PROTOCOL_ERROR, "CONNECT comes once");
      case Connack connack -> throw fromServer();
      case Suback suback -> throw fromServer();
      case Unsuback unsuback -> throw fromServer();
      case Pingresp pong -> throw fromServer();
    }
  }

  private static MalformedPacket fromServer() {
    return new MalformedPacket(ReasonCode.PROTOCOL_ERROR, "only servers send this packet");
  }

  // ---------------------------------------------------------------- coming in

  private void connect(Connect connect) {
    Broker broker = loop.broker();
    handshake = new Handshake(connect, broker.limits(), connect.clientId(), 0, 0);
    handshake = Handshake.begin(connect, broker);
    outlet = new Outlet(transport, loop, connect, broker.limits().topicAliases());
    inlet = new Inlet(broker.limits());
    authentication =
        new Authentication(broker, loop, connect, handshake.credentials(transport.peer()));
    state = State.AUTHENTICATING;
    authentication.begin(this::authenticated);
  }

  private void authenticated(Decision decision) {
    if (state != State.AUTHENTICATING) {
      return;
    }
    switch (decision) {
      case Decision.Challenge challenge ->
          outlet()
              .send(authentication().packet(ReasonCode.CONTINUE_AUTHENTICATION, challenge.data()));
      case Decision.Refused refused ->
          refuse(
              refused.known() ? ReasonCode.NOT_AUTHORIZED : ReasonCode.BAD_USER_NAME_OR_PASSWORD,
              refused.detail());
      case Decision.Admitted admitted -> admit(admitted);
    }
  }

  private void admit(Decision.Admitted admitted) {
    Broker broker = loop.broker();
    if (!handshake().mayPublishWill(broker, admitted.principal())) {
      refuse(ReasonCode.NOT_AUTHORIZED, "the will's topic is not allowed");
      return;
    }
    if (!broker.enter()) {
      refuse(ReasonCode.SERVER_BUSY, "this node has as many connections as it may");
      return;
    }
    principal = admitted.principal();
    state = State.OPENING;
    broker.open(
        loop.lane(),
        handshake().opening(),
        this,
        new Sessions.Opened() {
          @Override
          public void opened(Session mine, boolean present) {
            Connection.this.opened(mine, present, admitted.data());
          }

          @Override
          public void refused() {
            if (state == State.OPENING) {
              broker.leave();
              state = State.AUTHENTICATING;
              refuse(ReasonCode.QUOTA_EXCEEDED, "this node keeps as many sessions as it may");
            }
          }
        });
  }

  private void opened(Session mine, boolean present, byte @Nullable [] authenticationData) {
    if (state != State.OPENING) {
      // The client went while we waited for the session. It never heard that its will was taken.
      mine.dropWill();
      mine.close();
      return;
    }
    session = mine;
    state = State.OPEN;
    patienceSeconds = handshake().keepAliveSeconds() * 3 / 2;
    loop.keepAlive().remove(this);
    if (patienceSeconds > 0) {
      loop.keepAlive().add(this);
    }
    loop.counters().increment(Figure.CONNECTIONS_ACCEPTED);
    outlet().send(handshake().accepted(present, authenticationData));
    mine.resume();
    transport.reading(true);
  }

  private void reauthenticate(Auth auth) {
    authentication()
        .on(
            auth,
            decision -> {
              if (state != State.OPEN) {
                return;
              }
              switch (decision) {
                case Decision.Challenge challenge ->
                    outlet()
                        .send(
                            authentication()
                                .packet(ReasonCode.CONTINUE_AUTHENTICATION, challenge.data()));
                case Decision.Admitted admitted -> {
                  principal = admitted.principal();
                  outlet().send(authentication().packet(ReasonCode.SUCCESS, admitted.data()));
                }
                case Decision.Refused refused ->
                    refuse(ReasonCode.NOT_AUTHORIZED, refused.detail());
              }
            });
  }

  // ---------------------------------------------------------------- messages from the client

  private void publish(Publish publish) {
    loop.counters().increment(Figure.PUBLISH_RECEIVED);
    loop.counters().add(Figure.PUBLISH_BYTES_RECEIVED, publish.payload().length);
    if (publish.subscriptionIds().length > 0) {
      throw new MalformedPacket(
          ReasonCode.PROTOCOL_ERROR, "a client sends no subscription identifier");
    }
    String topic = inlet().topic(publish);
    if (publish.qos() == Qos.EXACTLY_ONCE && isRepeated(publish.packetId())) {
      return;
    }
    Inlet.Refusal refusal = inlet().check(topic, publish);
    if (refusal == null) {
      refusal = forbidden(topic, publish);
    }
    if (refusal != null) {
      refusePublish(publish, refusal);
      return;
    }
    Broker broker = loop.broker();
    Message message = inlet().message(publish, topic, session().clientId(), broker.nowMillis());
    switch (publish.qos()) {
      case AT_MOST_ONCE -> broker.publish(loop.lane(), message, null, 0);
      case AT_LEAST_ONCE -> {
        countIn();
        broker.publish(loop.lane(), message, this, publish.packetId());
      }
      case EXACTLY_ONCE -> {
        countIn();
        pendingExactlyOnce().set(publish.packetId());
        broker.publish(loop.lane(), message, this, publish.packetId() | EXACTLY_ONCE);
      }
    }
    if (loop.lane().congested() && !session().catchingUp()) {
      pause();
      loop.lane().whenRelieved(this::unpause);
    }
  }

  /// A QoS 2 message that came before: it is answered, or will be, and not published again (MQTT 5
  /// §4.3.3).
  private boolean isRepeated(int packetId) {
    if (session().hasReceived(packetId)) {
      outlet().acknowledge(0x50, packetId);
      return true;
    }
    return pendingExactlyOnce != null && pendingExactlyOnce.get(packetId);
  }

  private BitSet pendingExactlyOnce() {
    if (pendingExactlyOnce == null) {
      pendingExactlyOnce = new BitSet();
    }
    return pendingExactlyOnce;
  }

  /// One more message that we owe an answer for: an MQTT 5 client keeps within our Receive Maximum
  /// (§3.3.4), others are not read while they are beyond it.
  private void countIn() {
    int maximum = loop.broker().limits().receiveMaximum();
    if (++unacknowledged <= maximum) {
      return;
    }
    if (outlet().version() == ProtocolVersion.V5) {
      throw new MalformedPacket(
          ReasonCode.RECEIVE_MAXIMUM_EXCEEDED, "more than " + maximum + " unacknowledged messages");
    }
    pause();
  }

  private void countOut() {
    if (--unacknowledged == loop.broker().limits().receiveMaximum() / 2 && paused) {
      unpause();
    }
  }

  private void pause() {
    if (!paused) {
      paused = true;
      transport.reading(false);
    }
  }

  private void unpause() {
    if (paused && state == State.OPEN) {
      paused = false;
      transport.reading(true);
    }
  }

  private Inlet.@Nullable Refusal forbidden(String topic, Publish publish) {
    Broker broker = loop.broker();
    if (reserved(topic) || !broker.authorizer().mayPublish(principal(), topic)) {
      return new Inlet.Refusal(
          ReasonCode.NOT_AUTHORIZED, "publishing to this topic is not allowed");
    }
    if (publish.retain() && publish.payload().length > 0 && !broker.takesRetained()) {
      return new Inlet.Refusal(
          ReasonCode.QUOTA_EXCEEDED, "this node keeps as many retained messages as it may");
    }
    return null;
  }

  /// Topics that only the node itself publishes to.
  static boolean reserved(String topic) {
    return topic.startsWith("$SYS/") || topic.equals("$SYS");
  }

  /// Says why a message is not taken. MQTT 3 has no words for it: there it is dropped and
  /// acknowledged, since a client that got no answer would send it again for ever. At QoS 0 a fault
  /// in the packet itself ends the connection, as there is no other way to tell.
  private void refusePublish(Publish publish, Inlet.Refusal refusal) {
    loop.counters().increment(Figure.PUBLISH_REFUSED);
    boolean v5 = outlet().version() == ProtocolVersion.V5;
    int id = publish.packetId();
    switch (publish.qos()) {
      case AT_MOST_ONCE -> {
        if (v5 && refusal.reason() != ReasonCode.NOT_AUTHORIZED) {
          throw new MalformedPacket(refusal.reason(), refusal.detail());
        }
      }
      case AT_LEAST_ONCE ->
          sendExplained(
              new Puback(id, refusal.reason(), words(refusal.detail()), List.of()),
              Puback.of(id, refusal.reason()));
      case EXACTLY_ONCE -> {
        if (!v5) {
          session().keepReceived(id);
          unacknowledged++;
        }
        sendExplained(
            new Pubrec(id, refusal.reason(), words(refusal.detail()), List.of()),
            Pubrec.of(id, refusal.reason()));
      }
    }
  }

  @Override
  public void settled(int token, boolean matched, @Nullable EngineFailure failure) {
    if (state != State.OPEN) {
      return;
    }
    int id = token & 0xFFFF;
    boolean exactlyOnce = (token & EXACTLY_ONCE) != 0;
    if (exactlyOnce) {
      pendingExactlyOnce().clear(id);
    }
    if (failure != null) {
      notKept(id, exactlyOnce, failure);
      return;
    }
    if (exactlyOnce) {
      session().keepReceived(id);
    } else {
      countOut();
    }
    if (matched || outlet().version() != ProtocolVersion.V5) {
      outlet().acknowledge(exactlyOnce ? 0x50 : 0x40, id);
    } else if (exactlyOnce) {
      outlet().send(Pubrec.of(id, ReasonCode.NO_MATCHING_SUBSCRIBERS));
    } else {
      outlet().send(Puback.of(id, ReasonCode.NO_MATCHING_SUBSCRIBERS));
    }
  }

  private void notKept(int id, boolean exactlyOnce, EngineFailure failure) {
    countOut();
    loop.counters().increment(Figure.PUBLISH_REFUSED);
    ReasonCode reason = reason(failure);
    if (outlet().version() != ProtocolVersion.V5) {
      // The client has no word for it but a lost connection; it will send the message again.
      refuse(reason, failure.detail());
    } else if (exactlyOnce) {
      sendExplained(
          new Pubrec(id, reason, words(failure.detail()), List.of()), Pubrec.of(id, reason));
    } else {
      sendExplained(
          new Puback(id, reason, words(failure.detail()), List.of()), Puback.of(id, reason));
    }
  }

  private static ReasonCode reason(EngineFailure failure) {
    return switch (failure.kind()) {
      case QUOTA -> ReasonCode.QUOTA_EXCEEDED;
      case UNAVAILABLE -> ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR;
      case BROKEN -> ReasonCode.UNSPECIFIED_ERROR;
    };
  }

  private void release(Pubrel pubrel) {
    if (session().release(pubrel.packetId())) {
      countOut();
      outlet().acknowledge(0x70, pubrel.packetId());
    } else {
      outlet().send(Pubcomp.of(pubrel.packetId(), ReasonCode.PACKET_IDENTIFIER_NOT_FOUND));
    }
  }

  private void received(Pubrec pubrec) {
    if (!session().received(pubrec.packetId(), pubrec.reason().failure())
        && !pubrec.reason().failure()) {
      outlet().send(Pubrel.of(pubrec.packetId(), ReasonCode.PACKET_IDENTIFIER_NOT_FOUND));
    }
  }

  // ---------------------------------------------------------------- subscriptions

  private void subscribe(Subscribe subscribe) {
    List<ReasonCode> reasons = new ArrayList<>(subscribe.entries().size());
    List<Session.Request> requests = new ArrayList<>(subscribe.entries().size());
    Subscriptions check = new Subscriptions(loop.broker(), session(), principal());
    for (Subscribe.Entry entry : subscribe.entries()) {
      reasons.add(check.check(entry, subscribe.subscriptionId(), requests));
    }
    String detail = check.detail();
    session()
        .subscribe(
            requests,
            failure -> {
              if (state == State.OPEN) {
                List<ReasonCode> told = failure == null ? reasons : allOf(reasons, reason(failure));
                Suback plain = new Suback(subscribe.packetId(), told, null, List.of());
                sendExplained(
                    new Suback(subscribe.packetId(), told, words(detail), List.of()), plain);
              }
            });
  }

  private static List<ReasonCode> allOf(List<ReasonCode> reasons, ReasonCode reason) {
    return reasons.stream().map(each -> reason).toList();
  }

  private void unsubscribe(Unsubscribe unsubscribe) {
    List<ReasonCode> reasons = new ArrayList<>(unsubscribe.filters().size());
    List<TopicFilter> filters = new ArrayList<>(unsubscribe.filters().size());
    for (String given : unsubscribe.filters()) {
      try {
        filters.add(TopicFilter.parse(given, loop.broker().limits().topicLevels()));
        reasons.add(ReasonCode.SUCCESS);
      } catch (IllegalArgumentException e) {
        reasons.add(ReasonCode.TOPIC_FILTER_INVALID);
      }
    }
    List<Boolean> held = new ArrayList<>();
    held.addAll(
        session()
            .unsubscribe(
                filters,
                failure -> {
                  if (state == State.OPEN) {
                    List<ReasonCode> told =
                        failure == null ? reasons : allOf(reasons, reason(failure));
                    outlet().send(new Unsuback(unsubscribe.packetId(), told, null, List.of()));
                  }
                }));
    int next = 0;
    for (int i = 0; i < reasons.size(); i++) {
      if (reasons.get(i) == ReasonCode.SUCCESS && !held.get(next++)) {
        reasons.set(i, ReasonCode.NO_SUBSCRIPTION_EXISTED);
      }
    }
  }

  // ---------------------------------------------------------------- messages to the client

  @Override
  public boolean writable() {
    return transport.writable();
  }

  @Override
  public boolean deliver(
      Message message, Qos qos, boolean dup, boolean retain, int packetId, int[] subscriptionIds) {
    return outlet().publish(message, qos, dup, retain, packetId, subscriptionIds);
  }

  @Override
  public void release(int packetId) {
    outlet().acknowledge(0x62, packetId);
  }

  /// The socket takes bytes again.
  public void writableAgain() {
    if (session != null && state == State.OPEN) {
      session.pump();
    }
  }

  // ---------------------------------------------------------------- going

  private void disconnect(Disconnect disconnect) {
    long expiry = disconnect.sessionExpirySeconds();
    if (expiry >= 0) {
      if (expiry > 0 && handshake().connect().sessionExpirySeconds() == 0) {
        throw new MalformedPacket(
            ReasonCode.PROTOCOL_ERROR, "a session that ends with the connection stays so");
      }
      session().expirySeconds(Math.min(expiry, loop.broker().limits().sessionExpirySeconds()));
    }
    if (disconnect.reason() == ReasonCode.SUCCESS) {
      session().dropWill();
    }
    close();
  }

  @Override
  public void end(End why) {
    switch (why) {
      case TAKEN_OVER ->
          refuse(ReasonCode.SESSION_TAKEN_OVER, "another connection uses this client id");
      case SHUTTING_DOWN -> refuse(ReasonCode.SERVER_SHUTTING_DOWN, "the server is shutting down");
      case ADMINISTRATIVE -> refuse(ReasonCode.ADMINISTRATIVE_ACTION, "ended by an administrator");
    }
  }

  /// KeepAlive: the second in which the client has been silent for too long.
  int deadlineSecond() {
    return lastHeardSecond + patienceSeconds;
  }

  /// KeepAlive: that second has come.
  void overdue() {
    if (state == State.OPEN) {
      refuse(ReasonCode.KEEP_ALIVE_TIMEOUT, "nothing came within one and a half keep alives");
    } else {
      close();
    }
  }

  /// A packet broke the standard.
  public void refuse(MalformedPacket malformed) {
    if (state == State.NEW && handshake == null) {
      refuseUnknown(malformed);
    } else {
      refuse(malformed.reason(), malformed.getMessage());
    }
  }

  /// Nothing is known of the client but perhaps the version in its broken CONNECT. Whoever does not
  /// even speak MQTT gets no answer.
  private void refuseUnknown(MalformedPacket malformed) {
    ProtocolVersion spoken = malformed.version();
    if (spoken == null && malformed.reason() == ReasonCode.UNSUPPORTED_PROTOCOL_VERSION) {
      spoken = ProtocolVersion.V3_1_1;
    }
    if (spoken != null) {
      loop.counters().increment(Figure.CONNECTIONS_REFUSED);
      PacketEncoder.encode(
          Connack.refused(malformed.reason(), malformed.getMessage()), spoken, transport.out());
    }
    close();
  }

  /// Says why, as far as the version has words for it, and closes.
  private void refuse(ReasonCode reason, @Nullable String detail) {
    if (state == State.CLOSED || handshake == null) {
      close();
      return;
    }
    Outlet out = outlet != null ? outlet : new Outlet(transport, loop, handshake.connect(), 0);
    if (state != State.OPEN) {
      loop.counters().increment(Figure.CONNECTIONS_REFUSED);
      if (out.version() == ProtocolVersion.V5 || hasConnackCode(reason)) {
        sendFitting(out, Connack.refused(reason, detail), Connack.refused(reason, null));
      }
    } else if (out.version() == ProtocolVersion.V5) {
      sendFitting(out, Disconnect.of(reason, detail), Disconnect.of(reason, null));
    }
    close();
  }

  /// Whether MQTT 3 has a CONNACK code for it (3.1.1 §3.2.2.3); else it just closes.
  private static boolean hasConnackCode(ReasonCode reason) {
    return switch (reason) {
      case UNSUPPORTED_PROTOCOL_VERSION,
          CLIENT_IDENTIFIER_NOT_VALID,
          SERVER_UNAVAILABLE,
          SERVER_BUSY,
          SERVER_SHUTTING_DOWN,
          QUOTA_EXCEEDED,
          BAD_USER_NAME_OR_PASSWORD,
          NOT_AUTHORIZED ->
          true;
      default -> false;
    };
  }

  /// Sends the packet with words if the client wants them and has room for them, else the plain
  /// one.
  private void sendExplained(Packet explained, Packet plain) {
    sendFitting(outlet(), explained, plain);
  }

  private static void sendFitting(Outlet out, Packet explained, Packet plain) {
    if (out.takes(explained)) {
      out.send(explained);
    } else if (out.takes(plain)) {
      out.send(plain);
    }
  }

  /// Reason strings go to clients that asked for problem information only (MQTT 5 §3.1.2.11.7).
  private @Nullable String words(@Nullable String detail) {
    return handshake().connect().requestProblemInformation() ? detail : null;
  }

  private void close() {
    transport.close();
    closed();
  }

  /// The socket is closed, by whomever. The session lets go; a will is published unless the client
  /// said goodbye.
  public void closed() {
    if (state == State.CLOSED) {
      return;
    }
    boolean entered = state == State.OPENING || state == State.OPEN;
    state = State.CLOSED;
    loop.keepAlive().remove(this);
    if (entered) {
      loop.broker().leave();
    }
    if (session != null) {
      if (pendingExactlyOnce != null) {
        // They are on their way into the log, in an earlier batch than the session's row: a client
        // that sends one of them again must find it known (MQTT 5 §4.3.3).
        pendingExactlyOnce.stream().forEach(session::keepReceived);
      }
      session.close();
    }
  }

  // ---------------------------------------------------------------- parts that are there by now

  private Handshake handshake() {
    return there(handshake);
  }

  private Outlet outlet() {
    return there(outlet);
  }

  private Inlet inlet() {
    return there(inlet);
  }

  private Authentication authentication() {
    return there(authentication);
  }

  private Principal principal() {
    return there(principal);
  }

  private Session session() {
    return there(session);
  }

  private static <T> T there(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("used before its state was reached");
    }
    return part;
  }
}
