package io.forebay.core.session;

import io.forebay.core.log.Stored;
import java.util.List;

/// Delivers a subscription's retained messages at the pace of the client. On the session's lane.
final class RetainedFeed {
  private final Session session;
  private final Retained retained;
  private List<Stored> page = List.of();
  private int next;
  private boolean reading;

  RetainedFeed(Session session, Retained retained) {
    this.session = session;
    this.retained = retained;
  }

  /// Sends while there is room.
  ///
  /// @return whether all are sent
  boolean advance() {
    while (next < page.size()) {
      if (!session.sendRetained(page.get(next).message(), retained.subscription().grant())) {
        return false;
      }
      next++;
    }
    if (retained.exhausted()) {
      return !reading;
    }
    if (!reading) {
      reading = true;
      retained.next(rows -> session.lane().execute(() -> turnTo(rows)));
    }
    return false;
  }

  private void turnTo(List<Stored> rows) {
    reading = false;
    page = rows;
    next = 0;
    session.feedRetained();
  }
}
