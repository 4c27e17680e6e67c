package io.forebay.core.session;

import io.forebay.core.log.Log;
import io.forebay.core.routing.Lane;
import io.forebay.core.routing.Router;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// How much waits in the declared queues, so that a publisher is told before its message is taken
/// that a queue has as many as it may.
///
/// Any thread.
final class Backlogs {
  private static final int RECOUNT_TICKS = 30;
  private static final int RECOUNT_ELSEWHERE_TICKS = 3;

  private final Router router;
  private final Log log;

  /// Where all of them count.
  private final Lane home;

  private final long limit;
  private final ConcurrentHashMap<String, Backlog> backlogs = new ConcurrentHashMap<>();
  private final Set<Backlog> full = ConcurrentHashMap.newKeySet();
  private int ticks;

  /// @param limit messages that may wait in a queue
  Backlogs(Router router, Log log, long limit) {
    this.router = router;
    this.log = log;
    this.home = router.lanes().getFirst();
    this.limit = limit;
  }

  /// Counts what a new queue gets.
  ///
  /// @param name with `$queue/`
  /// @param begun gets, per partition, the offset of the first message that counts. On a lane
  void begin(String name, QueueSettings settings, Consumer<long[]> begun) {
    home.execute(() -> begun.accept(subscribed(name, settings).begin()));
  }

  /// Counts what waits in a queue that is there, and what it gets. Until that is done, it is full
  /// if it was before.
  ///
  /// @param done messages behind the row's cursors that wait no more
  void restore(String name, QueueRow row, long done) {
    home.execute(
        () -> {
          Backlog former = backlogs.get(name);
          long assumed = former != null && former.isFull() ? limit : 0;
          end(name);
          Backlog backlog = subscribed(name, row.settings());
          backlog.add(assumed);
          QueueReader.until(
                  log,
                  home,
                  row,
                  backlog.begin(),
                  limit,
                  count -> backlog.add(count - done - assumed))
              .read();
        });
  }

  private Backlog subscribed(String name, QueueSettings settings) {
    Backlog backlog = new Backlog(name, settings, limit, oldest(), this);
    backlog.subscriptions().forEach(each -> router.begin(home, each));
    backlogs.put(name, backlog);
    return backlog;
  }

  private long[] oldest() {
    long[] oldest = new long[log.partitions()];
    Arrays.setAll(oldest, log::start);
    return oldest;
  }

  /// The queue is no more, or did not come to be.
  void end(String name) {
    Backlog backlog = backlogs.remove(name);
    if (backlog != null) {
      full.remove(backlog);
      home.execute(() -> backlog.subscriptions().forEach(each -> router.remove(home, each)));
    }
  }

  Lane home() {
    return home;
  }

  /// About once a second. To count is to read what waits, so it is done seldom, and only where
  /// retention has removed something since the queue was counted.
  ///
  /// @return the full queues that are to be counted again
  ///
  /// @param elsewhere whether another node may deal for a queue: what it settles is not told here,
  ///   so such a queue is counted again by its row once it seems half full
  List<String> tick(Predicate<String> elsewhere) {
    ticks++;
    if (ticks % RECOUNT_ELSEWHERE_TICKS == 0) {
      List<String> halfFull =
          backlogs.values().stream()
              .filter(Backlog::isHalfFull)
              .map(Backlog::clientId)
              .filter(elsewhere)
              .toList();
      if (!halfFull.isEmpty()) {
        return halfFull;
      }
    }
    if (ticks % RECOUNT_TICKS != 0) {
      return List.of();
    }
    long[] oldest = oldest();
    return full.stream()
        .filter(each -> !Arrays.equals(each.oldest(), oldest))
        .map(Backlog::clientId)
        .toList();
  }

  /// One of a queue's messages waits no more.
  void settled(String name) {
    Backlog backlog = backlogs.get(name);
    if (backlog != null) {
      backlog.settled();
    }
  }

  /// A queue has as many as it may, or less again.
  void full(Backlog backlog, boolean now) {
    if (now) {
      full.add(backlog);
    }
    if (!now || backlogs.get(backlog.clientId()) != backlog) {
      full.remove(backlog);
    }
  }

  /// A queue that would get messages of this topic and has as many as it may, with `$queue/`; null
  /// if there is none.
  @Nullable String fullFor(String topic) {
    if (full.isEmpty()) {
      return null;
    }
    for (Backlog each : full) {
      if (each.takes(topic)) {
        return each.clientId();
      }
    }
    return null;
  }
}
