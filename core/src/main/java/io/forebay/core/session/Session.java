package io.forebay.core.session;

import io.forebay.core.log.Batch;
import io.forebay.core.log.EngineFailure;
import io.forebay.core.log.Stored;
import io.forebay.core.message.Message;
import io.forebay.core.message.Qos;
import io.forebay.core.message.UserProperty;
import io.forebay.core.routing.Figure;
import io.forebay.core.routing.Grant;
import io.forebay.core.routing.Lane;
import io.forebay.core.routing.Subscriber;
import io.forebay.core.routing.Subscription;
import io.forebay.core.topic.FilterSet;
import io.forebay.core.topic.TopicFilter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A connected client's session: its subscriptions, how far it is in each partition, and what it
/// has not acknowledged. It owns positions; messages are the log's. While nobody is connected there
/// is no such object, only a [SessionRow].
///
/// One connection, one object: another connection of the same client gets another session object,
/// which begins with this one's row.
///
/// All on its lane.
public final class Session extends Subscriber implements CatchUp.Sink {
  // ------------------------------------------------ survives the connection, in the row
  private final String clientId;
  private final Subscriptions subscriptions;
  private final Window window;
  private @Nullable Memberships memberships;
  private @Nullable CatchUp catchUp;
  private @Nullable ExactlyOnce exactlyOnce;
  private @Nullable Replays replays;
  private final Received received = new Received();
  private @Nullable Will will;
  private long expirySeconds;
  private long epoch = 1;

  // ------------------------------------------------ belongs to the connection
  private final Sessions sessions;
  private final Lane lane;
  private final Consumer consumer;
  private final int windowSize;
  private @Nullable ArrayDeque<RetainedFeed> feeds;

  /// Positions that retention removed unread, until the client is told.
  private long untoldGap;

  private boolean hasRow;

  /// It goes on with one that was kept.
  private boolean restored;

  private boolean begun;

  /// Its progress is to be kept at the next opportunity.
  private boolean changed;

  /// What was kept last.
  private SessionRow.Progress kept = SessionRow.Progress.NONE;

  private boolean closed;
  private @Nullable List<java.util.function.Consumer<@Nullable SessionRow>> waitingForRelease;

  /// What was kept has been told: whoever asks from now on is told the same at once.
  private boolean released;

  private @Nullable SessionRow releasedRow;

