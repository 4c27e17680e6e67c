package io.forebay.core.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.topic.TopicFilter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PermissionsTest {
  private static final Principal BOB = new Principal("bob", "phone");

  /// Allows topics of the allowed prefix, and notes what it was asked.
  private static final class Noting implements Authorizer {
    final List<String> asked = new ArrayList<>();
    String allowedPrefix = "mine/";
    int epoch;

    @Override
    public boolean mayConnect(Principal principal) {
      return true;
    }

    @Override
    public boolean mayPublish(Principal principal, String topic) {
      asked.add(topic);
      return topic.startsWith(allowedPrefix);
    }

    @Override
    public boolean maySubscribe(Principal principal, TopicFilter filter) {
      return true;
    }

    @Override
    public boolean mayAdminister(Principal principal) {
      asked.add("admin");
      return false;
    }

    @Override
    public int epoch() {
      return epoch;
    }
  }

  private final Noting rules = new Noting();
  private final Permissions permissions = new Permissions(rules, BOB);

  @Test
  void theRulesAreAskedOnceForATopic() {
    for (int i = 0; i < 3; i++) {
      assertThat(permissions.mayPublish("mine/a")).isTrue();
      assertThat(permissions.mayPublish("yours/a")).isFalse();
      assertThat(permissions.mayPublish("mine/b")).isTrue();
    }
    assertThat(rules.asked).containsExactly("mine/a", "yours/a", "mine/b");
  }

  @Test
  void afterAChangeOfTheRulesTheyAreAskedAgain() {
    permissions.mayPublish("mine/a");
    permissions.mayPublish("mine/b");
    rules.allowedPrefix = "yours/";
    rules.epoch++;
    assertThat(permissions.mayPublish("mine/a")).isFalse();
    assertThat(permissions.mayPublish("mine/b")).isFalse();
    assertThat(permissions.mayPublish("yours/b")).isTrue();
  }

  @Test
  void onlyTheTopicsUsedLastAreRemembered() {
    for (int i = 0; i < 1_000; i++) {
      permissions.mayPublish("mine/" + i);
    }
    rules.asked.clear();
    permissions.mayPublish("mine/999");
    permissions.mayPublish("mine/990");
    assertThat(rules.asked).isEmpty();
    permissions.mayPublish("mine/0");
    assertThat(rules.asked).containsExactly("mine/0");
  }

  @Test
  void requestsToTheNodeAreForAdministrators() {
    assertThat(permissions.mayPublish("$CONTROL/queue/v1/list")).isFalse();
    assertThat(rules.asked).containsExactly("admin");
  }

  @Test
  void nobodyPublishesTheNodesOwnTopics() {
    rules.allowedPrefix = "";
    Permissions open = new Permissions(Authorizer.EVERYTHING, BOB);
    for (Permissions each : List.of(permissions, open)) {
      assertThat(each.mayPublish("$SYS")).isFalse();
      assertThat(each.mayPublish("$SYS/broker/x")).isFalse();
      assertThat(each.mayPublish("$SYSTEM")).isTrue();
    }
  }
}
