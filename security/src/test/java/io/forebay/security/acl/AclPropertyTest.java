package io.forebay.security.acl;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.security.Principal;
import io.forebay.core.topic.TopicFilter;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Random rules and questions: nobody reads what they may not.
class AclPropertyTest {
  private static final List<String> LEVELS = List.of("a", "b", "+", "%u", "$s");
  private static final List<String> TOPIC_LEVELS = List.of("a", "b", "bob", "$s");
  private static final Principal BOB =
      new Principal("bob", "c", Set.of("g"), Map.of(), null, Principal.NEVER);

  private final Random random = new Random(2026);

  private String any(List<String> of) {
    return of.get(random.nextInt(of.size()));
  }

  private String filter() {
    StringBuilder filter = new StringBuilder(any(LEVELS));
    for (int i = random.nextInt(3); i > 0; i--) {
      filter.append('/').append(any(LEVELS));
    }
    return switch (random.nextInt(4)) {
      case 0 -> filter.append("/#").toString();
      case 1 -> "#";
      default -> filter.toString();
    };
  }

  private String topic() {
    StringBuilder topic = new StringBuilder(any(TOPIC_LEVELS));
    for (int i = random.nextInt(4); i > 0; i--) {
      topic.append('/').append(any(TOPIC_LEVELS));
    }
    return topic.toString();
  }

  private String rules() {
    StringBuilder rules = new StringBuilder("rules:\n");
    for (int i = 1 + random.nextInt(5); i > 0; i--) {
      rules
          .append("  - {")
          .append(random.nextBoolean() ? "allow" : "deny")
          .append(": [subscribe, publish], topics: ['")
          .append(filter())
          .append("'], user: ")
          .append(random.nextInt(4) == 0 ? "eve" : "bob")
          .append("}\n");
    }
    return rules.toString();
  }

  /// With the same rules for both, a subscription that is allowed brings nothing but topics that
  /// the client might publish to: rules about one topic are decided exactly.
  @Test
  void anAllowedSubscriptionMatchesAllowedTopicsOnly() {
    int allowed = 0;
    for (int i = 0; i < 4_000; i++) {
      String rules = rules();
      Acl acl = new Acl(RuleSet.parse(rules, "acl"));
      TopicFilter filter = TopicFilter.parse(filter().replace("%u", "bob"), 128);
      boolean may = acl.maySubscribe(BOB, filter);
      assertThat(acl.explain(Question.subscribe(BOB, filter)).allowed()).isEqualTo(may);
      if (!may) {
        continue;
      }
      allowed++;
      for (int j = 0; j < 20; j++) {
        String topic = topic();
        if (filter.matches(topic)) {
          assertThat(acl.mayPublish(BOB, topic)).as("%s: %s by %s", rules, topic, filter).isTrue();
        }
      }
    }
    assertThat(allowed).isGreaterThan(200);
  }
}
