package io.forebay.mqtt.connection;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.forebay.core.Broker;
import io.forebay.core.message.Qos;
import io.forebay.core.routing.Grant;
import io.forebay.core.security.Limits;
import io.forebay.core.security.Principal;
import io.forebay.core.session.Session;
import io.forebay.core.topic.TopicFilter;
import io.forebay.mqtt.ReasonCode;
import io.forebay.mqtt.Subscribe;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Checks the filters of one SUBSCRIBE; each is answered by itself (MQTT 5 §3.9.3).
final class Subscriptions {
  private final Broker broker;
  private final Session session;
  private final Principal principal;
  private @Nullable String detail;

  Subscriptions(Broker broker, Session session, Principal principal) {
    this.broker = broker;
    this.session = session;
    this.principal = principal;
  }

  /// Checks one filter and adds it to `requests` if it is granted.
  ///
  /// @return what SUBACK says of it
  ReasonCode check(Subscribe.Entry entry, int subscriptionId, List<Session.Request> requests) {
    Limits limits = broker.limits();
    if (entry.filter().length() * 3 > limits.topicBytes()
        && entry.filter().getBytes(UTF_8).length > limits.topicBytes()) {
      return refuse(
          ReasonCode.TOPIC_FILTER_INVALID,
          "a filter is at most " + limits.topicBytes() + " bytes long");
    }
    TopicFilter filter;
    try {
      filter = TopicFilter.parse(entry.filter(), limits.topicLevels());
    } catch (IllegalArgumentException e) {
      return refuse(ReasonCode.TOPIC_FILTER_INVALID, e.getMessage());
    }
    if (filter.text().startsWith("$queue/") || filter.text().startsWith("$replay/")) {
      return refuse(
          ReasonCode.TOPIC_FILTER_INVALID, "this version has no declared queues and no replay");
    }
    if (!broker.authorizer().maySubscribe(principal, filter)) {
      return refuse(ReasonCode.NOT_AUTHORIZED, "subscribing to this filter is not allowed");
    }
    if (session.subscriptionCount() + requests.size() >= limits.subscriptions()) {
      return refuse(
          ReasonCode.QUOTA_EXCEEDED,
          "a client holds at most " + limits.subscriptions() + " subscriptions");
    }
    Grant grant = Grant.of(entry.qos(), entry.noLocal(), entry.retainAsPublished(), subscriptionId);
    requests.add(new Session.Request(filter, grant, entry.retainHandling()));
    return granted(entry.qos());
  }

  private ReasonCode refuse(ReasonCode reason, @Nullable String words) {
    detail = words;
    return reason;
  }

  private static ReasonCode granted(Qos qos) {
    return switch (qos) {
      case AT_MOST_ONCE -> ReasonCode.SUCCESS;
      case AT_LEAST_ONCE -> ReasonCode.GRANTED_QOS_1;
      case EXACTLY_ONCE -> ReasonCode.GRANTED_QOS_2;
    };
  }

  /// Words for the last refusal, null if there was none.
  @Nullable String detail() {
    return detail;
  }
}