  /// What a former connection left unacknowledged and is not all sent again yet: nothing new goes
  /// out before it (MQTT 5 §4.6).
  private @Nullable Redelivery redelivery;

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
    this.window = new Window(opening.windowSize());
    this.subscriptions = new Subscriptions(this, lane, sessions.router());
    this.will = opening.will();
  }

  @Override
  public String clientId() {
    return clientId;
  }

  public Lane lane() {
    return lane;
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

  /// Whether it is kept when the connection goes: then what it promises is in the log before the
  /// client hears of it.
  private boolean outlives() {
    return expirySeconds > 0;
  }

  /// Whether what becomes of a QoS 2 message is to be written: also of a session that ends with
  /// this connection, if it goes on with one that has rows, which have to be removed.
  private boolean hasRows() {
    return restored || outlives();
  }

  /// Whether the table has, or is about to have, a row of it.
  boolean hasRow() {
    return hasRow;
  }

  /// There was a row when it began, and perhaps still is until the batch that removes it is kept:
  /// nobody may begin before that is so.
  void mayHaveRow() {
    hasRow = true;
  }

  /// The client said goodbye: nothing is to be published for it.
  public void dropWill() {
    will = null;
  }

  // ---------------------------------------------------------------- subscriptions

  /// How many filters it holds.
  public int subscriptionCount() {
    return subscriptions.size()
        + (memberships == null ? 0 : memberships.size())
        + (replays == null ? 0 : replays.size());
  }

  /// Whether it holds this filter.
  public boolean holds(TopicFilter filter) {
    return filter.shared()
        ? memberships != null && memberships.holds(filter)
        : subscriptions.get(filter.given()) != null || (replays != null && replays.holds(filter));
  }

  /// Adds or replaces subscriptions. Retained messages follow after `done`.
  ///
  /// @param done runs on this lane when they are in force and, if the session outlives its
  ///   connection, kept; with a failure if they are not kept
  public void subscribe(
      List<Request> requests, java.util.function.Consumer<@Nullable EngineFailure> done) {
    List<RetainedFeed> begun = new ArrayList<>();
    List<Replay> replaying = new ArrayList<>(0);
    int[] pending = {1};
    Runnable oneLess =
        () -> {
          if (--pending[0] == 0) {
            keep(
                failure -> {
                  done.accept(failure);
                  if (replays != null) {
                    replays.answered(replaying, failure == null);
                  }
                  if (failure == null) {
                    feed(begun);
                  }
                });
          }
        };
    for (Request request : requests) {
      if (request.filter().shared()) {
        pending[0]++;
        memberships().join(request.filter(), request.grant(), oneLess);
      } else if (Replays.concerns(replays, request)) {
        pending[0]++;
        subscriptions.remove(request.filter().given());
        Replay replay = replays().subscribe(request, oneLess);
        if (replay != null) {
          replaying.add(replay);
        }
      } else {
        subscribe(request, begun);
      }
    }
    oneLess.run();
  }

  private void subscribe(Request request, List<RetainedFeed> begun) {
    boolean isNew = subscriptions.get(request.filter().text()) == null;
    Subscription subscription = subscriptions.put(request.filter().text(), request.grant());
    if (request.retainHandling() == 0 || (request.retainHandling() == 1 && isNew)) {
      long[] live = isNew ? subscription.startOffsets() : sessions.router().heads();
      begun.add(new RetainedFeed(this, new Retained(sessions.retained(), subscription, live)));
    }
  }

  /// Gives filters back.
  ///
  /// @param done runs on this lane when that is kept
  /// @return for each filter whether it was held
  public List<Boolean> unsubscribe(
      List<TopicFilter> given, java.util.function.Consumer<@Nullable EngineFailure> done) {
    List<Boolean> held = new ArrayList<>(given.size());
    for (TopicFilter filter : given) {
      held.add(
          filter.shared()
              ? memberships != null && memberships.leave(filter)
              : subscriptions.remove(filter.given())
                  || (replays != null && replays.unsubscribe(filter)));
    }
    keep(done);
    return held;
  }

  private Memberships memberships() {
    Memberships there = memberships;
    if (there == null) {
      there = new Memberships(this, sessions.queues());
      memberships = there;
    }
    return there;
  }

  private Replays replays() {
    Replays there = replays;
    if (there == null) {
      there = new Replays(this, sessions.router(), sessions.log(), sessions.clock());
      replays = there;
    }
    return there;
  }

  private void feed(List<RetainedFeed> begun) {
    if (begun.isEmpty() || closed) {
      return;
    }
    if (feeds == null) {
      feeds = new ArrayDeque<>();
    }
    feeds.addAll(begun);
    feedRetained();
  }

  // ---------------------------------------------------------------- delivery

  @Override
  public void offer(Message message, int partition, long offset, Grant grant) {
    Qos qos = Qos.min(message.qos(), grant.qos());
    if (qos == Qos.AT_MOST_ONCE) {
      if (!closed && !comesFromLog(message, partition, offset)) {
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

  private CatchUp catchUp() {
    CatchUp there = catchUp;
    if (there == null) {
      there = new CatchUp(lane, sessions.log(), this);
      catchUp = there;
    }
    return there;
  }

  @Override
  public int room() {
    if (closed || redelivery != null || !consumer.writable()) {
      return 0;
    }
    int room = window.room();
    if (room <= 0) {
      window.noteFull();
      return 0;
    }
    return room;
  }

  @Override
  public int pace() {
    return window.pace();
  }

  /// Whether it is reading the log because it fell behind.
  public boolean catchingUp() {
    return (catchUp != null && catchUp.behind()) || (replays != null && replays.behind());
  }

  @Override
  public FilterSet filters() {
    return subscriptions.filters();
  }

  @Override
  public @Nullable Grant decide(Stored stored) {
    return holds("", stored) ? null : subscriptions.decide(stored);
  }

  @Override
  public void take(Message message, int partition, long offset, Grant grant) {
    if (!expired(message)) {
      boolean retain = grant.retainAsPublished() && message.retain();
      List<UserProperty> extras = Extras.of(sessions.log(), grant, partition, offset, untoldGap);
      if (send(message, partition, offset, retain, grant, null, extras)) {
        untoldGap = 0;
      }
    }
  }

  /// Whether a message that a replay reads is, or was, on its way to the client already.
  boolean holds(String source, Stored stored) {
    return exactlyOnce != null && exactlyOnce.holds(source, stored);
  }

  /// Whether a message of a replay may go out at QoS 0 now.
  boolean takesAtMostOnce() {
    return !closed && redelivery == null && consumer.writable() && !anyLeaving();
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
      return send(message, partition, offset, retain, grant, source, extras);
    }
    int[] ids = grant.subscriptionIds();
    return consumer.deliver(message, Qos.AT_MOST_ONCE, false, retain, 0, ids, extras);
  }

  /// Sends at QoS 1 or 2; there is room.
  ///
  /// @return whether it went out
  private boolean send(
      Message message,
      int partition,
      long offset,
      boolean retain,
      Grant grant,
      Window.@Nullable Held held,
      List<UserProperty> extras) {
    Qos qos = Qos.min(message.qos(), grant.qos());
    int id = window.add(qos == Qos.EXACTLY_ONCE, partition, offset, held);
    noteChange();
    if (hasRows() && (qos == Qos.EXACTLY_ONCE || anyLeaving())) {
      // As it will be if the node dies after that.
      SessionRow.Unacknowledged sent = unacknowledged(window.find(id));
      window.waits(window.find(id));
      Queue.Lease lease = qos == Qos.EXACTLY_ONCE && held != null ? held.lease() : null;
      if (lease != null) {
        lane.batch().row(Memberships.ownership(lease));
      }
      exactlyOnce()
          .leave(
              sent,
              failure -> {
                // If we are closed, what did not leave goes back: see finishClose.
                if (mayGoOn(failure)) {
                  if (lease != null) {
                    Memberships.owned(lane, lease);
                  }
                  window.leaves(window.find(id));
                  boolean taken = deliver(message, qos, retain, id, grant, extras);
                  if (!taken || !anyLeaving()) {
                    // Others may have waited for its room, or not to overtake it.
                    pump();
                  }
                }
              });
      return true;
    }
    return deliver(message, qos, retain, id, grant, extras);
  }

  /// Whether messages wait for their rows: others must not overtake them.
  private boolean anyLeaving() {
    return exactlyOnce != null && exactlyOnce.anyLeaving();
  }

  private boolean deliver(
      Message message, Qos qos, boolean retain, int id, Grant grant, List<UserProperty> extras) {
    boolean sent =
        consumer.deliver(message, qos, false, retain, id, grant.subscriptionIds(), extras);
    if (!sent) {
      finish(window.find(id));
    }
    return sent;
  }

  /// Whether the client may be told of what was to be kept. If it was not kept, the connection
  /// ends: with the next one we go on from what is kept.
  private boolean mayGoOn(@Nullable EngineFailure failure) {
    if (failure != null && !closed) {
      end(Consumer.End.NOT_KEPT, row -> {});
    }
    return !closed;
  }

  private ExactlyOnce exactlyOnce() {
    ExactlyOnce there = exactlyOnce;
    if (there == null) {
      there = new ExactlyOnce(clientId, lane);
      exactlyOnce = there;
    }
    return there;
  }

  /// Takes a message of a shared group, or keeps it until the window has room.
  void offerLease(Queue.Lease lease) {
    memberships().offer(lease, closed);
  }

  /// Sends what a shared group leased to this session; there is room.
  void send(Queue.Lease lease) {
    Grant grant = lease.member.grant;
    List<UserProperty> extras = extras(grant, lease.partition, lease.offset);
    if (Qos.min(lease.message.qos(), grant.qos()) == Qos.AT_MOST_ONCE) {
      sendAtMostOnce(lease.message, false, grant, extras);
    } else if (expired(lease.message)) {
      Memberships.acknowledge(lane, lease);
    } else {
      boolean retain = grant.retainAsPublished() && lease.message.retain();
      Window.Held held = Window.Held.leased(lease);
      send(lease.message, lease.partition, lease.offset, retain, grant, held, extras);
    }
  }

  /// Sends a retained message.
  ///
  /// @return false if there is no room for it now
  boolean sendRetained(Message message, Grant grant) {
    if (closed) {
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
    send(message, -1, -1, true, grant, Window.Held.retained(message), List.of());
    return true;
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

  /// There may be room: the client acknowledged, or its socket takes bytes again.
  public void pump() {
    if (closed) {
      return;
    }
    if (redelivery != null && !redelivery.advance()) {
      // What was sent before goes first.
      return;
    }
    redelivery = null;
    if (memberships != null) {
      memberships.askForMore();
    }
    feedRetained();
    if (replays != null) {
      replays.pump(catchUp);
    } else if (catchUp != null) {
      catchUp.pump();
    }
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

  // ---------------------------------------------------------------- acknowledgements of the client

  /// @return false if nothing is in flight under this id at QoS 1
  public boolean acknowledged(int packetId) {
    int slot = window.find(packetId);
    if (slot < 0 || window.exactlyOnce(slot) || window.state(slot) == Window.WAITING) {
      return false;
    }
    finish(slot);
    pump();
    return true;
  }

  /// PUBACK with a reason that says that the client does not want the message.
  public void refused(int packetId) {
    int slot = window.find(packetId);
    if (slot >= 0 && !window.exactlyOnce(slot) && window.state(slot) != Window.WAITING) {
      refuse(slot);
      pump();
    }
  }

  /// PUBREC: the client has the message, or refused it.
  ///
  /// @return false if nothing is in flight under this id at QoS 2
  public boolean received(int packetId, boolean refused) {
    int slot = window.find(packetId);
    if (slot < 0 || !window.exactlyOnce(slot) || window.state(slot) == Window.WAITING) {
      return false;
    }
    if (refused) {
      refuse(slot);
      pump();
    } else {
      window.released(slot);
      if (hasRows()) {
        exactlyOnce()
            .keep(
                unacknowledged(slot),
                failure -> {
                  if (failure != null) {
                    // The row says that the client may not have it: so must we.
                    window.leaves(slot);
                  }
                  if (mayGoOn(failure)) {
                    consumer.release(packetId);
                  }
                });
      } else {
        consumer.release(packetId);
      }
    }
    return true;
  }

  /// PUBCOMP: the handshake is over.
  ///
  /// @return false if nothing is released under this id
  public boolean completed(int packetId) {
    int slot = window.find(packetId);
    if (slot < 0 || window.state(slot) != Window.RELEASED) {
      return false;
    }
    finish(slot);
    pump();
    return true;
  }

  private void finish(int slot) {
    Queue.Lease lease = vacate(slot);
    if (lease != null) {
      Memberships.acknowledge(lane, lease);
    }
  }

  private void refuse(int slot) {
    Queue.Lease lease = vacate(slot);
    if (lease != null) {
      Memberships.refused(lane, lease);
    }
  }

  private Queue.@Nullable Lease vacate(int slot) {
    Window.Held held = window.held(slot);
    if (window.exactlyOnce(slot) && hasRows()) {
      exactlyOnce().finish(unacknowledged(slot));
    }
    noteChange();
    window.remove(slot);
    if (window.roundComplete()) {
      window.widen(sessions.clock().getAsLong());
    }
    return held == null ? null : held.lease();
  }

  // ---------------------------------------------------------------- QoS 2 from the client

  /// A QoS 2 message of the client goes into the log; [#settled] follows. A session that is closed
  /// meanwhile waits for it: else the client would send the message again, and nobody would know
  /// it.
  public void receives(int packetId) {
    received.begin(packetId);
  }

  /// That message was kept, or was not. Also if the session is closed by then.
  public void settled(int packetId, boolean kept) {
    received.end(packetId);
    if (kept) {
      received.keep(packetId);
    }
    if (closed) {
      letGoIfDone();
    }
  }

  /// Whether a QoS 2 message with this id goes into the log just now.
  public boolean isReceiving(int packetId) {
    return received.isUnderWay(packetId);
  }

  /// A QoS 2 message with this id was taken.
  public void keepReceived(int packetId) {
    received.keep(packetId);
  }

  /// Whether a QoS 2 message with this id was kept and not released: another one is the same again.
  public boolean hasReceived(int packetId) {
    return received.isKept(packetId);
  }

  /// The row that says that a QoS 2 message with this id was taken, to be kept together with the
  /// message; null if nothing is kept of the session.
  public Batch.@Nullable Row receivedRow(int packetId) {
    return hasRows() ? SessionTable.received(clientId, packetId) : null;
  }

  /// PUBREL: the client will not send it again.
  ///
  /// @param then runs when that is kept: before, the client must not use the id for another message
  /// @return whether it was known
  public boolean release(int packetId, Runnable then) {
    boolean known = received.release(packetId);
    if (known && hasRows()) {
      Batch batch = lane.batch();
      batch.row(SessionTable.released(clientId, packetId));
      batch.afterwards(
          failure -> {
            if (failure != null) {
              received.keep(packetId);
            }
            if (mayGoOn(failure)) {
              then.run();
            }
          });
    } else if (known) {
      then.run();
    }
    return known;
  }

  // ---------------------------------------------------------------- begin and end

  /// Continues where the row says: sends again what was not acknowledged, then what was missed.
  void restore(SessionRow row) {
    restored = true;
    epoch = row.identity().epoch() + 1;
    for (SessionRow.Kept kept : row.identity().subscriptions()) {
      if (Replays.isReplay(kept.filter())) {
        replays().restore(kept, row.progress());
        continue;
      }
      TopicFilter filter = TopicFilter.parse(kept.filter(), Integer.MAX_VALUE);
      if (filter.shared()) {
        memberships().join(filter, kept.grant(), () -> {});
      } else {
        subscriptions.restore(filter.text(), kept.grant(), kept.startOffsets());
      }
    }
    // A partition that came while the client was away is all new to it.
    long[] reached = row.progress().cursors();
    int partitions = Math.max(reached.length, sessions.log().partitions());
    long[] cursors = Arrays.copyOf(reached, partitions);
    for (int partition = 0; partition < partitions; partition++) {
      // Cursors are written behind: no subscription counts below its start.
      catchUp().restore(partition, Math.max(cursors[partition], firstThatCounts(partition)));
    }
    for (int id : row.received()) {
      received.keep(id);
    }
    restoreWindow(row.progress().unacknowledged());
  }

  private long firstThatCounts(int partition) {
    return Math.min(subscriptions.start(partition), sessions.log().head(partition));
  }

  private void restoreWindow(List<SessionRow.Unacknowledged> rows) {
    if (rows.stream().anyMatch(SessionRow.Unacknowledged::exactlyOnce)) {
      exactlyOnce().restore(rows);
    }
    restoreWindow(rows, Window.WAITING);
    restoreWindow(rows, Window.PUBLISHED);
    restoreWindow(rows, Window.RELEASED);
  }

  /// Those that the client may not have first: where two rows have the same id, the message that
  /// the client had released is over, and only the row is older than that.
  private void restoreWindow(List<SessionRow.Unacknowledged> rows, int state) {
    for (SessionRow.Unacknowledged each : rows) {
      if (each.state() != state) {
        continue;
      }
      if (window.find(each.packetId()) >= 0) {
        if (each.exactlyOnce()) {
          exactlyOnce().finish(each);
        }
        continue;
      }
      Stored stored = each.message();
      Window.Held held =
          stored == null && each.source().isEmpty()
              ? null
              : new Window.Held(stored == null ? null : stored.message(), null, each.source());
      window.restore(
          each.packetId(), each.exactlyOnce(), state, each.partition(), each.offset(), held);
    }
  }

  /// After CONNACK: sends again what a former connection left unacknowledged, then goes on.
  public void resume() {
    if (window.size() > 0) {
      redelivery =
          new Redelivery(
              sessions.log(), lane, window, consumer::writable, this::sendAgain, this::pump);
    }
    pump();
  }

  private void sendAgain(int slot, @Nullable Message message) {
    if (closed) {
      return;
    }
    if (window.state(slot) == Window.RELEASED) {
      consumer.release(window.id(slot));
    } else if (message == null) {
      gap(1);
      finish(slot);
    } else {
      Grant grant = grantOf(window.source(slot), message);
      Qos qos = window.exactlyOnce(slot) ? Qos.EXACTLY_ONCE : Qos.AT_LEAST_ONCE;
      boolean retained = window.partition(slot) < 0;
      boolean retain = retained || (grant.retainAsPublished() && message.retain());
      int id = window.id(slot);
      boolean dup = window.state(slot) != Window.WAITING;
      window.leaves(slot);
      if (!dup && window.exactlyOnce(slot) && hasRows()) {
        exactlyOnce().keep(unacknowledged(slot), failure -> {});
      }
      List<UserProperty> extras = extras(grant, window.partition(slot), window.offset(slot));
      if (!consumer.deliver(message, qos, dup, retain, id, grant.subscriptionIds(), extras)) {
        finish(slot);
      }
    }
  }

  /// The options for a message that is sent again; those of today, or none if the subscription is
  /// gone.
  private Grant grantOf(String source, Message message) {
    Grant grant = null;
    if (source.isEmpty()) {
      grant = subscriptions.decide(new Stored(message, -1, -1));
    } else if (Replays.isReplay(source)) {
      grant = replays == null ? null : replays.grant(source);
    } else {
      grant = memberships == null ? null : memberships.grant(source);
    }
    return grant != null ? grant : Grant.of(message.qos(), false, false, 0);
  }

  /// The connection is gone: from now on nothing is delivered, and what is to be kept is kept.
  public void close() {
    close(row -> {});
  }

  /// As [#close()].
  ///
  /// @param released gets what is kept, null if nothing is, once it is kept
  void close(java.util.function.Consumer<@Nullable SessionRow> released) {
    if (this.released) {
      // A successor took our place just before we left the map.
      released.accept(releasedRow);
      return;
    }
    if (waitingForRelease == null) {
      waitingForRelease = new ArrayList<>(1);
    }
    waitingForRelease.add(released);
    if (!closed) {
      closed = true;
      letGoIfDone();
    }
  }

  /// The predecessor has let go: the session is what its row made it. If this one was closed while
  /// it waited for that, it ends now.
  void begun() {
    begun = true;
    if (closed) {
      // Its CONNECT was never accepted, so neither was its will (MQTT 5 §3.1.2.5).
      will = null;
      letGoIfDone();
    }
  }

  /// The row has to say which QoS 2 messages were kept: it waits for those that are on their way.
  private void letGoIfDone() {
    if (begun && !received.anyUnderWay()) {
      letGo();
    }
  }

  private void letGo() {
    if (catchUp != null) {
      catchUp.close();
    }
    if (replays != null) {
      replays.close();
    }
    // What was routed to us and has not arrived must still be seen: it decides where the cursors
    // stand.
    long[] routed = sessions.router().routed();
    lane.afterHandOvers(
        () -> {
          if (memberships == null) {
            finishClose(routed);
          } else {
            memberships.whenJoined(() -> finishClose(routed));
          }
        });
  }

  private void finishClose(long[] routed) {
    subscriptions.leaveRouter();
    if (replays != null) {
      replays.leaveRouter();
    }
    SessionRow row = hasRow || outlives() ? row(routed) : null;
    if (memberships != null) {
      window.forEach(this::forgetUnsent);
      memberships.close(window, outlives());
    }
    if (exactlyOnce != null && row != null && outlives()) {
      exactlyOnce.passed(lane.batch(), this::reached);
      exactlyOnce.stillWaiting(lane.batch(), row.progress().unacknowledged());
    }
    sessions.closed(this, row, outlives(), will);
  }

  /// A group's message that has not left is not the client's yet: another member gets it, so the
  /// row that says that it was about to leave goes.
  private void forgetUnsent(int slot) {
    if (window.exactlyOnce(slot) && Memberships.unsent(window, slot) != null) {
      lane.batch().row(SessionTable.forgotten(clientId, unacknowledged(slot)));
    }
  }

  /// Another connection of this client takes the session, or an administrator ends it.
  ///
  /// @param released as with [#close]
  void end(Consumer.End why, java.util.function.Consumer<@Nullable SessionRow> released) {
    if (!closed) {
      close(released);
      consumer.end(why);
    } else {
      close(released);
    }
  }

  /// The node is shutting down.
  public void shutDown() {
    end(Consumer.End.SHUTTING_DOWN, row -> {});
  }

  /// The session is over: what is kept is kept, or it never began.
  ///
  /// @param row what a successor begins with
  void tellReleased(@Nullable SessionRow row) {
    closed = true;
    released = true;
    releasedRow = row;
    List<java.util.function.Consumer<@Nullable SessionRow>> all = waitingForRelease;
    waitingForRelease = null;
    if (all != null) {
      all.forEach(each -> each.accept(row));
    }
  }

  /// Keeps who it is, if the session outlives its connection, and tells when that is done.
  void keep(java.util.function.Consumer<@Nullable EngineFailure> done) {
    if (closed) {
      // What the row says is written as it ends.
      return;
    }
    if (!outlives()) {
      done.accept(null);
      return;
    }
    hasRow = true;
    Batch batch = lane.batch();
    SessionTable.keep(batch, clientId, identity(false));
    if (memberships != null) {
      memberships.keep();
    }
    batch.afterwards(done);
  }

  /// Something happened that is to be written behind.
  private void noteChange() {
    if (outlives() && !changed) {
      changed = true;
      sessions.changed(this);
    }
    if (exactlyOnce != null && exactlyOnce.isFull()) {
      sessions.keepProgress(lane);
    }
  }

  /// Writes behind how far it is.
  ///
  /// @param routed as with [CatchUp#settle]
  void keepProgress(long[] routed) {
    changed = false;
    if (closed || !outlives()) {
      return;
    }
    SessionTable.keep(lane.batch(), clientId, progress(routed));
    if (exactlyOnce != null) {
      exactlyOnce.passed(lane.batch(), this::reached);
    }
  }

  private SessionRow row(long[] routed) {
    return new SessionRow(identity(true), progress(routed), received.keptIds());
  }

  private SessionRow.Identity identity(boolean leaving) {
    List<SessionRow.Kept> kept = new ArrayList<>(subscriptionCount());
    subscriptions.addTo(kept);
    if (memberships != null) {
      memberships.addTo(kept);
    }
    if (replays != null) {
      replays.addTo(kept);
    }
    return sessions.identity(epoch, expirySeconds, leaving, will, kept);
  }

  private SessionRow.Progress progress(long[] routed) {
    List<SessionRow.Unacknowledged> unacknowledged = new ArrayList<>(window.size());
    window.forEach(slot -> addUnacknowledged(slot, unacknowledged));
    if (exactlyOnce != null) {
      unacknowledged.addAll(exactlyOnce.finished());
    }
    long[] cursors = catchUp == null ? routed : catchUp.settle(routed);
    List<SessionRow.Reached> ofReplays = replays == null ? List.of() : replays.reached(routed);
    kept = new SessionRow.Progress(cursors, ofReplays, unacknowledged);
    return kept;
  }

  /// The cursor that was kept last, of one of the sources of what is sent.
  private long reached(String source, int partition) {
    return source.isEmpty()
        ? SessionRow.Reached.at(kept.cursors(), partition)
        : kept.reached(source, partition);
  }

  private void addUnacknowledged(int slot, List<SessionRow.Unacknowledged> list) {
    Window.Held held = window.held(slot);
    if (held != null && held.lease() != null) {
      // The group deals it out again, except at QoS 2, which stays with the client that it was sent
      // to (MQTT 5 §4.8.2).
      if (!window.exactlyOnce(slot) || Memberships.unsent(window, slot) != null) {
        return;
      }
    }
    list.add(unacknowledged(slot));
  }

  private SessionRow.Unacknowledged unacknowledged(int slot) {
    Window.Held held = window.held(slot);
    Message message = held == null ? null : held.message();
    return new SessionRow.Unacknowledged(
        window.id(slot),
        window.exactlyOnce(slot),
        window.state(slot),
        window.source(slot),
        window.partition(slot),
        window.offset(slot),
        message == null ? null : new Stored(message, -1, -1));
  }
}
