package io.forebay.security.acl;

import io.forebay.core.security.Principal;
import io.forebay.core.topic.FilterRelation;
import io.forebay.core.topic.TopicFilter;
import io.forebay.core.topic.TopicName;

/// Something that somebody wants to do.
///
/// @param text the topic or filter; empty where there is none
/// @param label the queue or the group that shares; empty where there is none
public record Question(Action action, Principal principal, String text, String label) {
  private static final String SYS = "$SYS/#";

  public static Question connect(Principal principal) {
    return new Question(Action.CONNECT, principal, "", "");
  }

  public static Question administer(Principal principal) {
    return new Question(Action.ADMIN, principal, "", "");
  }

  /// @param topic a valid name; to publish a request is to administer
  public static Question publish(Principal principal, String topic) {
    return TopicName.isRequest(topic)
        ? administer(principal)
        : new Question(Action.PUBLISH, principal, topic, "");
  }

  public static Question subscribe(Principal principal, TopicFilter filter) {
    return new Question(action(filter), principal, filter.text(), filter.label());
  }

  private static Action action(TopicFilter filter) {
    if (FilterRelation.covers(SYS, filter.text())) {
      return Action.METRICS;
    }
    return switch (filter.kind()) {
      case PLAIN -> Action.SUBSCRIBE;
      case SHARED -> Action.SHARE;
      case QUEUE -> Action.QUEUE;
      case REPLAY -> Action.REPLAY;
    };
  }

  /// Such as `subscribe to 'a/#'`.
  public String words() {
    return switch (action) {
      case CONNECT -> "connect as client '" + principal.clientId() + "'";
      case PUBLISH -> "publish to '" + text + "'";
      case SUBSCRIBE -> "subscribe to '" + text + "'";
      case SHARE -> "share '" + text + "' in group '" + label + "'";
      case QUEUE -> "consume from queue '" + label + "'";
      case REPLAY -> "replay '" + text + "'";
      case METRICS -> "read metrics at '" + text + "'";
      case ADMIN -> "administer the node";
    };
  }
}
