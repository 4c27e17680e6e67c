package io.forebay.security.acl;

import io.forebay.core.security.Authorizer;
import io.forebay.core.security.Principal;
import io.forebay.core.topic.TopicFilter;
import io.forebay.core.topic.TopicName;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Decides by rules: those that came with a client's credentials, then the node's own. The first
/// that applies counts; if none does, it is not allowed. Only connecting is free as long as no rule
/// is about it.
///
/// Any thread: the rules are an immutable snapshot.
public final class Acl implements Authorizer {
  private static final String STANDARD =
      """
      rules:
        - allow: all
        - allow: [metrics, admin]
          group: admin
      """;

  private volatile RuleSet rules;
  private final AtomicInteger epoch = new AtomicInteger();

  public Acl(RuleSet rules) {
    this.rules = rules;
  }

  /// What counts where there are users and no rules were written: everybody may use the broker, the
  /// group `admin` may look into it and change it.
  public static Acl standard() {
    return new Acl(RuleSet.parse(STANDARD, "built-in rules"));
  }

  /// Takes other rules from now on.
  public void replace(RuleSet others) {
    rules = others;
    // After the rules: who sees the new number finds the new rules.
    epoch.incrementAndGet();
  }

  @Override
  public int epoch() {
    return epoch.get();
  }

  @Override
  public boolean mayConnect(Principal principal) {
    return allows(Question.connect(principal));
  }

  @Override
  public boolean mayPublish(Principal principal, String topic) {
    return allows(Question.publish(principal, topic));
  }

  @Override
  public boolean maySubscribe(Principal principal, TopicFilter filter) {
    return allows(Question.subscribe(principal, filter));
  }

  @Override
  public boolean mayAdminister(Principal principal) {
    return allows(Question.administer(principal));
  }

  private boolean allows(Question question) {
    RuleSet own = own(question.principal());
    RuleSet all = rules;
    Rule rule = own == null ? null : own.first(question);
    if (rule == null) {
      rule = all.first(question);
    }
    return rule == null ? isFree(question, own, all) : rule.allows();
  }

  private static @Nullable RuleSet own(Principal principal) {
    return principal.rules() instanceof RuleSet own ? own : null;
  }

  private static boolean isFree(Question question, @Nullable RuleSet own, RuleSet all) {
    return question.action() == Action.CONNECT
        && !all.hasAny(Action.CONNECT)
        && (own == null || !own.hasAny(Action.CONNECT));
  }

  /// What the answer to a question is, and why.
  public Explanation explain(Question question) {
    String ours = ours(question);
    if (ours != null) {
      return Explanation.without(false, ours, List.of());
    }
    RuleSet own = own(question.principal());
    RuleSet all = rules;
    List<String> passedOver = new ArrayList<>();
    for (RuleSet each : own == null ? List.of(all) : List.of(own, all)) {
      passedOver.addAll(Explanation.passedOver(each, question));
      Rule rule = each.first(question);
      if (rule != null) {
        return Explanation.of(rule, passedOver);
      }
    }
    return isFree(question, own, all)
        ? Explanation.without(true, "no rule is about connecting", passedOver)
        : Explanation.without(false, "no rule matches", passedOver);
  }

  /// What nobody may do, whatever the rules are.
  private static @Nullable String ours(Question question) {
    if (question.action() == Action.PUBLISH
        && TopicName.firstLevel(question.text()).equals("$SYS")) {
      return "only the node itself publishes below $SYS";
    }
    return question.action() != Action.PUBLISH && TopicName.isRequest(question.text())
        ? "only the node itself reads the requests below $CONTROL"
        : null;
  }
}
