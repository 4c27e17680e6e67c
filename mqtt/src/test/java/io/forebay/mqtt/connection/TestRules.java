package io.forebay.mqtt.connection;

import io.forebay.core.security.Authorizer;
import io.forebay.core.security.Principal;
import io.forebay.core.topic.TopicFilter;
import java.util.HashSet;
import java.util.Set;

/// Allows everything but what the test denies.
final class TestRules implements Authorizer {
  /// As the subscriber writes them, or without what stands before the filter itself.
  final Set<String> deniedFilters = new HashSet<>();

  final Set<String> deniedTopics = new HashSet<>();
  final Set<String> deniedClients = new HashSet<>();
  int epoch;

  static TestRules denyTopic(String topic) {
    TestRules rules = new TestRules();
    rules.deniedTopics.add(topic);
    return rules;
  }

  static TestRules denyFilter(String filter) {
    TestRules rules = new TestRules();
    rules.deniedFilters.add(filter);
    return rules;
  }

  @Override
  public boolean mayConnect(Principal principal) {
    return !deniedClients.contains(principal.clientId());
  }

  @Override
  public boolean mayPublish(Principal principal, String topic) {
    return !deniedTopics.contains(topic);
  }

  @Override
  public boolean maySubscribe(Principal principal, TopicFilter filter) {
    return !deniedFilters.contains(filter.given()) && !deniedFilters.contains(filter.text());
  }

  @Override
  public boolean mayAdminister(Principal principal) {
    return false;
  }

  @Override
  public int epoch() {
    return epoch;
  }
}
