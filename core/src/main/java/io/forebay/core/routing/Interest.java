package io.forebay.core.routing;

import org.jspecify.annotations.Nullable;

/// Who wants one filter: on each lane a roster that only the lane itself touches, and for everybody
/// else one bit per lane that says whether to bother it.
public final class Interest {
  private final @Nullable Roster[] rosters;

  /// Written while the filter's place in the index is held, so never by two at once.
  private volatile long lanes;

  Interest(int laneCount) {
    rosters = new @Nullable Roster[laneCount];
  }

  /// One bit per lane, set where somebody wants this filter. Any thread.
  long lanes() {
    return lanes;
  }

  /// On `lane`, with the filter's place in the index held.
  void add(int lane, Subscription subscription) {
    Roster roster = rosters[lane];
    if (roster == null) {
      roster = new Roster();
      rosters[lane] = roster;
    }
    roster.add(subscription);
    lanes |= 1L << lane;
  }

  /// On `lane`, with the filter's place in the index held.
  void remove(int lane, Subscription subscription) {
    Roster roster = rosters[lane];
    if (roster == null) {
      return;
    }
    roster.remove(subscription);
    if (roster.size() == 0) {
      rosters[lane] = null;
      lanes &= ~(1L << lane);
    }
  }

  /// On `lane`.
  @Nullable Roster roster(int lane) {
    return rosters[lane];
  }
}
