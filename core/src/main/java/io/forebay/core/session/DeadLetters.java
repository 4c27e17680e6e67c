package io.forebay.core.session;

import io.forebay.core.message.Message;
import io.forebay.core.message.Properties;
import io.forebay.core.message.UserProperty;
import io.forebay.core.routing.Figure;
import io.forebay.core.routing.Lane;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// What a queue gives up: published to its dead-letter topic in the same commit that says that the
/// queue is done with it, or dropped if it has none. On the queue's lane.
final class DeadLetters {
  static final String FAILED = "redelivered too often";
  static final String TOO_OLD = "too old";

  private final String name;
  private final QueueSettings settings;
  private final Lane lane;
  private final LongSupplier clock;
  private long count;
  private int underWay;

  DeadLetters(String name, QueueSettings settings, Lane lane, LongSupplier clock) {
    this.name = name;
    this.settings = settings;
    this.lane = lane;
    this.clock = clock;
  }

  void begin(long before) {
    count = before;
  }

  long count() {
    return count;
  }

  /// Dead letters that are given to the log and not kept yet.
  int underWay() {
    return underWay;
  }

  /// @param done whether it is given up; if not, there was no room for the dead letter
  void give(Progress.Item item, String reason, Consumer<Boolean> done) {
    Message message = item.message;
    if (settings.deadLetterTopic() == null || message == null) {
      counted();
      done.accept(true);
      return;
    }
    underWay++;
    lane.publish(
        letter(settings.deadLetterTopic(), message, item.redeliveries, reason),
        (token, matched, failure) -> {
          underWay--;
          if (failure == null) {
            counted();
          }
          done.accept(failure == null);
        },
        0,
        QueueTable.owned(name, item.partition, item.offset));
  }

  private void counted() {
    count++;
    lane.counters().increment(Figure.QUEUE_DEAD_LETTERED);
  }

  private Message letter(String topic, Message message, int redeliveries, String reason) {
    Message told =
        with(
            message,
            List.of(
                new UserProperty("queue", name.substring(name.indexOf('/') + 1)),
                new UserProperty("topic", message.topic()),
                new UserProperty("redeliveries", Integer.toString(redeliveries)),
                new UserProperty("reason", reason)));
    return new Message(
        topic,
        told.payload(),
        told.qos(),
        false,
        told.properties(),
        told.publisher(),
        clock.getAsLong(),
        Message.NEVER);
  }

  /// The message with more user properties.
  static Message with(Message message, List<UserProperty> more) {
    Properties properties = message.properties();
    List<UserProperty> all = new ArrayList<>(properties.userProperties());
    all.addAll(more);
    return new Message(
        message.topic(),
        message.payload(),
        message.qos(),
        message.retain(),
        new Properties(
            properties.formatDeclared(),
            properties.utf8Payload(),
            properties.contentType(),
            properties.responseTopic(),
            properties.correlationData(),
            all),
        message.publisher(),
        message.timestampMillis(),
        message.expiresAtMillis());
  }
}
