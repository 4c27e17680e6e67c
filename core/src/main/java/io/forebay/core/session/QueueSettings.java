package io.forebay.core.session;

import io.forebay.core.topic.TopicFilter;
import io.forebay.core.topic.TopicName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a queue is to do. A `$share` group has a filter and nothing else.
///
/// @param filters which messages it gets
/// @param maximumRedeliveries how often a message that failed is dealt again; [#UNLIMITED]
/// @param deadLetterTopic where messages go that failed too often or grew too old; null to drop
///   them
/// @param ttlMillis messages older than this are not dealt; 0 for no limit
/// @param exclusive one member at a time gets messages, the next when it goes
/// @param orderBy what keeps messages with one member while it has some of the same: [#BY_TOPIC],
///   [#BY_PROPERTY] and a user property's name, or null for nothing
public record QueueSettings(
    List<String> filters,
    int maximumRedeliveries,
    @Nullable String deadLetterTopic,
    long ttlMillis,
    boolean exclusive,
    @Nullable String orderBy) {
  public static final int UNLIMITED = -1;
  public static final String BY_TOPIC = "topic";
  public static final String BY_PROPERTY = "property:";

  private static final int MOST_FILTERS = 100;

  public QueueSettings {
    filters = List.copyOf(filters);
  }

  static QueueSettings shared(String filter) {
    return new QueueSettings(List.of(filter), UNLIMITED, null, 0, false, null);
  }

  /// @throws IllegalArgumentException with words for the administrator if they make no sense
  public void check(int maximumLevels) {
    if (filters.isEmpty() || filters.size() > MOST_FILTERS) {
      throw new IllegalArgumentException("a queue has 1 to " + MOST_FILTERS + " filters");
    }
    for (String filter : filters) {
      checkFilter(filter, maximumLevels);
    }
    if (maximumRedeliveries < UNLIMITED) {
      throw new IllegalArgumentException("the maximum of redeliveries is 0 or more");
    }
    if (ttlMillis < 0) {
      throw new IllegalArgumentException("the time to live is 0 or more");
    }
    if (orderBy != null
        && !orderBy.equals(BY_TOPIC)
        && !(orderBy.startsWith(BY_PROPERTY) && orderBy.length() > BY_PROPERTY.length())) {
      throw new IllegalArgumentException(
          "order by 'topic' or 'property:NAME', not '" + orderBy + "'");
    }
    checkDeadLetters(maximumLevels);
  }

  private static void checkFilter(String filter, int maximumLevels) {
    TopicFilter parsed = TopicFilter.parse(filter, maximumLevels);
    if (parsed.shared() || TopicName.isRequest(filter)) {
      throw new IllegalArgumentException("'" + filter + "' is not a filter that a queue may have");
    }
  }

  private void checkDeadLetters(int maximumLevels) {
    String topic = deadLetterTopic;
    if (topic == null) {
      return;
    }
    String problem = TopicName.problem(topic, maximumLevels);
    if (problem != null) {
      throw new IllegalArgumentException("the dead-letter topic: " + problem);
    }
    if (topic.startsWith("$SYS/") || TopicName.isRequest(topic)) {
      throw new IllegalArgumentException("the dead-letter topic is not the node's own to use");
    }
    for (String filter : filters) {
      if (TopicFilter.matches(filter, topic)) {
        throw new IllegalArgumentException(
            "the dead-letter topic matches the filter '"
                + filter
                + "': messages would go in circles");
      }
    }
  }
}
