package io.forebay.core.session;

import io.forebay.core.log.Log;
import io.forebay.core.routing.Grant;
import io.forebay.core.routing.Router;
import io.forebay.core.topic.TopicFilter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The replays of a session, by the name under which the client addresses them. On its lane.
///
/// **Names.** A replay that was asked for as `$replay/FROM/FILTER` goes by that text. One that was
/// asked for by the user property `replay-from` goes by the plain filter: the client holds one
/// subscription of that name, and it is either plain or a replay. So
///
/// - UNSUBSCRIBE with the name ends it;
/// - SUBSCRIBE with the name of a replay and no other `replay-from` changes its options (QoS,
///   no-local, …) and leaves it where it is, so that clients may subscribe again after each
///   reconnect. To begin anew, unsubscribe first;
/// - SUBSCRIBE with another `replay-from` than before begins anew there, and so does one for a name
///   that was plain.
final class Replays {
  /// How a row spells a replay that goes by its plain filter: no client can write that, as an empty
  /// level says nowhere to begin.
  private static final String PREFIX = "$replay/";

  private static final String KEPT_PLAIN = PREFIX + "/";

  private final Session session;
  private final Router router;
  private final Log log;
  private final LongSupplier clock;
  private final Map<String, Replay> byName = new HashMap<>();

  /// For the order in which they read.
  private final List<Replay> all = new ArrayList<>();

  private int turn;

  Replays(Session session, Router router, Log log, LongSupplier clock) {
    this.session = session;
    this.router = router;
    this.log = log;
    this.clock = clock;
  }

  /// Whether a request is for a replay, given those that are there.
  static boolean concerns(@Nullable Replays there, Session.Request request) {
    return request.filter().kind() == TopicFilter.Kind.REPLAY
        || request.replayFrom() != null
        || (there != null && there.holds(request.filter()));
  }

  /// Whether a row speaks of a replay.
  static boolean isReplay(String spelling) {
    return spelling.startsWith(PREFIX);
  }

  int size() {
    return all.size();
  }

  /// What clients call them.
  List<String> names() {
    return List.copyOf(byName.keySet());
  }

  boolean holds(TopicFilter name) {
    return byName.containsKey(name.given());
  }

  /// Begins a replay, or changes one that is there.
  ///
  /// @param done runs when its place in the log is known
  /// @return the replay if it is new; it takes nothing before it is told that the client was
  ///   answered
  @Nullable Replay subscribe(Session.Request request, Runnable done) {
    String name = request.filter().given();
    String from = request.replayFrom();
    Replay there = byName.get(name);
    if (there != null && (from == null || from.equals(there.filter().label()))) {
      there.change(request.grant());
      done.run();
      return null;
    }
    remove(name);
    TopicFilter filter =
        from == null
            ? request.filter()
            : TopicFilter.replay(from, request.filter().text(), Integer.MAX_VALUE);
    Replay replay = add(name, filter, request.grant());
    replay.begin(clock.getAsLong(), done);
    return replay;
  }

  private Replay add(String name, TopicFilter filter, Grant grant) {
    Replay replay = new Replay(session, router, log, filter, spelling(name, filter), grant);
    byName.put(name, replay);
    all.add(replay);
    return replay;
  }

  /// The client was told about those that are new.
  ///
  /// @param kept whether it was told that they are there
  void answered(List<Replay> begun, boolean kept) {
    for (Replay replay : begun) {
      if (kept) {
        replay.answered();
      } else {
        byName.values().remove(replay);
        end(replay);
      }
    }
  }

  /// @return whether it was there
  boolean unsubscribe(TopicFilter name) {
    return remove(name.given());
  }

  private boolean remove(String name) {
    Replay replay = byName.remove(name);
    if (replay != null) {
      end(replay);
    }
    return replay != null;
  }

  private void end(Replay replay) {
    all.remove(replay);
    replay.end();
  }

  /// There may be room again, for them and for the session's other subscriptions: each is the first
  /// in turn to look for it.
  void pump(@Nullable CatchUp others) {
    int count = all.size() + 1;
    turn = (turn + 1) % count;
    for (int i = 0; i < count; i++) {
      int next = (turn + i) % count;
      if (next < all.size()) {
        all.get(next).pump();
      } else if (others != null) {
        others.pump();
      }
    }
  }

  /// Whether one of them reads the log.
  boolean behind() {
    for (Replay replay : all) {
      if (replay.behind()) {
        return true;
      }
    }
    return false;
  }

  /// The options of the replay that rows call so; null if there is none.
  @Nullable Grant grant(String spelling) {
    for (Replay replay : all) {
      if (replay.spelling().equals(spelling)) {
        return replay.grant();
      }
    }
    return null;
  }

  // ---------------------------------------------------------------- between connections

  /// The connection went: nothing is taken any more.
  void close() {
    all.forEach(Replay::close);
  }

  void leaveRouter() {
    all.forEach(Replay::leaveRouter);
  }

  void addTo(List<SessionRow.Kept> kept) {
    for (Replay replay : all) {
      if (replay.found()) {
        kept.add(
            new SessionRow.Kept(replay.spelling(), replay.grant(), replay.settle(new long[0])));
      }
    }
  }

  /// How far they are.
  ///
  /// @param routed as with [CatchUp#settle]
  List<SessionRow.Reached> reached(long[] routed) {
    return all.stream()
        .filter(Replay::found)
        .map(each -> new SessionRow.Reached(each.spelling(), each.settle(routed)))
        .toList();
  }

  private static String spelling(String name, TopicFilter filter) {
    return name.equals(filter.given()) ? name : KEPT_PLAIN + filter.label() + "/" + filter.text();
  }

  /// @param progress where it was, if that was kept since the subscription was
  void restore(SessionRow.Kept kept, SessionRow.Progress progress) {
    long[] cursors =
        progress.replays().stream()
            .filter(each -> each.filter().equals(kept.filter()))
            .map(SessionRow.Reached::cursors)
            .findFirst()
            .orElse(kept.startOffsets());
    boolean plain = kept.filter().startsWith(KEPT_PLAIN);
    String given = plain ? PREFIX + kept.filter().substring(KEPT_PLAIN.length()) : kept.filter();
    TopicFilter filter = TopicFilter.parse(given, Integer.MAX_VALUE);
    add(plain ? filter.text() : given, filter, kept.grant()).resume(cursors);
  }
}
