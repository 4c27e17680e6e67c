package io.forebay.security.acl;

import io.forebay.core.topic.TopicFilter;
import io.forebay.core.topic.TopicName;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Whether the parts of a rule go together: a rule that says something else than its author thinks
/// is worse than none.
final class RuleSense {
  private static final Set<Action> WITH_TOPICS =
      Set.of(Action.PUBLISH, Action.SUBSCRIBE, Action.SHARE, Action.REPLAY, Action.METRICS);

  private final Problems problems;
  private final Map<String, Value> keys;

  RuleSense(Problems problems, Map<String, Value> keys) {
    this.problems = problems;
    this.keys = keys;
  }

  void check(Rule rule) {
    needs(rule, "topics", WITH_TOPICS);
    needs(rule, "queues", Set.of(Action.QUEUE));
    needs(rule, "share-groups", Set.of(Action.SHARE));
    if (rule.actions().contains(Action.QUEUE)
        && !rule.actions().containsAll(Action.ALL)
        && !rule.topics().isEmpty()
        && rule.queues().isEmpty()) {
      problems.add(rule.place(), "topics choose no queues", "name the queues: queues: [NAME]");
    }
    for (TopicPattern topic : rule.topics()) {
      check(rule, topic.text());
    }
  }

  private void needs(Rule rule, String key, Set<Action> actions) {
    Value value = keys.get(key);
    if (value != null && Collections.disjoint(rule.actions(), actions)) {
      List<String> words = actions.stream().sorted().map(Action::word).toList();
      problems.add(
          value.place(),
          key + " says nothing about these actions",
          "add " + String.join(" or ", words) + ", or remove it");
    }
  }

  private void check(Rule rule, String topic) {
    boolean metrics = rule.actions().contains(Action.METRICS);
    if (TopicName.isRequest(topic)) {
      problems.add(rule.place(), "'" + topic + "' is for administration", "use the action admin");
    } else if (TopicName.firstLevel(topic).equals("$SYS") && rule.allows() && !metrics) {
      problems.add(rule.place(), "'" + topic + "' is for metrics", "use the action metrics");
    } else if (rule.actions().equals(Set.of(Action.METRICS))
        && !TopicFilter.matches("$SYS/#", TopicName.firstLevel(topic))) {
      problems.add(rule.place(), "'" + topic + "' has no metrics", "they are below $SYS");
    }
  }
}
