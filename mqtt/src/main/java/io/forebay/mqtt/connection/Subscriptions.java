package io.forebay.mqtt.connection;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.forebay.core.Broker;
import io.forebay.core.log.EngineFailure;
import io.forebay.core.message.Qos;
import io.forebay.core.message.UserProperty;
import io.forebay.core.routing.Grant;
import io.forebay.core.security.Limits;
import io.forebay.core.security.Quotas;
import io.forebay.core.session.DeclaredQueues;
import io.forebay.core.session.Session;
import io.forebay.core.topic.ReplayFrom;
import io.forebay.core.topic.TopicFilter;
import io.forebay.core.topic.TopicName;
import io.forebay.mqtt.ReasonCode;
import io.forebay.mqtt.Suback;
import io.forebay.mqtt.Subscribe;
import io.forebay.mqtt.Unsuback;
import io.forebay.mqtt.Unsubscribe;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One SUBSCRIBE or UNSUBSCRIBE: each filter is checked and answered by itself (MQTT 5 §3.9.3,
/// §3.11.3), and the answer goes out when what it says is kept.
///
/// Two user properties of a SUBSCRIBE are for us: `replay-from` lets its plain filters begin in the
/// past, as `$replay/FROM/FILTER` does, and `position` with the value `true` asks for the position
/// of each message.
final class Subscriptions {
  private static final String REPLAY_FROM = "replay-from";
  private static final String POSITION = "position";

  private final Connection connection;
  private final Broker broker;
  private final Session session;
  private final List<ReasonCode> reasons = new ArrayList<>();
  private @Nullable String detail;

  /// Filters that begin with a wildcard, those that are about to be held too; counted once, since a
  /// packet may ask for very many. Negative: not counted yet.
  private long broad = -1;

  Subscriptions(Connection connection, Broker broker, Session session) {
    this.connection = connection;
    this.broker = broker;
    this.session = session;
  }

  // ---------------------------------------------------------------- SUBSCRIBE

  void subscribe(Subscribe subscribe) {
    List<Session.Request> requests = new ArrayList<>(subscribe.entries().size());
    Set<TopicFilter> added = new HashSet<>();
    String replayFrom = property(subscribe, REPLAY_FROM);
    boolean position = "true".equals(property(subscribe, POSITION));
    for (Subscribe.Entry entry : subscribe.entries()) {
      TopicFilter filter = parse(entry.filter());
      ReasonCode reason =
          filter == null || !mayReplay(filter, replayFrom)
              ? ReasonCode.TOPIC_FILTER_INVALID
              : decide(filter, replayFrom, entry.qos(), added);
      reasons.add(reason);
      if (filter != null && !reason.failure()) {
        Grant grant = grant(entry, subscribe.subscriptionId());
        requests.add(
            new Session.Request(
                filter,
                position ? grant.tellingPosition() : grant,
                entry.retainHandling(),
                isPlain(filter) ? replayFrom : null));
      }
    }
    session
        .interests()
        .subscribe(
            requests,
            failure -> {
              findRefused(requests);
              answer(subscribe, failure);
            });
  }

  private static @Nullable String property(Subscribe subscribe, String name) {
    for (UserProperty property : subscribe.userProperties()) {
      if (property.name().equals(name)) {
        return property.value();
      }
    }
    return null;
  }

  private static boolean isPlain(TopicFilter filter) {
    return filter.kind() == TopicFilter.Kind.PLAIN;
  }

  /// Whether the place where the filter is to begin, if it is one of the past, is there.
  private boolean mayReplay(TopicFilter filter, @Nullable String replayFrom) {
    String from =
        switch (filter.kind()) {
          case PLAIN -> replayFrom;
          case REPLAY -> filter.label();
          case SHARED, QUEUE -> null;
        };
    if (from == null) {
      return true;
    }
    try {
      String refusal = broker.refusalOfReplay(ReplayFrom.parse(from));
      detail = refusal != null ? refusal : detail;
      return refusal == null;
    } catch (IllegalArgumentException e) {
      detail = e.getMessage();
      return false;
    }
  }

  private @Nullable TopicFilter parse(String given) {
    Limits limits = broker.limits();
    if (given.length() * 3 > limits.topicBytes()
        && given.getBytes(UTF_8).length > limits.topicBytes()) {
      detail = "a filter is at most " + limits.topicBytes() + " bytes long";
      return null;
    }
    try {
      return TopicFilter.parse(given, limits.topicLevels());
    } catch (IllegalArgumentException e) {
      detail = e.getMessage();
      return null;
    }
  }

  /// @param added filters of this SUBSCRIBE that the client did not hold; this one joins them
  private ReasonCode decide(
      TopicFilter filter, @Nullable String replayFrom, Qos qos, Set<TopicFilter> added) {
    if (TopicName.isRequest(filter.text())) {
      detail = "requests below $CONTROL are the node's own to read";
      return ReasonCode.NOT_AUTHORIZED;
    }
    if (filter.kind() == TopicFilter.Kind.QUEUE && !broker.queues().mayExist(filter.label())) {
      detail = DeclaredQueues.unknown(filter.label());
      return ReasonCode.TOPIC_FILTER_INVALID;
    }
    if (filter.kind() == TopicFilter.Kind.QUEUE && qos == Qos.AT_MOST_ONCE) {
      detail = "a queue is consumed at QoS 1 or 2";
      return ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR;
    }
    if (!maySubscribe(filter, replayFrom)) {
      detail = "subscribing to this filter is not allowed";
      return ReasonCode.NOT_AUTHORIZED;
    }
    boolean isNew = !session.interests().holds(filter) && added.add(filter);
    if (!isSimple(filter, isNew)) {
      added.remove(filter);
      return ReasonCode.QUOTA_EXCEEDED;
    }
    int maximum = connection.standing().allowance().subscriptions();
    if (isNew && session.interests().size() + added.size() > maximum) {
      added.remove(filter);
      detail = "a client holds at most " + maximum + " subscriptions";
      return ReasonCode.QUOTA_EXCEEDED;
    }
    return granted(qos);
  }

  private boolean maySubscribe(TopicFilter filter, @Nullable String replayFrom) {
    TopicFilter asked =
        replayFrom == null || !isPlain(filter)
            ? filter
            : TopicFilter.replay(replayFrom, filter.text(), Integer.MAX_VALUE);
    return connection.standing().permissions().maySubscribe(asked);
  }

  /// Whether the filter costs no more to match than a client may ask for.
  private boolean isSimple(TopicFilter filter, boolean isNew) {
    Quotas quotas = broker.quotas();
    long wildcards = filter.text().chars().filter(c -> c == '+').count();
    if (wildcards > quotas.filterWildcards()) {
      detail = "a filter has at most " + quotas.filterWildcards() + " levels that are +";
      return false;
    }
    if (!isNew || !isBroad(filter)) {
      return true;
    }
    if (broad < 0) {
      broad = session.interests().held().stream().filter(Subscriptions::isBroad).count();
    }
    if (broad >= quotas.broadSubscriptions()) {
      detail =
          "a client holds at most "
              + quotas.broadSubscriptions()
              + " subscriptions that begin with a wildcard";
      return false;
    }
    broad++;
    return true;
  }

  private static boolean isBroad(TopicFilter filter) {
    char first = filter.text().charAt(0);
    return first == '+' || first == '#';
  }

  /// A queue may have refused: it was deleted meanwhile, or what is kept of it cannot be read.
  ///
  /// @param requests those that were not refused at once
  private void findRefused(List<Session.Request> requests) {
    int granted = 0;
    for (int i = 0; i < reasons.size(); i++) {
      if (reasons.get(i).failure()) {
        continue;
      }
      TopicFilter filter = requests.get(granted++).filter();
      if (!filter.shared() || session.interests().holds(filter)) {
        continue;
      }
      boolean unknown =
          filter.kind() == TopicFilter.Kind.QUEUE && !broker.queues().exists(filter.label());
      reasons.set(
          i, unknown ? ReasonCode.TOPIC_FILTER_INVALID : ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR);
      detail =
          unknown
              ? DeclaredQueues.unknown(filter.label())
              : "what the node keeps of '" + filter + "' cannot be read; its log says why";
    }
  }

  private static Grant grant(Subscribe.Entry entry, int subscriptionId) {
    return Grant.of(entry.qos(), entry.noLocal(), entry.retainAsPublished(), subscriptionId);
  }

  private static ReasonCode granted(Qos qos) {
    return switch (qos) {
      case AT_MOST_ONCE -> ReasonCode.SUCCESS;
      case AT_LEAST_ONCE -> ReasonCode.GRANTED_QOS_1;
      case EXACTLY_ONCE -> ReasonCode.GRANTED_QOS_2;
    };
  }

  private void answer(Subscribe subscribe, @Nullable EngineFailure failure) {
    if (connection.isOpen()) {
      int id = subscribe.packetId();
      List<ReasonCode> told = failure == null ? reasons : allOf(Inlet.reason(failure));
      String words = connection.outlet().words(failure == null ? detail : failure.detail());
      connection.answer(
          new Suback(id, told, words, List.of()), new Suback(id, told, null, List.of()));
    }
  }

  private List<ReasonCode> allOf(ReasonCode reason) {
    return reasons.stream().map(each -> reason).toList();
  }

  // ---------------------------------------------------------------- UNSUBSCRIBE

  void unsubscribe(Unsubscribe unsubscribe) {
    // A list too: a filter may be given twice, and then does not exist the second time.
    Set<TopicFilter> given = new HashSet<>();
    List<TopicFilter> filters = new ArrayList<>(unsubscribe.filters().size());
    for (String text : unsubscribe.filters()) {
      TopicFilter filter = parse(text);
      if (filter == null) {
        reasons.add(ReasonCode.TOPIC_FILTER_INVALID);
      } else if (given.add(filter) && session.interests().holds(filter)) {
        filters.add(filter);
        reasons.add(ReasonCode.SUCCESS);
      } else {
        reasons.add(ReasonCode.NO_SUBSCRIPTION_EXISTED);
      }
    }
    session.interests().unsubscribe(filters, failure -> answer(unsubscribe, failure));
  }

  private void answer(Unsubscribe unsubscribe, @Nullable EngineFailure failure) {
    if (connection.isOpen()) {
      int id = unsubscribe.packetId();
      List<ReasonCode> told = failure == null ? reasons : allOf(unsubackReason(failure));
      String words = connection.outlet().words(failure == null ? detail : failure.detail());
      connection.answer(
          new Unsuback(id, told, words, List.of()), new Unsuback(id, told, null, List.of()));
    }
  }

  /// UNSUBACK knows no quota (table 3-9).
  private static ReasonCode unsubackReason(EngineFailure failure) {
    return failure.kind() == EngineFailure.Kind.QUOTA
        ? ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR
        : Inlet.reason(failure);
  }
}
