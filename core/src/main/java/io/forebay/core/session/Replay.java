package io.forebay.core.session;

import io.forebay.core.log.Log;
import io.forebay.core.log.Stored;
import io.forebay.core.message.Message;
import io.forebay.core.message.Qos;
import io.forebay.core.message.UserProperty;
import io.forebay.core.routing.Figure;
import io.forebay.core.routing.Grant;
import io.forebay.core.routing.Router;
import io.forebay.core.routing.Subscriber;
import io.forebay.core.routing.Subscription;
import io.forebay.core.topic.FilterSet;
import io.forebay.core.topic.ReplayFrom;
import io.forebay.core.topic.TopicFilter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A filter of a session that begins in the past: a subscriber of its own, which starts out behind
/// and goes live when it has reached the head of the log. What it takes goes out through the
/// session's window.
///
/// Unlike the session's other subscriptions it takes from the log what goes out at QoS 0 too, at
/// the pace of the client's socket: nothing that a stream captured is dropped.
///
/// On the session's lane.
final class Replay extends Subscriber implements CatchUp.Sink {
  private final Session session;
  private final Router router;
  private final Log log;
  private final TopicFilter filter;
  private final FilterSet filters;
  private final CatchUp catchUp;
  private final Window.Held source;
  private Subscription subscription;

  /// The offsets where it begins are known.
  private boolean found;

  /// The client knows that it is subscribed.
  private boolean answered;

  private boolean ended;
  private long untoldGap;

  /// @param spelling how rows of the session call it
  Replay(
      Session session, Router router, Log log, TopicFilter filter, String spelling, Grant grant) {
    this.source = new Window.Held(null, null, spelling);
    this.session = session;
    this.router = router;
    this.log = log;
    this.filter = filter;
    this.filters = new FilterSet(List.of(filter.text()));
    this.catchUp = new CatchUp(session.lane(), log, this);
    this.subscription = new Subscription(this, filter.text(), grant, new long[0]);
  }

  TopicFilter filter() {
    return filter;
  }

  String spelling() {
    return source.source();
  }

  Grant grant() {
    return subscription.grant();
  }

  /// It has a place in the log, which is worth keeping.
  boolean found() {
    return found;
  }

  @Override
  public String clientId() {
    return session.clientId();
  }

  // ---------------------------------------------------------------- life

  /// Begins where its filter says.
  ///
  /// @param whenFound runs when the offsets are known, or it was ended before
  void begin(long nowMillis, Runnable whenFound) {
    // First into the router: what is committed after we look at the log is offered.
    router.add(session.lane(), subscription);
    ReplayFrom from = ReplayFrom.parse(filter.label());
    ReplayStart.find(
        log,
        session.lane(),
        from,
        nowMillis,
        offsets -> {
          startAt(offsets);
          whenFound.run();
        });
  }

  /// Goes on where a former connection left it.
  void resume(long[] cursors) {
    answered = true;
    router.add(session.lane(), subscription);
    startAt(cursors);
  }

  private void startAt(long[] offsets) {
    // A partition that came meanwhile is all new to it.
    int partitions = Math.max(offsets.length, log.partitions());
    for (int partition = 0; partition < partitions; partition++) {
      catchUp.restore(partition, partition < offsets.length ? offsets[partition] : 0);
    }
    found = true;
    pump();
  }

  /// The client has been told: messages may come.
  void answered() {
    answered = true;
    pump();
  }

  /// Other options from now on; the place in the log stays.
  void change(Grant grant) {
    Subscription former = subscription;
    subscription = new Subscription(this, filter.text(), grant, former.startOffsets());
    router.add(session.lane(), subscription);
    router.remove(session.lane(), former);
  }

  /// Takes nothing any more; the place in the log stays known.
  void close() {
    catchUp.close();
  }

  void leaveRouter() {
    if (!ended) {
      ended = true;
      router.remove(session.lane(), subscription);
    }
  }

  void end() {
    close();
    leaveRouter();
  }

  /// Per partition, the first offset that it has not looked at.
  ///
  /// @param routed as with [CatchUp#settle]
  long[] settle(long[] routed) {
    return catchUp.settle(routed);
  }

  // ---------------------------------------------------------------- delivery

  @Override
  public void offer(Message message, int partition, long offset, Grant grant) {
    if (partition < 0) {
      // Not in the log: there is only now.
      session.offer(message, -1, -1, grant);
    } else if (found) {
      catchUp.offer(message, partition, offset, grant);
    }
    // Else it will be read from the log, which has it.
  }

  void pump() {
    catchUp.pump();
  }

  boolean behind() {
    return catchUp.behind();
  }

  @Override
  public int room() {
    if (!answered) {
      return 0;
    }
    if (grant().qos() == Qos.AT_MOST_ONCE) {
      return session.takesAtMostOnce() ? Integer.MAX_VALUE : 0;
    }
    return session.room();
  }

  @Override
  public boolean takes(Message message, Grant grant) {
    return Qos.min(message.qos(), grant.qos()) == Qos.AT_MOST_ONCE
        ? answered && session.takesAtMostOnce()
        : room() > 0;
  }

  /// Unknown: publishers do not wait for who looks at history.
  @Override
  public int pace() {
    return 0;
  }

  @Override
  public FilterSet filters() {
    return filters;
  }

  @Override
  public @Nullable Grant decide(Stored stored) {
    return subscription.counts(stored.message(), stored.partition(), stored.offset())
            && !session.inFlight().holds(spelling(), stored)
        ? grant()
        : null;
  }

  @Override
  public void take(Message message, int partition, long offset, Grant grant) {
    List<UserProperty> extras = Extras.of(log, grant, partition, offset, untoldGap);
    if (session.sendReplayed(message, partition, offset, grant, source, extras)) {
      untoldGap = 0;
    }
  }

  @Override
  public void gap(long lost) {
    session.lane().counters().add(Figure.GAP_MESSAGES, lost);
    untoldGap += lost;
  }

  @Override
  public void fellBehind() {
    session.lane().counters().increment(Figure.CATCH_UPS);
  }
}
