package io.forebay.core.session;

import io.forebay.core.log.EngineFailure;
import io.forebay.core.log.Stored;
import io.forebay.core.message.Message;
import io.forebay.core.routing.Grant;
import io.forebay.core.routing.Lane;
import io.forebay.core.routing.Subscription;
import io.forebay.core.topic.FilterSet;
import io.forebay.core.topic.TopicFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// All that a client has subscribed to: filters of its session's own, memberships of shared groups
/// and queues, replays (MQTT 5 §3.8, §3.10). On the session's lane.
public final class Interests {
  private final Session session;
  private final Sessions sessions;
  private final Subscriptions own;
  private @Nullable Memberships memberships;
  private @Nullable Replays replays;

  Interests(Session session, Sessions sessions, Lane lane) {
    this.session = session;
    this.sessions = sessions;
    this.own = new Subscriptions(session, lane, sessions.router());
  }

  /// How many filters there are.
  public int size() {
    return own.size()
        + (memberships == null ? 0 : memberships.size())
        + (replays == null ? 0 : replays.size());
  }

  /// Whether this filter is held.
  public boolean holds(TopicFilter filter) {
    return filter.shared()
        ? memberships != null && memberships.holds(filter)
        : own.get(filter.given()) != null || (replays != null && replays.holds(filter));
  }

  /// All filters that are held.
  public List<TopicFilter> held() {
    List<SessionRow.Kept> kept = new ArrayList<>(size());
    own.addTo(kept);
    if (memberships != null) {
      memberships.addTo(kept);
    }
    Stream<String> names = kept.stream().map(SessionRow.Kept::filter);
    Stream<String> replayed = replays == null ? Stream.of() : replays.names().stream();
    return Stream.concat(names, replayed)
        .map(each -> TopicFilter.parse(each, Integer.MAX_VALUE))
        .toList();
  }

  // ---------------------------------------------------------------- asked for and given back

  /// Adds or replaces subscriptions. Retained messages follow after `done`.
  ///
  /// @param done runs on this lane when they are in force and, if the session outlives its
  ///   connection, kept; with a failure if they are not kept
  public void subscribe(List<Session.Request> requests, Consumer<@Nullable EngineFailure> done) {
    List<RetainedFeed> feeds = new ArrayList<>();
    List<Replay> replaying = new ArrayList<>(0);
    int[] pending = {1};
    Runnable oneLess =
        () -> {
          if (--pending[0] == 0) {
            session.state().keep(failure -> answer(failure, feeds, replaying, done));
          }
        };
    for (Session.Request request : requests) {
      if (request.filter().shared()) {
        pending[0]++;
        memberships().join(request.filter(), request.grant(), oneLess);
      } else if (Replays.concerns(replays, request)) {
        pending[0]++;
        own.remove(request.filter().given());
        Replay replay = replays().subscribe(request, oneLess);
        if (replay != null) {
          replaying.add(replay);
        }
      } else {
        subscribe(request, feeds);
      }
    }
    oneLess.run();
  }

  private void answer(
      @Nullable EngineFailure failure,
      List<RetainedFeed> feeds,
      List<Replay> replaying,
      Consumer<@Nullable EngineFailure> done) {
    done.accept(failure);
    if (replays != null) {
      replays.answered(replaying, failure == null);
    }
    if (failure == null) {
      session.feed(feeds);
    }
  }

  private void subscribe(Session.Request request, List<RetainedFeed> feeds) {
    boolean isNew = own.get(request.filter().text()) == null;
    Subscription subscription = own.put(request.filter().text(), request.grant());
    if (request.retainHandling() == 0 || (request.retainHandling() == 1 && isNew)) {
      long[] live = isNew ? subscription.startOffsets() : sessions.router().heads();
      feeds.add(new RetainedFeed(session, new Retained(sessions.retained(), subscription, live)));
    }
  }

  /// Gives filters back.
  ///
  /// @param done runs on this lane when that is kept
  /// @return for each filter whether it was held
  public List<Boolean> unsubscribe(
      List<TopicFilter> given, Consumer<@Nullable EngineFailure> done) {
    List<Boolean> held = new ArrayList<>(given.size());
    for (TopicFilter filter : given) {
      held.add(
          filter.shared()
              ? memberships != null && memberships.leave(filter)
              : own.remove(filter.given()) || (replays != null && replays.unsubscribe(filter)));
    }
    session.state().keep(done);
    return held;
  }

