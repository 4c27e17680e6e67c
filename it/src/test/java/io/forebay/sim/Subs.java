package io.forebay.sim;

import io.forebay.core.log.Stored;
import io.forebay.core.message.Qos;
import io.forebay.core.topic.TopicFilter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The subscriptions of a session as its client knows them. What the broker had not answered when
/// it died, or answered with a failure, is in doubt: it may be in force or not.
final class Subs {

  /// A subscription of the session's own.
  ///
  /// @param least the QoS that is due at least
  /// @param most the highest that may come
  /// @param start per partition, the first offset that is due
  /// @param allowed per partition, the first offset that may come
  record Sub(Qos least, Qos most, boolean noLocal, long[] start, long[] allowed) {
    static Sub of(Qos qos, boolean noLocal, long[] start) {
      return new Sub(qos, qos, noLocal, start, start);
    }

    Sub inDoubt() {
      return new Sub(Qos.AT_MOST_ONCE, most, noLocal, start, allowed);
    }

    static Sub either(Sub one, Sub other) {
      return new Sub(
          Qos.min(one.least, other.least),
          Qos.max(one.most, other.most),
          one.noLocal && other.noLocal,
          one.start,
          one.allowed);
    }
  }

  /// A change that is not answered.
  ///
  /// @param former what there was before the first that is not
  private record Unanswered(int token, @Nullable Sub former) {}

  private record Past(String filter, Sub sub) {}

  private final Map<String, Sub> inForce = new HashMap<>();
  private final Map<String, Unanswered> unanswered = new HashMap<>();

  /// What was replaced or given back: a delivery may have been under way.
  private final List<Past> past = new ArrayList<>();

  private final Set<String> doubtful = new HashSet<>();
  private int tokens;

  @Nullable Sub get(String filter) {
    return inForce.get(filter);
  }

  /// Whether nobody knows if the filter is held.
  boolean inDoubt(String filter) {
    return doubtful.contains(filter);
  }

  /// @param sub null to give it back; of a shared filter always
  /// @return for [#answered]
  int change(String filter, @Nullable Sub sub) {
    Unanswered before = unanswered.get(filter);
    Sub former = before == null ? inForce.get(filter) : before.former();
    unanswered.put(filter, new Unanswered(++tokens, former));
    Sub replaced = sub == null ? inForce.remove(filter) : inForce.put(filter, sub);
    if (replaced != null) {
      past.add(new Past(filter, replaced));
    }
    return tokens;
  }

  void answered(String filter, int token, boolean kept) {
    Unanswered change = unanswered.get(filter);
    if (!kept) {
      doubt(filter);
    } else if (change != null && change.token() == token) {
      unanswered.remove(filter);
      doubtful.remove(filter);
    }
  }

  /// Nothing will be answered any more.
  void doubtUnanswered() {
    Set.copyOf(unanswered.keySet()).forEach(this::doubt);
  }

  private void doubt(String filter) {
    Unanswered change = unanswered.remove(filter);
    Sub former = change == null ? null : change.former();
    Sub now = inForce.get(filter);
    doubtful.add(filter);
    if (former != null && now != null) {
      inForce.put(filter, Sub.either(former, now));
    } else if (former != null) {
      inForce.put(filter, former.inDoubt());
    } else if (now != null) {
      inForce.put(filter, now.inDoubt());
    }
  }

  /// The QoS at which a message of the log has to come at least, 0 if it need not.
  Qos least(Stored stored, String clientId) {
    Qos granted = Qos.AT_MOST_ONCE;
    for (Map.Entry<String, Sub> each : inForce.entrySet()) {
      Sub sub = each.getValue();
      if (matches(each.getKey(), sub, sub.start(), stored, clientId)) {
        granted = Qos.max(granted, sub.least());
      }
    }
    return Qos.min(granted, stored.message().qos());
  }

  /// As [#least], of a message that comes and may have been under way for long.
  Qos leastUnderWay(Stored stored, String clientId) {
    Qos least = least(stored, clientId);
    for (Past each : past) {
      if (matches(each.filter(), each.sub(), each.sub().allowed(), stored, clientId)) {
        return Qos.min(least, Qos.AT_LEAST_ONCE);
      }
    }
    return least;
  }

  /// The highest QoS at which it may come.
  Qos most(Stored stored, String clientId) {
    Qos granted = Qos.AT_MOST_ONCE;
    for (Map.Entry<String, Sub> each : inForce.entrySet()) {
      Sub sub = each.getValue();
      if (matches(each.getKey(), sub, sub.allowed(), stored, clientId)) {
        granted = Qos.max(granted, sub.most());
      }
    }
    for (Past each : past) {
      if (matches(each.filter(), each.sub(), each.sub().allowed(), stored, clientId)) {
        granted = Qos.max(granted, each.sub().most());
      }
    }
    return Qos.min(granted, stored.message().qos());
  }

  private static boolean matches(
      String filter, Sub sub, long[] from, Stored stored, String clientId) {
    return TopicFilter.matches(filter, stored.message().topic())
        && stored.offset() >= from[stored.partition()]
        && !(sub.noLocal() && stored.message().publisher().equals(clientId));
  }
}
