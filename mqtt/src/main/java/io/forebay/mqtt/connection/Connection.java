package io.forebay.mqtt.connection;

import io.forebay.core.Broker;
import io.forebay.core.log.EngineFailure;
import io.forebay.core.message.Message;
import io.forebay.core.message.Qos;
import io.forebay.core.message.UserProperty;
import io.forebay.core.routing.Figure;
import io.forebay.core.security.Decision;
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
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One client's connection: the state machine of MQTT.
///
/// ```
/// NEW ──CONNECT──▶ WAITING ──its turn──▶ AUTHENTICATING ──admitted──▶ OPENING ──session is ours──▶ OPEN
///  └──────────────────┴───────────────────────┴───────┬───────────────────┴───────────────────────┘
///                                                     ▼
///                                                  CLOSED
/// ```
///
/// While AUTHENTICATING a client is read only when it is asked for AUTH, while WAITING or OPENING
/// not at all: it may send more right after CONNECT, and that waits in its socket.
///
/// Here is what may come when, and how a connection begins and ends. What the packets do is in
/// [Inlet] (messages from the client), [Outlet] (messages to it), [Subscriptions], [Authentication]
/// and [Handshake]; the last words are [Farewell]'s.
///
/// All on the connection's event loop.
public final class Connection implements Consumer {
  private enum State {
    NEW,
    WAITING,
    AUTHENTICATING,
    OPENING,
    OPEN,
    CLOSED
  }

  /// A will, a token and names of usual size, many times over.
  private static final int CONNECT_BYTES = 128 << 10;

  private final Loop loop;
  private final Transport transport;
  private State state = State.NEW;
  private int lastHeardSecond;
  private int patienceSeconds;

  // Known from CONNECT to CONNACK: an idle connection does not hold what it needs no more.
  private @Nullable Handshake handshake;

  // Known from CONNECT on; authentication stays only if it may be repeated.
  private @Nullable Outlet outlet;
  private @Nullable Authentication authentication;

  // Known from the moment it is admitted.
  private @Nullable Standing standing;