  private Memberships memberships() {
    Memberships there = memberships;
    if (there == null) {
      there = new Memberships(session, sessions.queues());
      memberships = there;
    }
    return there;
  }

  private Replays replays() {
    Replays there = replays;
    if (there == null) {
      there = new Replays(session, sessions.router(), sessions.log(), sessions.clock());
      replays = there;
    }
    return there;
  }

  // ---------------------------------------------------------------- what they let through

  /// As [CatchUp.Sink#filters], of the session's own.
  FilterSet filters() {
    return own.filters();
  }

  /// As [CatchUp.Sink#decide], of the session's own.
  @Nullable Grant decide(Stored stored) {
    return own.decide(stored);
  }

  /// The options for a message that is sent again; those of today, or none if the subscription is
  /// gone.
  ///
  /// @param source as in [Window.Held]
  Grant grant(String source, Message message) {
    Grant grant = null;
    if (source.isEmpty()) {
      grant = own.decide(new Stored(message, -1, -1));
    } else if (Replays.isReplay(source)) {
      grant = replays == null ? null : replays.grant(source);
    } else {
      grant = memberships == null ? null : memberships.grant(source);
    }
    return grant != null ? grant : Grant.of(message.qos(), false, false, 0);
  }

  /// A group or a queue leases a message to this session.
  void offer(Queue.Lease lease, boolean closed) {
    memberships().offer(lease, closed);
  }

  /// There may be room.
  ///
  /// @param others reads for the session's own filters
  void pump(@Nullable CatchUp others) {
    if (replays != null) {
      replays.pump(others);
    } else if (others != null) {
      others.pump();
    }
  }

  /// There may be room: asks those groups for more that leave the session out.
  void askForMore() {
    if (memberships != null) {
      memberships.askForMore();
    }
  }

  /// Whether a replay reads the log.
  boolean replaying() {
    return replays != null && replays.behind();
  }

  // ---------------------------------------------------------------- between connections

  /// Takes up what was kept.
  void restore(SessionRow.Kept kept, SessionRow.Progress progress) {
    if (Replays.isReplay(kept.filter())) {
      replays().restore(kept, progress);
      return;
    }
    TopicFilter filter = TopicFilter.parse(kept.filter(), Integer.MAX_VALUE);
    if (filter.shared()) {
      memberships().rejoin(filter, kept.grant());
    } else {
      own.restore(filter.text(), kept.grant(), kept.startOffsets());
    }
  }

  /// As [Subscriptions#start].
  long start(int partition) {
    return own.start(partition);
  }

  void addTo(List<SessionRow.Kept> kept) {
    own.addTo(kept);
    if (memberships != null) {
      memberships.addTo(kept);
    }
    if (replays != null) {
      replays.addTo(kept);
    }
  }

  /// As [Memberships#keep].
  void keepMemberships() {
    if (memberships != null) {
      memberships.keep();
    }
  }

  /// How far replays are.
  ///
  /// @param routed as with [CatchUp#settle]
  List<SessionRow.Reached> reached(long[] routed) {
    return replays == null ? List.of() : replays.reached(routed);
  }

  /// The connection went: replays take nothing any more.
  void close() {
    if (replays != null) {
      replays.close();
    }
  }

  /// As [Memberships#whenJoined].
  void whenJoined(Runnable next) {
    if (memberships == null) {
      next.run();
    } else {
      memberships.whenJoined(next);
    }
  }

  /// Nothing is offered any more; what is held stays, for the row.
  void leaveRouter() {
    own.leaveRouter();
    if (replays != null) {
      replays.leaveRouter();
    }
  }

  /// Gives back what groups and queues had leased.
  ///
  /// @param comesBack the session is kept
  void leaveGroups(InFlight inFlight, boolean comesBack) {
    if (memberships != null) {
      inFlight.leave(memberships, comesBack);
    }
  }
}
