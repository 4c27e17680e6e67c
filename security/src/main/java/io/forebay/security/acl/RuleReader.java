package io.forebay.security.acl;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Makes rules of what was written, and says all that is wrong with it. What would be a rule for
/// everybody or everything by accident, such as an empty list, is wrong.
final class RuleReader {
  /// Every one may be asked for each topic that a client comes up with.
  private static final int MOST_RULES = 10_000;

  private static final String LIST = "write rules: and a list of rules below it";
  private static final Set<String> WHO = Set.of("user", "group", "client", "claim");
  private static final Set<String> WHAT =
      Set.of("allow", "deny", "topics", "queues", "share-groups");

  private final Problems problems;

  RuleReader(Problems problems) {
    this.problems = problems;
  }

  RuleSet file(Value root) {
    Value rules = null;
    if (root instanceof Value.Section section) {
      for (Map.Entry<Value.Word, Value> entry : section.all().entrySet()) {
        if (entry.getKey().text().equals("rules") && rules == null) {
          rules = entry.getValue();
        } else {
          String key = entry.getKey().text();
          problems.add(entry.getKey().place(), "unknown or second key '" + key + "'", LIST);
        }
      }
    }
    if (rules == null) {
      problems.add(root.place(), "there are no rules", LIST);
      problems.check();
    }
    return read(rules == null ? root : rules, true);
  }

  RuleSet ofCredentials(Value rules) {
    return read(rules, false);
  }

  private RuleSet read(Value rules, boolean who) {
    List<Rule> read = new ArrayList<>();
    if (!(rules instanceof Value.Items items)) {
      problems.add(rules.place(), "is no list of rules", LIST);
    } else if (items.all().size() > MOST_RULES) {
      problems.add(items.place(), "more than " + MOST_RULES + " rules", "use groups, %u and %c");
    } else {
      for (Value each : items.all()) {
        Rule rule = rule(each, read.size() + 1, who);
        if (rule != null) {
          read.add(rule);
        }
      }
    }
    problems.check();
    return new RuleSet(read);
  }

  private @Nullable Rule rule(Value value, int number, boolean who) {
    if (!(value instanceof Value.Section section)) {
      problems.add(value.place(), "is no rule", "begin with allow: or deny:");
      return null;
    }
    Map<String, Value> keys = keys(section, who);
    boolean allows = keys.containsKey("allow");
    Value verb = keys.get(allows ? "allow" : "deny");
    if (verb == null || (allows && keys.containsKey("deny"))) {
      problems.add(
          section.place(), "a rule allows or denies, one of both", "write allow: or deny:");
      return null;
    }
    Set<Action> actions = actions(verb);
    Rule rule =
        new Rule(
            number,
            allows,
            actions,
            list(keys.get("topics"), TopicPattern::parse),
            names(keys.get("queues"), true),
            names(keys.get("share-groups"), true),
            new Subjects(
                names(keys.get("user"), false),
                names(keys.get("group"), false),
                names(keys.get("client"), true),
                claims(keys.get("claim"))),
            section.place(),
            section.text());
    new RuleSense(problems, keys).check(rule);
    return rule;
  }

  private Map<String, Value> keys(Value.Section section, boolean who) {
    Map<String, Value> keys = new HashMap<>();
    section
        .all()
        .forEach(
            (key, value) -> {
              if (!who && WHO.contains(key.text())) {
                problems.add(
                    key.place(),
                    "rules that come with credentials are for who shows them",
                    "remove '" + key.text() + "'");
              } else if (!WHO.contains(key.text()) && !WHAT.contains(key.text())) {
                problems.add(
                    key.place(),
                    "unknown key '" + key.text() + "'",
                    "use allow, deny, topics, queues, share-groups, user, group, client, claim");
              } else if (keys.put(key.text(), value) != null) {
                problems.add(key.place(), "duplicate key '" + key.text() + "'", "remove one");
              }
            });
    return keys;
  }

  private Set<Action> actions(Value verb) {
    Set<Action> actions = EnumSet.noneOf(Action.class);
    for (Value.Word word : words(verb)) {
      Action action = Action.of(word.text());
      if (action != null) {
        actions.add(action);
      } else if (word.text().equals("all")) {
        actions.addAll(Action.ALL);
      } else {
        problems.add(word.place(), "'" + word.text() + "' is no action", "use " + Action.NAMES);
      }
    }
    return actions;
  }

  private List<NamePattern> names(@Nullable Value value, boolean takesUser) {
    return list(value, text -> NamePattern.parse(text, takesUser));
  }

  private Map<String, List<NamePattern>> claims(@Nullable Value value) {
    Map<String, List<NamePattern>> claims = new LinkedHashMap<>();
    if (value instanceof Value.Section section && !section.all().isEmpty()) {
      section.all().forEach((name, values) -> claims.put(name.text(), names(values, false)));
    } else if (value != null) {
      problems.add(value.place(), "is no claim", "write claim: { NAME: VALUE }");
    }
    return claims;
  }

  /// One word or several, each read by `parser`.
  private <T> List<T> list(@Nullable Value value, Function<String, T> parser) {
    if (value == null) {
      return List.of();
    }
    List<T> list = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (Value.Word word : words(value)) {
      try {
        if (seen.add(word.text())) {
          list.add(parser.apply(word.text()));
        }
      } catch (IllegalArgumentException e) {
        problems.add(word.place(), "'" + word.text() + "': " + e.getMessage(), "mend it");
      }
    }
    return List.copyOf(list);
  }

  private List<Value.Word> words(Value value) {
    List<Value> given = value instanceof Value.Items items ? items.all() : List.of(value);
    List<Value.Word> words = new ArrayList<>();
    for (Value each : given) {
      if (each instanceof Value.Word word) {
        words.add(word);
      } else {
        problems.add(each.place(), "is no word", "give a word or a list of words");
      }
    }
    if (given.isEmpty()) {
      problems.add(value.place(), "the list is empty", "name something or remove the key");
    }
    return words;
  }
}
