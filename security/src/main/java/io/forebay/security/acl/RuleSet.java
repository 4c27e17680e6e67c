package io.forebay.security.acl;

import io.forebay.core.security.Principal;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Rules in their order. Immutable; asked on event loops.
public final class RuleSet implements Principal.Rules {
  private static final Action[] ACTIONS = Action.values();

  private final int size;
  private final Rule[][] byAction = new Rule[ACTIONS.length][];

  RuleSet(List<Rule> rules) {
    size = rules.size();
    for (Action action : ACTIONS) {
      byAction[action.ordinal()] =
          rules.stream().filter(rule -> rule.isAbout(action)).toArray(Rule[]::new);
    }
  }

  /// Reads the text of an ACL file.
  ///
  /// @param label what errors and explanations call it: the file
  /// @throws AclException if something is wrong with it
  public static RuleSet parse(String text, String label) {
    Problems problems = new Problems();
    return new RuleReader(problems).file(YamlValues.read(text, label, problems));
  }

  /// Reads rules that came with credentials: a list of rules that say nothing of whom they are for.
  ///
  /// @param given as a JSON reader makes it: lists, maps and words
  /// @throws AclException if something is wrong with them
  public static RuleSet ofCredentials(Object given) {
    return new RuleReader(new Problems()).ofCredentials(PlainValues.read(given, "rules"));
  }

  public int size() {
    return size;
  }

  boolean hasAny(Action action) {
    return byAction[action.ordinal()].length > 0;
  }

  /// The rule that decides; null if none does.
  @Nullable Rule first(Question question) {
    for (Rule rule : byAction[question.action().ordinal()]) {
      if (rule.decides(question)) {
        return rule;
      }
    }
    return null;
  }

  /// The rules about this kind of question.
  List<Rule> about(Action action) {
    return Arrays.asList(byAction[action.ordinal()]);
  }
}
