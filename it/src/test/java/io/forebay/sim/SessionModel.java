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

  /// A delivery that is not acknowledged.
  static final class Flight {
    final int number;
    final Qos qos;
    final boolean retained;
    final @Nullable String group;

    /// PUBREC was sent.
    boolean received;

    /// Its group knows that it is acknowledged: a PUBREC that the broker did not keep is asked for
    /// again.
    boolean counted;

    /// PUBREL came.
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
  final Subs subs = new Subs();

  /// Filters with `$share`.
  final Set<String> shared = new HashSet<>();

  /// Filters with `$share` that it ever held.
  final Set<String> joined = new HashSet<>();

  final Map<Integer, Flight> inFlight = new LinkedHashMap<>();
  private final Set<Integer> delivered = new HashSet<>();
  private final Set<Integer> deliveredAtMostOnce = new HashSet<>();

  /// Since the broker last lost its memory, by partition.
  private final Map<Integer, Long> lastOffset = new HashMap<>();

  /// Of those that came for the first time.
  private final Map<Integer, Long> lastNewOffset = new HashMap<>();

  /// What came at all, in whatever way; and what may come once more if the broker does not
  /// remember.
  private final Set<Seen> seen = new HashSet<>();

  private final Set<Integer> repeatable = new HashSet<>();

  /// What may come once more, since the broker does not remember.
  private final Set<Integer> mayRepeat = new HashSet<>();

  /// The broker lost its memory while the session was there, at least once.
  private boolean shaken;

  /// Subscriptions that asked for retained messages, on whatever connection, and what came.
  final List<ClientConnection.Ask> asks = new ArrayList<>();

  final Map<Integer, Integer> retainedSeen = new HashMap<>();

  /// While connected: never. Else when the session goes.
  long endsAtMillis = Long.MAX_VALUE;

  /// The session ended with its connection, or may have.
  boolean dead;

  /// The broker has said that something of the session is kept.
  boolean kept;

  /// After a crash something older may stand in its place.
  boolean haunted;

  SessionModel(String clientId) {
    this.clientId = clientId;
  }

  private record Seen(int number, String way) {}

  /// The broker, or its disk, forgot something.
  void shake() {
    shaken = true;
    subs.doubtUnanswered();
    inFlight.values().removeIf(flight -> flight.qos != Qos.EXACTLY_ONCE);
    mayRepeat.addAll(repeatable);
    deliveredAtMostOnce.clear();
    lastOffset.clear();
  }

  boolean shaken() {
    return shaken;
  }

  /// A delivery came; it is not known yet what it is.
  ///
  /// @param way what it came through: a group, `retained`, `?` if that is not told, or nothing for
  ///   the session's own subscriptions
  /// @param fits whether the client takes it
  void saw(int number, String way, Qos qos, boolean fits) {
    seen.add(new Seen(number, way));
    if (qos == Qos.AT_LEAST_ONCE || !fits) {
      repeatable.add(number);
    }
  }

  /// Whether a message may come again of which the client has forgotten that it came. That it came
  /// another way does not count.
  private boolean mayComeAgain(int number, String way) {
    return shaken
        && (way.equals("?")
            || !seen.contains(new Seen(number, way))
            || repeatable.contains(number));
  }

  /// The client refused it.
  void refused(int number) {
    repeatable.add(number);
  }

  /// A message came at QoS 0 that is not a retained one.
  void atMostOnce(Ledger.Entry entry) {
    Violation.unless(
        deliveredAtMostOnce.add(entry.number()) && !delivered.contains(entry.number()),
        "%s got %s at QoS 0 twice",
        clientId,
        entry);
  }

  /// A message of the log came, not as a repetition, for a subscription of the session's own.
  void first(Ledger.Entry entry, Ledger ledger, Qos qos, int connection) {
    Stored stored = ledger.stored(entry.number());
    Violation.unless(stored != null, "%s got %s before it was committed", clientId, entry);
    Qos least = subs.leastUnderWay(stored, clientId);
    Qos most = subs.most(stored, clientId);
    Violation.unless(
        qos.compareTo(least) >= 0 && qos.compareTo(most) <= 0,
        "%s got %s at %s, due is %s to %s",
        clientId,
        entry,
        qos,
        least,
        most);
    boolean again = !delivered.add(entry.number());
    Violation.unless(
        !again || mayRepeat.remove(entry.number()), "%s got %s twice", clientId, entry);
    Violation.unless(
        !deliveredAtMostOnce.contains(entry.number()),
        "%s got %s at QoS 0 and again",
        clientId,
        entry);
    inOrder(lastOffset, entry, stored);
    if (!again) {
      inOrder(lastNewOffset, entry, stored);
    }
    for (Flight flight : inFlight.values()) {
      Violation.unless(
          flight.connection == connection
              || flight.received
              || flight.retained
              || flight.group != null,
          "%s got %s before number %s was sent again",
          clientId,
          entry,
          flight.number);
    }
  }

  private void inOrder(Map<Integer, Long> lastOffsets, Ledger.Entry entry, Stored stored) {
    Long last = lastOffsets.put(stored.partition(), stored.offset());
    Violation.unless(
        last == null || last < stored.offset(),
        "%s got %s at offset %s after offset %s",
        clientId,
        entry,
        stored.offset(),
        last);
  }

  /// Whether a message may be one of a shared group that waited on a former connection: it comes
  /// without the group's subscription identifier.
  boolean mayBeOfAGroup(String topic) {
    return joined.stream()
        .anyMatch(given -> TopicFilter.matches(TopicFilter.parse(given, 100).text(), topic));
  }

  /// A message came of which nobody can say whether it came for a group.
  void ofAGroupPerhaps(int number) {
    delivered.add(number);
    mayRepeat.add(number);
  }

  /// A message came as a repetition that the client never saw, or forgot.
  ///
  /// @param asked as a retained message: each subscription gets its own
  void unknownAgain(Ledger.Entry entry, @Nullable Stored stored, String way, boolean asked) {
    Violation.unless(
        asked || mayComeAgain(entry.number(), way),
        "%s: %s comes again for no reason",
        clientId,
        entry);
    if ((way.isEmpty() || way.equals("?"))
        && stored != null
        && subs.most(stored, clientId) != Qos.AT_MOST_ONCE) {
      delivered.add(entry.number());
      if (!shared.isEmpty()) {
        // It may as well have come for a group.
        mayRepeat.add(entry.number());
      }
    }
  }

  /// All is quiet: what was promised has come.
  void checkComplete(Ledger ledger) {
    List<Integer> missing = new ArrayList<>();
    for (Stored stored : ledger.log()) {
      int number = Ledger.number(stored.message());
      if (subs.least(stored, clientId) != Qos.AT_MOST_ONCE && !delivered.contains(number)) {
        missing.add(number);
      }
    }
    Violation.unless(missing.isEmpty(), "%s never got %s", clientId, missing);
    Violation.unless(inFlight.isEmpty(), "%s still has %s", clientId, inFlight.keySet());
  }
}
