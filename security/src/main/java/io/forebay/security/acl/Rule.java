package io.forebay.security.acl;

import io.forebay.core.topic.FilterRelation;
import io.forebay.core.topic.TopicFilter;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One rule. Immutable.
///
/// @param number counted from 1
/// @param allows whether it allows or denies
/// @param topics what it is about; empty for every topic
/// @param queues likewise; empty for every queue, if it names no topics either
/// @param shareGroups groups that share subscriptions; empty for every group
/// @param place where it is written
/// @param text as it is written, on one line
record Rule(
    int number,
    boolean allows,
    Set<Action> actions,
    List<TopicPattern> topics,
    List<NamePattern> queues,
    List<NamePattern> shareGroups,
    Subjects who,
    String place,
    String text) {

  /// Whether questions about this action are its business. Who may not subscribe may not read in
  /// other ways either.
  boolean isAbout(Action action) {
    return actions.contains(action)
        || (!allows && actions.contains(Action.SUBSCRIBE) && Action.READING.contains(action));
  }

  /// Whether it is the answer to a question about one of its actions.
  boolean decides(Question question) {
    return who.include(question.principal()) && concerns(question);
  }

  private boolean concerns(Question question) {
    return switch (question.action()) {
      case CONNECT, ADMIN -> true;
      case PUBLISH, SUBSCRIBE, REPLAY, METRICS -> concernsTopic(question);
      case SHARE -> concernsName(shareGroups, question) && concernsTopic(question);
      case QUEUE -> queues.isEmpty() ? topics.isEmpty() : concernsName(queues, question);
    };
  }

  private static boolean concernsName(List<NamePattern> names, Question question) {
    return names.isEmpty() || Subjects.any(names, question.label(), question.principal().user());
  }

  private boolean concernsTopic(Question question) {
    if (topics.isEmpty()) {
      return true;
    }
    for (int i = 0; i < topics.size(); i++) {
      String filter = topics.get(i).filter(question.principal());
      if (filter != null && concerns(filter, question)) {
        return true;
      }
    }
    return false;
  }

  /// What is asked for must lie within what is allowed, and may not touch what is denied.
  private boolean concerns(String filter, Question question) {
    if (question.action() == Action.PUBLISH) {
      return TopicFilter.matches(filter, question.text());
    }
    return allows
        ? FilterRelation.covers(filter, question.text())
        : FilterRelation.overlaps(filter, question.text());
  }

  /// Why it does not decide, for people; null if it does.
  @Nullable String whyNot(Question question) {
    String missing = who.missing(question.principal());
    if (missing != null) {
      return "is for another " + missing;
    }
    if (concerns(question)) {
      return null;
    }
    return allows && touches(question) ? "allows a part of it only" : "is about something else";
  }

  private boolean touches(Question question) {
    return concernsName(shareGroups, question)
        && topics.stream()
            .map(each -> each.filter(question.principal()))
            .anyMatch(each -> each != null && FilterRelation.overlaps(each, question.text()));
  }
}
