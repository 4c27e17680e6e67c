package io.forebay.security.acl;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.security.Permissions;
import io.forebay.core.security.Principal;
import io.forebay.core.topic.TopicFilter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What rules decide.
class AclTest {
  private static final Principal BOB = who("bob", "bob-1");
  private static final Principal NOBODY = who(null, "c1");

  private static Principal who(@Nullable String user, String client, String... groups) {
    return new Principal(user, client, Set.of(groups), Map.of(), null, Principal.NEVER);
  }

  private static Acl acl(String... rules) {
    return new Acl(RuleSet.parse("rules:\n  - {" + String.join("}\n  - {", rules) + "}", "acl"));
  }

  private static boolean subscribes(Acl acl, Principal who, String filter) {
    return acl.maySubscribe(who, TopicFilter.parse(filter, 128));
  }

  // ---------------------------------------------------------------- order

  @Test
  void theFirstRuleThatMatchesDecidesAndTheEndIsDeny() {
    Acl acl =
        acl(
            "deny: publish, topics: a/secret",
            "allow: publish, topics: a/#",
            "deny: publish, topics: a/b");
    assertThat(acl.mayPublish(BOB, "a/secret")).isFalse();
    assertThat(acl.mayPublish(BOB, "a/b")).isTrue();
    assertThat(acl.mayPublish(BOB, "c")).isFalse();
    assertThat(subscribes(acl, BOB, "a/b")).isFalse();
    assertThat(acl.mayAdminister(BOB)).isFalse();
  }

  // ---------------------------------------------------------------- who

  @Test
  void allConditionsOfARuleMustHold() {
    Acl acl =
        acl(
            "allow: publish, user: [bob, eve], group: 'night-*', client: 'bob-*',"
                + " claim: {role: [worker, boss], site: north}");
    Map<String, List<String>> claims =
        Map.of("role", List.of("guest", "boss"), "site", List.of("north"));
    Principal bob =
        new Principal("bob", "bob-1", Set.of("a", "night-2"), claims, null, Principal.NEVER);
    assertThat(acl.mayPublish(bob, "t")).isTrue();
    assertThat(acl.mayPublish(with(bob, "alice", "bob-1", claims), "t")).isFalse();
    assertThat(acl.mayPublish(with(bob, "eve", "eve-1", claims), "t")).isFalse();
    assertThat(acl.mayPublish(with(bob, "bob", "bob-1", Map.of()), "t")).isFalse();
    assertThat(
            acl.mayPublish(
                with(
                    bob, "bob", "bob-1", Map.of("role", List.of("boss"), "site", List.of("south"))),
                "t"))
        .isFalse();
    assertThat(acl.mayPublish(who("bob", "bob-1", "night"), "t")).isFalse();
  }

  private static Principal with(
      Principal like, String user, String client, Map<String, List<String>> claims) {
    return new Principal(user, client, like.groups(), claims, null, Principal.NEVER);
  }

  @Test
  void anAnonymousClientIsNoUser() {
    Acl acl = acl("allow: publish, user: '*'", "allow: subscribe");
    assertThat(acl.mayPublish(BOB, "t")).isTrue();
    assertThat(acl.mayPublish(NOBODY, "t")).isFalse();
    assertThat(subscribes(acl, NOBODY, "t")).isTrue();
  }

  // ---------------------------------------------------------------- names in topics

  @Test
  void userAndClientStandForOneLevelEach() {
    Acl acl = acl("allow: [publish, subscribe], topics: [users/%u/#, clients/%c, both/%u-%c]");
    assertThat(acl.mayPublish(BOB, "users/bob/x")).isTrue();
    assertThat(acl.mayPublish(BOB, "clients/bob-1")).isTrue();
    assertThat(acl.mayPublish(BOB, "both/bob-bob-1")).isTrue();
    assertThat(acl.mayPublish(BOB, "users/eve/x")).isFalse();
    assertThat(subscribes(acl, BOB, "users/bob/+/y")).isTrue();
    assertThat(subscribes(acl, BOB, "users/+/y")).isFalse();
    assertThat(acl.mayPublish(NOBODY, "users//x")).isFalse();
    assertThat(acl.mayPublish(NOBODY, "clients/c1")).isTrue();
  }

  @Test
  void aNameThatReadsLikeAFilterMatchesNothing() {
    Acl acl = acl("allow: [publish, subscribe], topics: [users/%u/x, '%c/#']");
    for (String name : List.of("+", "#", "a/b", "a/#", "", "$SYS")) {
      Principal sly = who(name, name);
      assertThat(subscribes(acl, sly, "users/+/x")).as(name).isFalse();
      assertThat(acl.mayPublish(sly, "users/a/b/x")).as(name).isFalse();
      assertThat(acl.mayPublish(sly, "other")).as(name).isFalse();
      assertThat(subscribes(acl, sly, "$SYS/#")).as(name).isFalse();
    }
    // It is put in once, and not read again.
    assertThat(acl.mayPublish(who("%c", "eve"), "users/eve/x")).isFalse();
    assertThat(acl.mayPublish(who("%c", "eve"), "users/%c/x")).isTrue();
  }

