package io.forebay.core.session;

import io.forebay.core.log.Stored;
import io.forebay.core.message.Qos;
import io.forebay.core.routing.Grant;
import io.forebay.core.routing.Lane;
import io.forebay.core.routing.Router;
import io.forebay.core.routing.Subscriber;
import io.forebay.core.routing.Subscription;
import io.forebay.core.topic.FilterSet;
import io.forebay.core.topic.TopicFilter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The filters that a session holds for itself, in the router as long as it is connected. On its
/// lane.
final class Subscriptions {
  private final Subscriber subscriber;
  private final Lane lane;
  private final Router router;

  /// Immutable as long as there is one, as with most clients: a hash map takes 90 bytes for it.
  private Map<String, Subscription> byFilter = Map.of();

  /// For readers of the log; null after a change.
  private @Nullable FilterSet filters;

  Subscriptions(Subscriber subscriber, Lane lane, Router router) {
    this.subscriber = subscriber;
    this.lane = lane;
    this.router = router;
  }

  int size() {
    return byFilter.size();
  }

  @Nullable Subscription get(String filter) {
    return byFilter.get(filter);
  }

  /// Adds a subscription that counts from now on, or gives one that is there other options.
  Subscription put(String filter, Grant grant) {
    Subscription former = byFilter.get(filter);
    Subscription subscription;
    if (former == null) {
      subscription = new Subscription(subscriber, filter, grant, new long[0]);
      router.begin(lane, subscription);
    } else {
      // The start stays, and there is no moment without either.
      subscription = new Subscription(subscriber, filter, grant, former.startOffsets());
      router.add(lane, subscription);
      router.remove(lane, former);
    }
    keep(filter, subscription);
    filters = null;
    return subscription;
  }

  /// Adds a subscription that was kept.
  void restore(String filter, Grant grant, long[] startOffsets) {
    Subscription subscription = new Subscription(subscriber, filter, grant, startOffsets);
    keep(filter, subscription);
    filters = null;
    router.add(lane, subscription);
  }

  private void keep(String filter, Subscription subscription) {
    if (byFilter.isEmpty()) {
      byFilter = Map.of(filter, subscription);
      return;
    }
    if (byFilter.size() == 1) {
      byFilter = new HashMap<>(byFilter);
    }
    byFilter.put(filter, subscription);
  }

  /// @return whether it was there
  boolean remove(String filter) {
    Subscription subscription = byFilter.get(filter);
    if (subscription == null) {
      return false;
    }
    if (byFilter.size() == 1) {
      byFilter = Map.of();
    } else {
      byFilter.remove(filter);
    }
    filters = null;
    router.remove(lane, subscription);
    return true;
  }

  /// Nothing is offered any more; what is held stays, for the row.
  void leaveRouter() {
    byFilter.values().forEach(each -> router.remove(lane, each));
  }

  /// The first offset of a partition that counts for any of them; [Long#MAX_VALUE] if there is
  /// none.
  long start(int partition) {
    long start = Long.MAX_VALUE;
    for (Subscription each : byFilter.values()) {
      start = Math.min(start, each.start(partition));
    }
    return start;
  }

  void addTo(List<SessionRow.Kept> kept) {
    for (Subscription each : byFilter.values()) {
      kept.add(new SessionRow.Kept(each.filter(), each.grant(), each.startOffsets()));
    }
  }

  /// All of them. The same object as long as nothing changes.
  FilterSet filters() {
    FilterSet there = filters;
    if (there == null) {
      there = new FilterSet(byFilter.keySet());
      filters = there;
    }
    return there;
  }

  /// What they allow for a message of the log, as the router would have decided; null if it is for
  /// none of them, or only at QoS 0.
  @Nullable Grant decide(Stored stored) {
    String topic = stored.message().topic();
    Grant grant = null;
    Subscription exact = byFilter.get(topic);
    if (exact != null && counts(exact, stored)) {
      grant = exact.grant();
    }
    for (String pattern : filters().patterns()) {
      Subscription subscription = byFilter.get(pattern);
      if (subscription != null
          && TopicFilter.matches(pattern, topic)
          && counts(subscription, stored)) {
        grant = grant == null ? subscription.grant() : grant.merge(subscription.grant());
      }
    }
    return grant == null || Qos.min(grant.qos(), stored.message().qos()) == Qos.AT_MOST_ONCE
        ? null
        : grant;
  }

  private static boolean counts(Subscription subscription, Stored stored) {
    return subscription.counts(stored.message(), stored.partition(), stored.offset());
  }
}
