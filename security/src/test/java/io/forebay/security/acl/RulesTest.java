package io.forebay.security.acl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What can be written, and what is said of what cannot.
class RulesTest {

  private static RuleSet parse(String text) {
    return RuleSet.parse(text, "acl.yaml");
  }

  @Test
  void allThatCanBeWrittenIsRead() {
    RuleSet rules =
        parse(
            """
            # comments are fine
            rules:
              - allow: [publish, subscribe]
                topics: ["vehicles/%c/#", "users/%u"]
              - deny: all
                user: [mallory, "guest-*"]
              - { allow: all, topics: "jobs/#", queues: "jobs.*", share-groups: "%u-*" }
              - allow: connect
                client: "%u-*"
                claim: { role: [worker, 7], site: north }
              - allow: [metrics, admin]
                group: admin
            """);
    assertThat(rules.size()).isEqualTo(5);
  }

  @Test
  void noRulesAreRulesToo() {
    assertThat(parse("rules: []").size()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "rules:\\n  - allow: publsh\\n    topics: a | acl.yaml:2:12: 'publsh' is no action; use",
        "rules:\\n  - allow: publish\\n    topic: a | acl.yaml:3:5: unknown key 'topic'; use",
        "rules:\\n  - allow: publish\\n    topics: a\\n    topics: b | acl.yaml:4:5: duplicate key",
        "rules:\\n  - allow: publish\\n    topics: [a, b#] | acl.yaml:3:17: 'b#': # is the last",
        "rules:\\n  - allow: publish\\n    topics: $share/g/a | acl.yaml:3:13: '$share/g/a': rules",
        "rules:\\n  - allow: publish\\n    topics: [] | acl.yaml:3:13: the list is empty",
        "rules:\\n  - allow: publish\\n    topics: [[a]] | acl.yaml:3:14: is no word",
        "rules:\\n  - allow: publish\\n    topics: | acl.yaml:3:12: is no word",
        "rules:\\n  - allow: []\\n    topics: a | acl.yaml:2:12: the list is empty",
        "rules:\\n  - topics: a | acl.yaml:2:5: a rule allows or denies, one of both",
        "rules:\\n  - allow: publish\\n    deny: publish | acl.yaml:2:5: a rule allows or denies",
        "rules:\\n  - publish | acl.yaml:2:5: is no rule",
        "rules: publish | acl.yaml:1:8: is no list of rules",
        "rules:\\n  - allow: all\\n    user: a*b | acl.yaml:3:11: 'a*b': * is the end of a name",
        "rules:\\n  - allow: all\\n    user: '%u' | acl.yaml:3:11: '%u': %u stands for the user",
        "rules:\\n  - allow: all\\n    claim: worker | acl.yaml:3:12: is no claim",
        "rules:\\n"
            + "  - allow: admin\\n"
            + "    topics: a | acl.yaml:3:13: topics says nothing about these",
        "rules:\\n"
            + "  - allow: publish\\n"
            + "    queues: a | acl.yaml:3:13: queues says nothing about these",
        "rules:\\n  - allow: publish\\n    share-groups: a | share-groups says nothing about these",
        "rules:\\n  - allow: [queue, publish]\\n    topics: a | topics choose no queues",
        "rules:\\n"
            + "  - allow: subscribe\\n"
            + "    topics: $SYS/# | is for metrics; use the action metrics",
        "rules:\\n  - allow: metrics\\n    topics: sys/# | 'sys/#' has no metrics",
        "rules:\\n  - allow: publish\\n    topics: $CONTROL/# | use the action admin",
        "rules:\\nallow: all | acl.yaml:2:1: unknown or second key 'allow'",
        "other: | acl.yaml:1:1: there are no rules",
        "'' | acl.yaml:1:1: there are no rules",
        "rules: [ | acl.yaml:1:9: not YAML:",
      })
  void whatCannotBeUsedIsSaidWithItsPlace(String text, String error) {
    assertThatThrownBy(() -> parse(text.replace("\\n", "\n")))
        .isInstanceOf(AclException.class)
        .hasMessageContaining(error);
  }

  @Test
  void anEmptyFileHasNoRulesAndCannotBeUsed() {
    assertThatThrownBy(() -> parse("")).hasMessageContaining("acl.yaml: there are no rules");
  }

  @Test
  void allMistakesAreToldAtOnce() {
    assertThatThrownBy(() -> parse("rules:\n  - allow: a\n  - deny: b\n"))
        .hasMessageContaining("acl.yaml:2:12: 'a'")
        .hasMessageContaining("acl.yaml:3:11: 'b'");
  }

  @Test
  void deepNestsAndManyAliasesHarmNobody() {
    assertThatThrownBy(() -> parse("rules: " + "[".repeat(50_000)))
        .isInstanceOf(AclException.class);
    assertThatThrownBy(
            () ->
                parse(
                    """
                    rules:
                      - &a [x,x,x,x,x,x]
                      - &b [*a,*a,*a,*a,*a]
                      - &c [*b,*b,*b,*b,*b]
                      - &d [*c,*c,*c,*c,*c]
                      - &e [*d,*d,*d,*d,*d]
                      - &f [*e,*e,*e,*e,*e]
                    """))
        .isInstanceOf(AclException.class);
  }

  @Test
  void credentialsCarryTheSameRulesForThemselvesOnly() {
    RuleSet rules =
        RuleSet.ofCredentials(
            List.of(
                Map.of("allow", List.of("publish", "subscribe"), "topics", List.of("a/#")),
                Map.of("deny", "all")));
    assertThat(rules.size()).isEqualTo(2);
    assertThatThrownBy(
            () -> RuleSet.ofCredentials(List.of(Map.of("allow", "admin", "user", "bob"))))
        .isInstanceOf(AclException.class)
        .hasMessageContaining("rules[0].user: rules that come with credentials are for who shows");
    assertThatThrownBy(() -> RuleSet.ofCredentials("all"))
        .isInstanceOf(AclException.class)
        .hasMessageContaining("rules: is no list of rules");
  }
}