  // ---------------------------------------------------------------- reading

  @Test
  void whatIsAllowedMustCoverTheWholeFilter() {
    Acl acl = acl("allow: subscribe, topics: [a/#, b/+]");
    assertThat(subscribes(acl, BOB, "a/+/c")).isTrue();
    assertThat(subscribes(acl, BOB, "a")).isTrue();
    assertThat(subscribes(acl, BOB, "b/+")).isTrue();
    assertThat(subscribes(acl, BOB, "b/#")).isFalse();
    assertThat(subscribes(acl, BOB, "#")).isFalse();
    assertThat(subscribes(acl, BOB, "+/x")).isFalse();
  }

  @Test
  void whatIsDeniedMayNotBeTouchedInAnyWay() {
    Acl acl = acl("deny: subscribe, topics: secret/#", "allow: all", "allow: metrics");
    for (String filter :
        List.of(
            "#",
            "+/x",
            "secret",
            "+",
            "secret/a",
            "$share/g/#",
            "$share/g/secret/a",
            "$replay/earliest/#")) {
      assertThat(subscribes(acl, BOB, filter)).as(filter).isFalse();
    }
    for (String filter : List.of("public/#", "+/x/y".replace("+", "public"), "$share/g/public")) {
      assertThat(subscribes(acl, BOB, filter)).as(filter).isTrue();
    }
    assertThat(subscribes(acl, BOB, "$SYS/#")).isTrue();
    assertThat(acl.mayPublish(BOB, "secret/a")).isTrue();
  }

  @Test
  void whoMayNotSubscribeAtAllReadsNoMetricsEither() {
    Acl acl = acl("deny: subscribe, user: bob", "allow: [all, metrics]");
    assertThat(subscribes(acl, BOB, "$SYS/#")).isFalse();
    assertThat(subscribes(acl, NOBODY, "$SYS/#")).isTrue();
  }

  @Test
  void sharesAreByGroupAndTopic() {
    Acl acl = acl("allow: share, topics: jobs/#, share-groups: [pool, '%u-*']");
    assertThat(subscribes(acl, BOB, "$share/pool/jobs/+")).isTrue();
    assertThat(subscribes(acl, BOB, "$share/bob-x/jobs/+")).isTrue();
    assertThat(subscribes(acl, BOB, "$share/eve-x/jobs/+")).isFalse();
    assertThat(subscribes(acl, BOB, "$share/pool/#")).isFalse();
    assertThat(subscribes(acl, BOB, "jobs/+")).isFalse();
  }

  @Test
  void queuesAreByName() {
    Acl acl = acl("allow: queue, queues: [orders, 'bob.*']");
    assertThat(subscribes(acl, BOB, "$queue/orders")).isTrue();
    assertThat(subscribes(acl, BOB, "$queue/bob.1")).isTrue();
    assertThat(subscribes(acl, BOB, "$queue/other")).isFalse();
    // Rules that name topics only say nothing of queues.
    assertThat(subscribes(acl("allow: all, topics: a"), BOB, "$queue/orders")).isFalse();
    assertThat(subscribes(acl("allow: all"), BOB, "$queue/orders")).isTrue();
  }

  @Test
  void replaysAreOfTheirOwn() {
    Acl acl = acl("allow: subscribe, topics: a/#", "allow: replay, topics: a/b");
    assertThat(subscribes(acl, BOB, "$replay/1h/a/b")).isTrue();
    assertThat(subscribes(acl, BOB, "$replay/1h/a/c")).isFalse();
  }

  // ---------------------------------------------------------------- the node

  @Test
  void metricsAndAdministrationAreForThoseWhoAreNamed() {
    Acl acl =
        acl(
            "allow: all",
            "allow: metrics, group: watchers, topics: $SYS/broker/clients/#",
            "allow: [metrics, admin], group: admin");
    Principal watcher = who("w", "w", "watchers");
    Principal admin = who("root", "r", "admin");
    assertThat(subscribes(acl, BOB, "$SYS/#")).isFalse();
    assertThat(subscribes(acl, BOB, "$share/g/$SYS/#")).isFalse();
    assertThat(subscribes(acl, watcher, "$SYS/#")).isFalse();
    assertThat(subscribes(acl, watcher, "$SYS/broker/clients/+")).isTrue();
    assertThat(subscribes(acl, admin, "$SYS/#")).isTrue();
    assertThat(acl.mayAdminister(watcher)).isFalse();
    assertThat(acl.mayAdminister(admin)).isTrue();
    assertThat(new Permissions(acl, BOB).mayPublish("$CONTROL/queue/v1/list")).isFalse();
    assertThat(new Permissions(acl, admin).mayPublish("$CONTROL/queue/v1/list")).isTrue();
    assertThat(new Permissions(acl, admin).mayPublish("$SYS/x")).isFalse();
  }

