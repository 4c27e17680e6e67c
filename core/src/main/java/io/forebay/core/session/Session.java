package io.forebay.core.session;

import io.forebay.core.log.EngineFailure;
import io.forebay.core.log.Stored;
import io.forebay.core.message.Message;
import io.forebay.core.message.Qos;
import io.forebay.core.message.UserProperty;
import io.forebay.core.routing.Figure;
import io.forebay.core.routing.Grant;
import io.forebay.core.routing.Lane;
import io.forebay.core.routing.Subscriber;
import io.forebay.core.topic.FilterSet;
import io.forebay.core.topic.TopicFilter;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A connected client's session: where what comes for it from everywhere meets, and goes out or
/// waits. It owns positions; messages are the log's. While nobody is connected there is no such
/// object, only a [SessionRow].
///
/// What the client has subscribed to are its [Interests], what was sent and is not over is
/// [InFlight], what it publishes at QoS 2 is [Received]; all that is in rows is [StoredState]'s.
///
/// One connection, one object: another connection of the same client gets another session object,
/// which begins with this one's row.
///
/// All on its lane.
public final class Session extends Subscriber implements CatchUp.Sink {
  // ------------------------------------------------ survives the connection, in the row
  private final String clientId;
  private final Interests interests;
  private final InFlight inFlight;
  private final Received received = new Received(this);
  private @Nullable CatchUp catchUp;
  private @Nullable Will will;
  private long expirySeconds;

  // ------------------------------------------------ belongs to the connection
  private final Sessions sessions;
  private final Lane lane;
  private final Consumer consumer;
  private final StoredState state;
  private final Tenure tenure = new Tenure();
  private final int windowSize;
  private final @Nullable String owner;
  private @Nullable ArrayDeque<RetainedFeed> feeds;

  /// Positions that retention removed unread, until the client is told.
  private long untoldGap;

  /// A filter that the client asks for.
  ///
  /// @param retainHandling 0 send retained messages, 1 only if the subscription is new, 2 do not
  /// @param replayFrom of a plain filter, where to begin if not now: as
  ///   [io.forebay.core.topic.ReplayFrom] reads it
  public record Request(
      TopicFilter filter, Grant grant, int retainHandling, @Nullable String replayFrom) {

    public Request(TopicFilter filter, Grant grant, int retainHandling) {
      this(filter, grant, retainHandling, null);
    }
  }

  Session(Sessions sessions, Lane lane, Opening opening, Consumer consumer) {
    this.sessions = sessions;
    this.lane = lane;
    this.consumer = consumer;
    this.clientId = opening.clientId();
    this.expirySeconds = opening.expirySeconds();
    this.windowSize = opening.windowSize();
    this.will = opening.will();
    this.owner = opening.owner();
    this.interests = new Interests(this, sessions, lane);
    this.inFlight = new InFlight(this, sessions, lane, consumer, opening.windowSize());
    this.state = new StoredState(this, sessions);
  }

  @Override
  public String clientId() {
    return clientId;
  }

  public Lane lane() {
    return lane;
  }

  @Nullable String owner() {
    return owner;
  }

  int windowSize() {
    return windowSize;
  }

  public long expirySeconds() {
    return expirySeconds;
  }

  public void expirySeconds(long seconds) {
    expirySeconds = seconds;
  }

  @Nullable Will will() {
    return will;
  }

  /// The client said goodbye: nothing is to be published for it.
  public void dropWill() {
    will = null;
  }

  /// What the client has subscribed to.
  public Interests interests() {
    return interests;
  }

  /// What the client has to acknowledge.
  public InFlight inFlight() {
    return inFlight;
  }

  /// What the client publishes at QoS 2.
  public Received received() {
    return received;
  }

  /// What is kept of it.
  StoredState state() {
    return state;
  }

  boolean closed() {
    return tenure.closed();
  }

  // ---------------------------------------------------------------- what comes

  @Override
  public void offer(Message message, int partition, long offset, Grant grant) {
    Qos qos = Qos.min(message.qos(), grant.qos());
    if (qos == Qos.AT_MOST_ONCE) {
      if (!closed() && !comesFromLog(message, partition, offset)) {
        boolean retain = grant.retainAsPublished() && message.retain();
        sendAtMostOnce(message, retain, grant, extras(grant, partition, offset));
      }
    } else if (partition >= 0) {
      catchUp().offer(message, partition, offset, grant);
    } else if (room() > 0) {
      take(message, partition, offset, grant);
    } else {
      // No stream captures it, so there is no log to read it from later.
      lane.counters().increment(Figure.PUBLISH_DROPPED);
    }
  }

