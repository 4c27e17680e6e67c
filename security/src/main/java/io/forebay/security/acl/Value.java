package io.forebay.security.acl;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// What rules are read from, whether it was written in YAML or came as JSON: words, lists and
/// sections that know their place.
sealed interface Value {
  /// `acl.yaml:3:5`, `rules[2].topics`.
  String place();

  /// On one line, as it could be written in YAML.
  String text();

  /// Deeper than rules ever are: what is nested more is not looked at.
  int MOST_DEPTH = 8;

  record Word(String place, String text) implements Value {}

  record Items(String place, List<Value> all) implements Value {
    @Override
    public String text() {
      return all.stream().map(Value::text).collect(Collectors.joining(", ", "[", "]"));
    }
  }

  /// @param all in the order in which they are written
  record Section(String place, Map<Word, Value> all) implements Value {
    @Override
    public String text() {
      return all.entrySet().stream()
          .map(each -> each.getKey().text() + ": " + each.getValue().text())
          .collect(Collectors.joining(", ", "{", "}"));
    }
  }

  /// Neither of these: nothing, or something that rules have no use for.
  record Nothing(String place) implements Value {
    @Override
    public String text() {
      return "";
    }
  }
}
