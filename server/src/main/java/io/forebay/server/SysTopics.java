package io.forebay.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.forebay.core.Broker;
import io.forebay.core.message.Message;
import io.forebay.core.message.Properties;
import io.forebay.core.message.Qos;
import io.forebay.core.routing.Figure;
import io.forebay.core.routing.Lane;
import java.util.LinkedHashMap;
import java.util.Map;

/// Publishes the node's figures as retained messages below `$SYS/broker/`, under the names that
/// Mosquitto made usual.
final class SysTopics {
  private static final String PREFIX = "$SYS/broker/";

  private final Broker broker;
  private final LogFigures log;
  private final String version;
  private final long startedMillis;

  SysTopics(Broker broker, LogFigures log, String version) {
    this.broker = broker;
    this.log = log;
    this.version = version;
    this.startedMillis = broker.nowMillis();
  }

  /// Any thread.
  void publish() {
    Lane lane = broker.lanes().getFirst();
    lane.execute(
        () ->
            figures()
                .forEach((topic, value) -> broker.publish(lane, message(topic, value), null, 0)));
  }

  private Message message(String topic, String value) {
    return new Message(
        PREFIX + topic,
        value.getBytes(UTF_8),
        Qos.AT_MOST_ONCE,
        true,
        Properties.NONE,
        "$SYS",
        broker.nowMillis(),
        Message.NEVER);
  }

  private Map<String, String> figures() {
    Map<String, String> figures = new LinkedHashMap<>();
    figures.put("version", version);
    figures.put("uptime", (broker.nowMillis() - startedMillis) / 1_000 + " seconds");
    figures.put("clients/connected", text(broker.connectedClients()));
    figures.put("clients/disconnected", text(broker.offlineSessions()));
    figures.put("clients/total", text(broker.connectedClients() + broker.offlineSessions()));
    figures.put("clients/maximum", text(broker.mostConnectedClients()));
    figures.put("subscriptions/count", text(broker.subscriptions()));
    figures.put("retained messages/count", text(broker.retainedMessages()));
    figures.put("store/messages/count", text(broker.storedMessages()));
    for (Figure figure : Figure.values()) {
      figures.put(figure.topic(), text(broker.count(figure)));
    }
    figures.putAll(log.all());
    return figures;
  }

  private static String text(long value) {
    return Long.toString(value);
  }
}