  @Test
  void connectingIsFreeUntilARuleIsAboutIt() {
    assertThat(acl("allow: publish").mayConnect(NOBODY)).isTrue();
    Acl acl = acl("allow: connect, client: ['%u', '%u-*']", "allow: all");
    assertThat(acl.mayConnect(BOB)).isTrue();
    assertThat(acl.mayConnect(who("bob", "bob"))).isTrue();
    assertThat(acl.mayConnect(who("bob", "eve-1"))).isFalse();
    assertThat(acl.mayConnect(NOBODY)).isFalse();
    assertThat(acl.mayConnect(who("*", "bob-1"))).isFalse();
  }

  @Test
  void withoutAFileUsersMayUseTheBrokerAndAdminsTheNode() {
    Acl acl = Acl.standard();
    for (String filter : List.of("#", "$share/g/#", "$queue/q", "$replay/1h/#")) {
      assertThat(subscribes(acl, NOBODY, filter)).as(filter).isTrue();
    }
    assertThat(acl.mayPublish(NOBODY, "a")).isTrue();
    assertThat(acl.mayConnect(NOBODY)).isTrue();
    assertThat(subscribes(acl, BOB, "$SYS/#")).isFalse();
    assertThat(acl.mayAdminister(BOB)).isFalse();
    assertThat(acl.mayAdminister(who("root", "c", "admin"))).isTrue();
    assertThat(subscribes(acl, who("root", "c", "admin"), "$SYS/#")).isTrue();
  }

  // ---------------------------------------------------------------- rules of credentials

  @Test
  void rulesOfTheCredentialsComeFirst() {
    Acl acl = acl("deny: publish, topics: a", "allow: publish, topics: [b, c]");
    RuleSet own =
        RuleSet.ofCredentials(
            List.of(
                Map.of("allow", "publish", "topics", List.of("a", "mine/%c")),
                Map.of("deny", "publish", "topics", "b")));
    Principal bob = new Principal("bob", "bob-1", Set.of(), Map.of(), own, Principal.NEVER);
    assertThat(acl.mayPublish(bob, "a")).isTrue();
    assertThat(acl.mayPublish(bob, "mine/bob-1")).isTrue();
    assertThat(acl.mayPublish(bob, "b")).isFalse();
    assertThat(acl.mayPublish(bob, "c")).isTrue();
    assertThat(acl.mayPublish(bob, "d")).isFalse();
    Explanation why = acl.explain(Question.publish(bob, "b"));
    assertThat(why.place()).isEqualTo("rules[1]");
  }

  // ---------------------------------------------------------------- change and reasons

  @Test
  void otherRulesHaveAnotherEpoch() {
    Acl acl = acl("allow: publish");
    Permissions permissions = new Permissions(acl, BOB);
    assertThat(permissions.mayPublish("a")).isTrue();
    int before = acl.epoch();
    acl.replace(RuleSet.parse("rules: []", "acl"));
    assertThat(acl.epoch()).isNotEqualTo(before);
    assertThat(permissions.mayPublish("a")).isFalse();
  }

  @Test
  void everyDecisionIsExplained() {
    Acl acl =
        acl(
            "allow: subscribe, topics: a/#",
            "deny: publish, user: eve",
            "allow: publish, topics: x");
    Explanation allowed = acl.explain(Question.publish(BOB, "x"));
    assertThat(allowed.allowed()).isTrue();
    assertThat(allowed.rule()).isEqualTo(3);
    assertThat(allowed.place()).isEqualTo("acl:4:5");
    assertThat(allowed.reason()).isEqualTo("{allow: publish, topics: x}");
    assertThat(allowed.passedOver())
        .isEqualTo(List.of("rule 2 at acl:3:5 is for another user: {deny: publish, user: eve}"));

    Explanation denied = acl.explain(Question.subscribe(BOB, TopicFilter.parse("#", 128)));
    assertThat(denied.allowed()).isFalse();
    assertThat(denied.rule()).isZero();
    assertThat(denied.reason()).isEqualTo("no rule matches");
    assertThat(denied.passedOver())
        .singleElement()
        .asString()
        .startsWith("rule 1 at acl:2:5 allows a part of it only: ");

    assertThat(acl.explain(Question.connect(BOB)).allowed()).isTrue();
    assertThat(acl.explain(Question.publish(BOB, "$SYS/x")).reason()).contains("only the node");
    assertThat(acl.explain(Question.subscribe(BOB, TopicFilter.parse("$CONTROL/#", 128))).reason())
        .contains("only the node");
  }
}
