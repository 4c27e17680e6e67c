package io.forebay.security.acl;

import java.util.ArrayList;
import java.util.List;

/// What may be done or not, and why.
///
/// @param rule the number of the rule that decides; 0 if none does
/// @param place where that rule is written; empty if there is none
/// @param reason in words: the rule, or why there is none
/// @param passedOver rules about the same action that were looked at before and do not apply, each
///   with why
public record Explanation(
    boolean allowed, int rule, String place, String reason, List<String> passedOver) {

  static Explanation of(Rule rule, List<String> passedOver) {
    return new Explanation(rule.allows(), rule.number(), rule.place(), rule.text(), passedOver);
  }

  static Explanation without(boolean allowed, String reason, List<String> passedOver) {
    return new Explanation(allowed, 0, "", reason, passedOver);
  }

  /// The rules of a set that do not apply, up to the first that does.
  static List<String> passedOver(RuleSet rules, Question question) {
    List<String> lines = new ArrayList<>();
    for (Rule rule : rules.about(question.action())) {
      String why = rule.whyNot(question);
      if (why == null) {
        break;
      }
      lines.add("rule " + rule.number() + " at " + rule.place() + " " + why + ": " + rule.text());
    }
    return lines;
  }
}
