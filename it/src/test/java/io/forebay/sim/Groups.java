package io.forebay.sim;

import io.forebay.core.log.Stored;
import io.forebay.core.message.Qos;
import io.forebay.core.topic.TopicFilter;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// What shared groups owe: every message that came while a group had members is acknowledged by
/// exactly one of them.
final class Groups {
  /// Nothing is owed from here on.
  private static final long NOTHING = Long.MAX_VALUE;

  private static final class Group {
    final Set<SessionModel> members = new HashSet<>();
    final Set<Integer> acknowledged = new HashSet<>();

    /// Acknowledged before a crash: may come again.
    final Set<Integer> again = new HashSet<>();

    /// At QoS 2 with a client whose session ended: nobody else may get it (MQTT 5 §4.8.2).
    final Set<Integer> excused = new HashSet<>();

    long[] owedFrom = {};
  }

  private final Map<String, Group> groups = new HashMap<>();

  private Group group(String given) {
    return groups.computeIfAbsent(given, key -> new Group());
  }

  /// A session's membership is in force.
  void joined(String given, SessionModel member, long[] heads) {
    Group group = group(given);
    if (group.members.isEmpty()) {
      group.owedFrom = heads.clone();
    }
    group.members.add(member);
  }

  void left(String given, SessionModel member) {
    Group group = group(given);
    if (group.members.remove(member) && group.members.isEmpty()) {
      Arrays.fill(group.owedFrom, NOTHING);
    }
  }

  void acknowledged(String given, int number) {
    Violation.unless(
        group(given).acknowledged.add(number) || group(given).again.remove(number),
        "%s: number %s was acknowledged by two members",
        given,
        number);
  }

  /// The node died, and a group's progress with it: nothing is owed until somebody joins again.
  void crashed() {
    for (Group group : groups.values()) {
      group.again.addAll(group.acknowledged);
      group.members.clear();
      Arrays.fill(group.owedFrom, NOTHING);
    }
  }

  void excuse(String given, int number) {
    group(given).excused.add(number);
  }

  void check(Ledger ledger) {
    groups.forEach(
        (given, group) -> {
          String filter = TopicFilter.parse(given, 100).text();
          for (Stored stored : ledger.log()) {
            int number = Ledger.number(stored.message());
            Violation.unless(
                stored.message().qos() == Qos.AT_MOST_ONCE
                    || group.members.isEmpty()
                    || stored.offset() < group.owedFrom[stored.partition()]
                    || !TopicFilter.matches(filter, stored.message().topic())
                    || group.acknowledged.contains(number)
                    || group.excused.contains(number),
                "%s: no member got number %s",
                given,
                number);
          }
        });
  }
}