  /// Whether a message that is offered at QoS 0 was read from the log at a higher one, or may have
  /// been, or will be: once is enough. That its offer knows less than the log's reader happens
  /// where a filter was out of the index when the message was matched, between a former connection
  /// of the client and this one, or was given back since the message was read.
  private boolean comesFromLog(Message message, int partition, long offset) {
    return partition >= 0
        && message.qos() != Qos.AT_MOST_ONCE
        && catchUp != null
        && (catchUp.hasPassed(partition, offset)
            || (catchUp.isBehind(partition)
                && decide(new Stored(message, partition, offset)) != null));
  }

  private void sendAtMostOnce(
      Message message, boolean retain, Grant grant, List<UserProperty> extras) {
    if (!consumer.writable()) {
      lane.counters().increment(Figure.PUBLISH_DROPPED);
    } else if (!expired(message)) {
      int[] ids = grant.subscriptionIds();
      consumer.deliver(message, Qos.AT_MOST_ONCE, false, retain, 0, ids, extras);
    }
  }

  private List<UserProperty> extras(Grant grant, int partition, long offset) {
    return Extras.of(sessions.log(), grant, partition, offset, 0);
  }

  private boolean expired(Message message) {
    if (message.expiresAtMillis() == Message.NEVER
        || !message.expired(sessions.clock().getAsLong())) {
      return false;
    }
    lane.counters().increment(Figure.PUBLISH_EXPIRED);
    return true;
  }

  CatchUp catchUp() {
    CatchUp there = catchUp;
    if (there == null) {
      there = new CatchUp(lane, sessions.log(), this);
      catchUp = there;
    }
    return there;
  }

  @Override
  public int room() {
    return closed() || !consumer.writable() ? 0 : inFlight.room();
  }

  @Override
  public int pace() {
    return inFlight.pace();
  }

  /// Whether it is reading the log because it fell behind.
  public boolean catchingUp() {
    return (catchUp != null && catchUp.behind()) || interests.replaying();
  }

  @Override
  public FilterSet filters() {
    return interests.filters();
  }

  @Override
  public @Nullable Grant decide(Stored stored) {
    return inFlight.holds("", stored) ? null : interests.decide(stored);
  }

  @Override
  public void take(Message message, int partition, long offset, Grant grant) {
    if (!expired(message)) {
      boolean retain = grant.retainAsPublished() && message.retain();
      List<UserProperty> extras = Extras.of(sessions.log(), grant, partition, offset, untoldGap);
      if (inFlight.send(message, partition, offset, retain, grant, null, extras)) {
        untoldGap = 0;
      }
    }
  }

  @Override
  public void gap(long lost) {
    lane.counters().add(Figure.GAP_MESSAGES, lost);
    untoldGap += lost;
  }

  @Override
  public void fellBehind() {
    lane.counters().increment(Figure.CATCH_UPS);
  }

  /// Whether a message of a replay may go out at QoS 0 now.
  boolean takesAtMostOnce() {
    return !closed() && consumer.writable() && !inFlight.holdsBack();
  }

  /// Sends a message of a replay; there is room.
  ///
  /// @return whether it went out
  boolean sendReplayed(
      Message message,
      int partition,
      long offset,
      Grant grant,
      Window.Held source,
      List<UserProperty> extras) {
    if (expired(message)) {
      return false;
    }
    boolean retain = grant.retainAsPublished() && message.retain();
    if (Qos.min(message.qos(), grant.qos()) != Qos.AT_MOST_ONCE) {
      return inFlight.send(message, partition, offset, retain, grant, source, extras);
    }
    int[] ids = grant.subscriptionIds();
    return consumer.deliver(message, Qos.AT_MOST_ONCE, false, retain, 0, ids, extras);
  }

  /// Takes a message of a shared group, or keeps it until the window has room.
  void offerLease(Queue.Lease lease) {
    interests.offer(lease, closed());
  }

  /// Sends what a shared group leased to this session; there is room.
  void send(Queue.Lease lease) {
    Grant grant = lease.member.grant;
    List<UserProperty> extras = extras(grant, lease.partition, lease.offset);
    if (Qos.min(lease.message().qos(), grant.qos()) == Qos.AT_MOST_ONCE) {
      sendAtMostOnce(lease.message(), false, grant, extras);
    } else if (expired(lease.message())) {
      Memberships.acknowledge(lane, lease);
    } else {
      boolean retain = grant.retainAsPublished() && lease.message().retain();
      Window.Held held = Window.Held.leased(lease);
      inFlight.send(lease.message(), lease.partition, lease.offset, retain, grant, held, extras);
    }
  }

  // ---------------------------------------------------------------- retained messages

