package io.forebay.sim;

import io.forebay.core.log.Stored;
import io.forebay.core.message.Qos;
import io.forebay.core.topic.TopicFilter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a client knows of its session, and what it may expect of it. Lives as long as the broker
/// says that the session is present.
final class SessionModel {
  /// Subscription identifiers from here on belong to shared groups.
  static final int SHARED_IDS = 1_000;

  /// A subscription of the session's own.
  ///
  /// @param start per partition, the head when it was made
  record Sub(Qos qos, boolean noLocal, long[] start) {}

  /// A delivery that is not acknowledged.
  static final class Flight {
    final int number;
    final Qos qos;
    final boolean retained;
    final @Nullable String group;
    boolean released;

    /// The connection on which it was last sent.
    int connection;

    Flight(int number, Qos qos, boolean retained, @Nullable String group, int connection) {
      this.number = number;
      this.qos = qos;
      this.retained = retained;
      this.group = group;
      this.connection = connection;
    }
  }

  final String clientId;
  final Map<String, Sub> subs = new HashMap<>();

  /// Filters with `$share`.
  final Set<String> shared = new HashSet<>();

  final Map<Integer, Flight> inFlight = new LinkedHashMap<>();
  private final Set<Integer> delivered = new HashSet<>();
  private final Set<Integer> deliveredAtMostOnce = new HashSet<>();
  private final Map<Integer, Long> lastOffset = new HashMap<>();

  /// While connected: never. Else when the session goes.
  long endsAtMillis = Long.MAX_VALUE;

  /// The session ended with its connection, or may have.
  boolean dead;

  SessionModel(String clientId) {
    this.clientId = clientId;
  }

  /// A message came at QoS 0 that is not a retained one.
  void atMostOnce(Ledger.Entry entry) {
    Violation.unless(
        deliveredAtMostOnce.add(entry.number()) && !delivered.contains(entry.number()),
        "%s got %s at QoS 0 twice",
        clientId,
        entry);
  }

  /// A message of the log came for the first time, for a subscription of the session's own.
  void first(Ledger.Entry entry, @Nullable Stored stored, Qos qos, int connection) {
    Violation.unless(stored != null, "%s got %s before it was committed", clientId, entry);
    Violation.unless(
        qos == due(stored), "%s got %s at %s, due is %s", clientId, entry, qos, due(stored));
    Violation.unless(delivered.add(entry.number()), "%s got %s twice", clientId, entry);
    Violation.unless(
        !deliveredAtMostOnce.contains(entry.number()),
        "%s got %s at QoS 0 and again",
        clientId,
        entry);
    Long last = lastOffset.put(stored.partition(), stored.offset());
    Violation.unless(
        last == null || last < stored.offset(),
        "%s got %s at offset %s after offset %s",
        clientId,
        entry,
        stored.offset(),
        last);
    for (Flight flight : inFlight.values()) {
      Violation.unless(
          flight.connection == connection
              || flight.released
              || flight.retained
              || flight.group != null,
          "%s got %s before number %s was sent again",
          clientId,
          entry,
          flight.number);
    }
  }

  /// The QoS at which a message of the log has to come, if not 0.
  private Qos due(Stored stored) {
    Qos granted = Qos.AT_MOST_ONCE;
    for (Map.Entry<String, Sub> each : subs.entrySet()) {
      Sub sub = each.getValue();
      if (TopicFilter.matches(each.getKey(), stored.message().topic())
          && stored.offset() >= sub.start()[stored.partition()]
          && !(sub.noLocal() && stored.message().publisher().equals(clientId))) {
        granted = Qos.max(granted, sub.qos());
      }
    }
    return Qos.min(granted, stored.message().qos());
  }

  /// All is quiet: what was promised has come.
  void checkComplete(List<Stored> log) {
    List<Integer> missing = new ArrayList<>();
    for (Stored stored : log) {
      int number = Ledger.number(stored.message());
      if (due(stored) != Qos.AT_MOST_ONCE && !delivered.contains(number)) {
        missing.add(number);
      }
    }
    Violation.unless(missing.isEmpty(), "%s never got %s", clientId, missing);
    Violation.unless(inFlight.isEmpty(), "%s still has %s", clientId, inFlight.keySet());
  }
}