  // Known from CONNACK on.
  private @Nullable Session session;
  private @Nullable Inlet inlet;
  private boolean endsWithConnection;

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
    if (outlet != null) {
      return outlet.version();
    }
    return handshake == null ? null : handshake.connect().version();
  }

  /// The largest packet that the client may send now. Who has not shown who it is gets the room
  /// that a CONNECT needs.
  public int maximumPacketBytes() {
    int bytes = loop.broker().limits().packetSizeBytes();
    return state == State.OPEN ? bytes : Math.min(bytes, CONNECT_BYTES);
  }

  /// Whether packets may be given to [#on] now.
  public boolean reads() {
    return switch (state) {
      case NEW -> true;
      case AUTHENTICATING -> !authentication().asking();
      case WAITING, OPENING, CLOSED -> false;
      case OPEN -> !inlet().paused();
    };
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
      case WAITING, OPENING, CLOSED -> {}
    }
  }

  private void onNew(Packet packet) {
    if (!(packet instanceof Connect connect)) {
      throw new MalformedPacket(ReasonCode.PROTOCOL_ERROR, "the first packet is CONNECT");
    }
    connect(connect);
  }

  private void onAuthenticating(Packet packet) {
    switch (packet) {
      case Auth auth -> authentication().on(auth, this::authenticated);
      case Disconnect disconnect -> close();
      default ->
          throw new MalformedPacket(
              ReasonCode.PROTOCOL_ERROR, "only AUTH or DISCONNECT may come before CONNACK");
    }
  }

  private void onOpen(Packet packet) {
    switch (packet) {
      case Publish publish -> inlet().publish(publish);
      case Puback puback -> acknowledged(puback);
      case Pubrec pubrec -> received(pubrec);
      case Pubrel pubrel -> inlet().release(pubrel);
      case Pubcomp pubcomp -> session().inFlight().completed(pubcomp.packetId());
      case Subscribe subscribe -> subscriptions().subscribe(subscribe);
      case Unsubscribe unsubscribe -> subscriptions().unsubscribe(unsubscribe);
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
    // So that a refusal by the next line knows whom it is for.
    handshake = new Handshake(connect, broker.limits(), connect.clientId(), 0, 0);
    handshake = Handshake.begin(connect, broker);
    outlet = new Outlet(transport, loop, connect, broker.limits().topicAliases());
    authentication = new Authentication(broker, loop, connect, handshake.credentials(transport));
    if (!turnedAway()) {
      state = State.WAITING;
      loop.connectGate().enter(this);
    }
  }

  /// Refuses a client for which there is no place just now, whoever it is.
  private boolean turnedAway() {
    String refusal = transport.refusal();
    if (refusal != null) {
      refuse(ReasonCode.QUOTA_EXCEEDED, refusal);
    } else if (loop.broker().isOverloaded()) {
      refuse(ReasonCode.SERVER_BUSY, "this node is overloaded; try again later");
    }
    return state == State.CLOSED;
  }

  /// ConnectGate: whether it still waits for its turn.
  boolean waits() {
    return state == State.WAITING;
  }

  /// ConnectGate: it is its turn.
  void letIn() {
    if (turnedAway()) {
      return;
    }
    lastHeardSecond = loop.keepAlive().second();
    state = State.AUTHENTICATING;
    authentication().begin(this::authenticated);
  }

  private void authenticated(Decision decision) {
    if (state != State.AUTHENTICATING) {
      return;
    }
    switch (decision) {
      case Decision.Challenge challenge -> {
        challenge(challenge);
        transport.reading(true);
      }
      case Decision.Refused refused -> refuse(reason(refused.why()), refused.detail());
      case Decision.Admitted admitted -> admit(admitted);
    }
  }

  private static ReasonCode reason(Decision.Why why) {
    return switch (why) {
      case CREDENTIALS -> ReasonCode.BAD_USER_NAME_OR_PASSWORD;
      case NOT_ALLOWED -> ReasonCode.NOT_AUTHORIZED;
      case BUSY -> ReasonCode.SERVER_BUSY;
      case UNAVAILABLE -> ReasonCode.SERVER_UNAVAILABLE;
    };
  }

  private void challenge(Decision.Challenge challenge) {
    Auth auth = authentication().packet(ReasonCode.CONTINUE_AUTHENTICATION, challenge.data());
    answer(auth, auth);
  }

  private void admit(Decision.Admitted admitted) {
    if (!outlet().takes(handshake().accepted(true, admitted.data()))) {
      refuse(ReasonCode.PACKET_TOO_LARGE, "CONNACK is larger than the client takes");
      return;
    }
    Standing mine = new Standing(loop, admitted.principal());
    Refusal refusal = mine.enter(handshake());
    if (refusal != null) {
      refuse(refusal.reason(), refusal.detail());
      return;
    }
    standing = mine;
    state = State.OPENING;
    handshake = handshake().within(mine.allowance());
    open(admitted);
  }

  private void open(Decision.Admitted admitted) {
    loop.broker()
        .open(
            loop.lane(),
            handshake().opening(standing()),
            this,
            new Sessions.Opened() {
              @Override
              public void opened(Session mine, boolean present) {
                Connection.this.opened(mine, present, admitted.data());
              }

              @Override
              public void refused(@Nullable EngineFailure failure) {
                notOpened(() -> refuseSession(failure));
              }

              @Override
              public void refusedToOthers() {
                notOpened(
                    () -> refuse(ReasonCode.NOT_AUTHORIZED, "this client id is another user's"));
              }
            });
  }

  private void notOpened(Runnable refusal) {
    if (state == State.OPENING) {
      standing().leave();
      state = State.AUTHENTICATING;
      refusal.run();
    }
  }

  private void refuseSession(@Nullable EngineFailure failure) {
    if (failure == null) {
      refuse(ReasonCode.QUOTA_EXCEEDED, "this node keeps as many sessions as it may");
    } else if (failure.kind() == EngineFailure.Kind.UNAVAILABLE) {
      refuse(ReasonCode.SERVER_UNAVAILABLE, failure.detail());
    } else {
      refuse(
          Inlet.reason(failure),
          "the session is as it was, as it cannot be resumed now: " + failure.detail());
    }
  }

  private void opened(Session mine, boolean present, byte @Nullable [] authenticationData) {
    if (state != State.OPENING) {
      // The client went while we waited for the session. It was never let in, so nobody misses it.
      mine.dropWill();
      mine.close();
      return;
    }
    session = mine;
    inlet = new Inlet(this, loop, outlet(), mine, standing());
    state = State.OPEN;
    patienceSeconds = (handshake().keepAliveSeconds() * 3 + 1) / 2;
    watch();
    loop.counters().increment(Figure.CONNECTIONS_ACCEPTED);
    outlet().send(handshake().accepted(present, authenticationData));
    endsWithConnection = handshake().connect().sessionExpirySeconds() == 0;
    handshake = null;
    if (!authentication().repeatable()) {
      authentication = null;
    }
    // Of the subscriptions that were kept, the rules of today may not allow all.
    List<TopicFilter> denied = present ? standing().denied(mine) : List.of();
    if (!denied.isEmpty()) {
      mine.interests().unsubscribe(denied, failure -> {});
    }
    mine.resume();
    transport.reading(true);
  }

  /// Watches for silence and for the end of the credentials.
  private void watch() {
    loop.keepAlive().remove(this);
    if (patienceSeconds > 0 || standing().endSecond() != Standing.NEVER) {
      loop.keepAlive().add(this);
    }
  }

  @Override
  public void accessChanged() {
    Refusal objection = state == State.OPEN ? standing().objection(session()) : null;
    if (objection != null) {
      refuse(objection.reason(), objection.detail());
    }
  }

  @Override
  public void usersGone(Set<String> users) {
    String user = state == State.OPEN ? standing().principal().user() : null;
    if (user != null && users.contains(user)) {
      refuse(ReasonCode.NOT_AUTHORIZED, "this user is not there any more");
    }
  }

  private void reauthenticate(Auth auth) {
    if (authentication == null) {
      throw new MalformedPacket(
          ReasonCode.PROTOCOL_ERROR, "AUTH without an authentication method in CONNECT");
    }
    authentication()
        .on(
            auth,
            decision -> {
              if (state != State.OPEN) {
                return;
              }
              switch (decision) {
                case Decision.Challenge challenge -> challenge(challenge);
                case Decision.Admitted admitted -> renewed(admitted);
                case Decision.Refused refused ->
                    refuse(ReasonCode.NOT_AUTHORIZED, refused.detail());
              }
            });
  }

  /// The client has shown new credentials.
  private void renewed(Decision.Admitted admitted) {
    Refusal refusal = standing().renew(admitted.principal());
    if (refusal != null) {
      refuse(refusal.reason(), refusal.detail());
      return;
    }
    watch();
    Auth done = authentication().packet(ReasonCode.SUCCESS, admitted.data());
    answer(done, done);
    accessChanged();
  }

  // ---------------------------------------------------------------- for the parts

  boolean isOpen() {
    return state == State.OPEN;
  }

  /// Stops or resumes taking packets from the client.
  void reading(boolean on) {
    lastHeardSecond = loop.keepAlive().second();
    transport.reading(on);
  }

  /// Sends an answer, with words for people where the client takes them. A client that has no room
  /// for the answer at all would wait for it for ever: it is sent away.
  void answer(Packet explained, Packet plain) {
    if (!outlet().send(explained, plain)) {
      refuse(ReasonCode.PACKET_TOO_LARGE, "the answer is larger than the client takes");
    }
  }

  private Subscriptions subscriptions() {
    return new Subscriptions(this, loop.broker(), session());
  }

  // ---------------------------------------------------------------- messages to the client

  /// PUBACK: the client has a QoS 1 message, or refuses it.
  private void acknowledged(Puback puback) {
    if (puback.reason().failure()) {
      session().inFlight().refused(puback.packetId());
    } else {
      session().inFlight().acknowledged(puback.packetId());
    }
  }

  /// PUBREC: the client has a QoS 2 message, or refuses it.
  private void received(Pubrec pubrec) {
    boolean refused = pubrec.reason().failure();
    if (!session().inFlight().received(pubrec.packetId(), refused) && !refused) {
      outlet().send(Pubrel.of(pubrec.packetId(), ReasonCode.PACKET_IDENTIFIER_NOT_FOUND));
    }
  }

  @Override
  public boolean writable() {
    return transport.writable();
  }

  @Override
  public boolean deliver(
      Message message,
      Qos qos,
      boolean dup,
      boolean retain,
      int packetId,
      int[] subscriptionIds,
      List<UserProperty> extras) {
    return outlet().publish(message, qos, dup, retain, packetId, subscriptionIds, extras);
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
    if (!Farewell.mayComeFromClient(disconnect.reason())) {
      throw new MalformedPacket(
          ReasonCode.PROTOCOL_ERROR, "DISCONNECT with a reason that only servers give");
    }
    long expiry = disconnect.sessionExpirySeconds();
    if (expiry >= 0) {
      if (expiry > 0 && endsWithConnection) {
        throw new MalformedPacket(
            ReasonCode.PROTOCOL_ERROR, "a session that ends with the connection stays so");
      }
      session().expirySeconds(Math.min(expiry, standing().allowance().sessionExpirySeconds()));
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
      case NOT_KEPT ->
          refuse(ReasonCode.UNSPECIFIED_ERROR, "this node could not keep the session; see its log");
      case ADMINISTRATIVE -> refuse(ReasonCode.ADMINISTRATIVE_ACTION, "ended by an administrator");
    }
  }

  /// KeepAlive: the second in which the client has been silent for too long.
  int deadlineSecond() {
    // A second more, because the first one had begun when the packet came.
    int silence = patienceSeconds > 0 ? lastHeardSecond + patienceSeconds + 1 : Integer.MAX_VALUE;
    return standing == null ? silence : Math.min(silence, standing.endSecond());
  }

  /// KeepAlive: that second has come.
  void overdue() {
    if (state == State.OPEN && loop.keepAlive().second() >= standing().endSecond()) {
      refuse(ReasonCode.MAXIMUM_CONNECT_TIME, "the credentials have expired");
    } else if (state == State.WAITING || (state == State.OPEN && inlet().paused())) {
      // It is us who do not listen.
      lastHeardSecond = loop.keepAlive().second();
      loop.keepAlive().add(this);
    } else if (state == State.OPEN) {
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
    }
    if (spoken != null && Farewell.hasConnack(spoken, malformed.reason())) {
      PacketEncoder.encode(
          Connack.refused(malformed.reason(), malformed.getMessage()), spoken, transport.out());
    }
    close();
  }

  /// Says why, as far as the version has words for it, and closes.
  void refuse(ReasonCode reason, @Nullable String detail) {
    Outlet out = outlet;
    if (out == null && handshake != null) {
      out = new Outlet(transport, loop, handshake.connect(), 0);
    }
    if (state != State.CLOSED && out != null) {
      if (state == State.OPEN) {
        Farewell.disconnect(out, reason, detail);
      } else {
        loop.counters().increment(Figure.CONNECTIONS_REFUSED);
        Farewell.refuse(out, reason, detail);
      }
    }
    close();
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
      standing().leave();
    }
    if (session != null) {
      session.close();
    }
  }

  // ---------------------------------------------------------------- parts that are there by now

  private Handshake handshake() {
    return there(handshake);
  }

  Outlet outlet() {
    return there(outlet);
  }

  private Inlet inlet() {
    return there(inlet);
  }

  private Authentication authentication() {
    return there(authentication);
  }

  Standing standing() {
    return there(standing);
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
