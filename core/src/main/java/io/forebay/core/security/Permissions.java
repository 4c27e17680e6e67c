package io.forebay.core.security;

import io.forebay.core.topic.TopicFilter;
import io.forebay.core.topic.TopicName;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What one connected client may do. Remembers the authorizer's answer for the topics that the
/// client published to last, until the rules change. One thread at a time.
public final class Permissions {
  private static final int MOST_TOPICS = 64;

  private final Authorizer authorizer;
  private final Principal principal;
  private int epoch;
  private @Nullable String lastTopic;
  private boolean lastAnswer;
  private @Nullable Map<String, Boolean> answers;

  public Permissions(Authorizer authorizer, Principal principal) {
    this.authorizer = authorizer;
    this.principal = principal;
    epoch = authorizer.epoch();
  }

  public Principal principal() {
    return principal;
  }

  /// @param topic a valid name
  public boolean mayPublish(String topic) {
    if (authorizer.equals(Authorizer.EVERYTHING)) {
      return !isOurs(topic);
    }
    int now = authorizer.epoch();
    if (now != epoch) {
      epoch = now;
      lastTopic = null;
      answers = null;
    }
    if (!topic.equals(lastTopic)) {
      lastAnswer = remembered(topic);
      lastTopic = topic;
    }
    return lastAnswer;
  }

  private boolean remembered(String topic) {
    if (lastTopic == null) {
      // Most clients publish to one topic only: no map for them.
      return decide(topic);
    }
    Map<String, Boolean> known = answers;
    if (known == null) {
      known = new Latest();
      answers = known;
    }
    known.putIfAbsent(lastTopic, lastAnswer);
    Boolean before = known.get(topic);
    if (before != null) {
      return before;
    }
    boolean answer = decide(topic);
    known.put(topic, answer);
    return answer;
  }

  private boolean decide(String topic) {
    if (TopicName.isRequest(topic)) {
      return authorizer.mayAdminister(principal);
    }
    return !isOurs(topic) && authorizer.mayPublish(principal, topic);
  }

  /// Topics below `$SYS` are the node's own.
  private static boolean isOurs(String topic) {
    return topic.startsWith("$SYS") && (topic.length() == 4 || topic.charAt(4) == '/');
  }

  public boolean maySubscribe(TopicFilter filter) {
    return authorizer.maySubscribe(principal, filter);
  }

  /// The answers for the topics used last.
  private static final class Latest extends LinkedHashMap<String, Boolean> {
    private static final long serialVersionUID = 1;

    Latest() {
      super(16, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
      return size() > MOST_TOPICS;
    }
  }
}