  void feed(List<RetainedFeed> begun) {
    if (begun.isEmpty() || closed()) {
      return;
    }
    if (feeds == null) {
      feeds = new ArrayDeque<>();
    }
    feeds.addAll(begun);
    feedRetained();
  }

  void feedRetained() {
    while (feeds != null && !feeds.isEmpty() && feeds.element().advance()) {
      feeds.remove();
    }
    if (feeds != null && feeds.isEmpty()) {
      // An empty deque has room for 16, and is in the way of millions of idle clients.
      feeds = null;
    }
  }

  /// Sends a retained message.
  ///
  /// @return false if there is no room for it now
  boolean sendRetained(Message message, Grant grant) {
    if (closed()) {
      return false;
    }
    if (expired(message)) {
      return true;
    }
    if (Qos.min(message.qos(), grant.qos()) == Qos.AT_MOST_ONCE) {
      if (!consumer.writable()) {
        return false;
      }
      sendAtMostOnce(message, true, grant, List.of());
      return true;
    }
    if (room() == 0) {
      return false;
    }
    inFlight.send(message, -1, -1, true, grant, Window.Held.retained(message), List.of());
    return true;
  }

  // ---------------------------------------------------------------- begin and end

  /// After CONNACK: sends again what a former connection left unacknowledged, then goes on.
  public void resume() {
    inFlight.beginRedelivery();
    pump();
  }

  /// There may be room: the client acknowledged, or its socket takes bytes again.
  public void pump() {
    // What was sent before goes first.
    if (!closed() && inFlight.redelivered()) {
      interests.askForMore();
      feedRetained();
      interests.pump(catchUp);
    }
  }

  /// Whether the client may be told of what was to be kept. If it was not kept, the connection
  /// ends: with the next one we go on from what is kept.
  boolean mayGoOn(@Nullable EngineFailure failure) {
    if (failure != null && !closed()) {
      end(Consumer.End.NOT_KEPT, row -> {});
    }
    return !closed();
  }

  /// The connection is gone: from now on nothing is delivered, and what is to be kept is kept.
  public void close() {
    close(row -> {});
  }

  /// As [#close()].
  ///
  /// @param released gets what is kept, null if nothing is, once it is kept
  private void close(java.util.function.Consumer<@Nullable SessionRow> released) {
    if (tenure.close(released)) {
      letGoIfDone();
    }
  }

  /// Another connection of this client takes the session, or an administrator ends it.
  ///
  /// @param released as with [#close]
  void end(Consumer.End why, java.util.function.Consumer<@Nullable SessionRow> released) {
    boolean first = !closed();
    close(released);
    if (first) {
      consumer.end(why);
    }
  }

  /// What the client may do has changed.
  public void accessChanged() {
    if (!closed()) {
      consumer.accessChanged();
    }
  }

  /// These users are no more.
  public void usersGone(Set<String> users) {
    if (!closed()) {
      consumer.usersGone(users);
    }
  }

  /// The node is shutting down.
  public void shutDown() {
    end(Consumer.End.SHUTTING_DOWN, row -> {});
  }

  /// The predecessor has let go: the session is what its row made it. If this one was closed while
  /// it waited for that, it ends now.
  void begun() {
    tenure.begin();
    if (closed()) {
      // Its CONNECT was never accepted, so neither was its will (MQTT 5 §3.1.2.5).
      will = null;
      letGoIfDone();
    }
  }

  /// Once the session is closed: the row has to say which QoS 2 messages were kept, so it waits for
  /// those that are on their way.
  void letGoIfDone() {
    if (tenure.mayEnd() && !received.anyUnderWay()) {
      letGo();
    }
  }

  private void letGo() {
    if (catchUp != null) {
      catchUp.close();
    }
    interests.close();
    // What was routed to us and has not arrived must still be seen: it decides where the cursors
    // stand.
    long[] routed = sessions.router().routed();
    lane.afterHandOvers(() -> interests.whenJoined(() -> leave(routed)));
  }

  private void leave(long[] routed) {
    interests.leaveRouter();
    SessionRow row = state.leaving(routed);
    interests.leaveGroups(inFlight, state.outlives());
    if (row != null && state.outlives()) {
      state.leave(row);
    }
    sessions.closed(this, row, state.outlives(), will);
  }

  /// The cursors to keep, as [CatchUp#settle] has them.
  long[] cursors(long[] routed) {
    return catchUp == null ? routed : catchUp.settle(routed);
  }

  /// The session is over: what is kept is kept, or it never began.
  ///
  /// @param row what a successor begins with
  void tellReleased(@Nullable SessionRow row) {
    tenure.release(row);
  }
}
