package io.forebay.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.forebay.core.Broker;
import io.forebay.core.log.Batch;
import io.forebay.core.log.MessageFormat;
import io.forebay.core.log.Stored;
import io.forebay.core.log.Tables;
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
  private final NodeOverload overload;
  private final String version;
  private final long startedMillis;

  SysTopics(Broker broker, LogFigures log, NodeOverload overload, String version) {
    this.broker = broker;
    this.log = log;
    this.overload = overload;
    this.version = version;
    this.startedMillis = broker.nowMillis();
  }

  /// Any thread.
  void publish() {
    Lane lane = broker.lanes().getFirst();
    lane.execute(() -> figures().forEach((topic, value) -> publish(lane, message(topic, value))));
  }

  private void publish(Lane lane, Message message) {
    broker.publish(lane, message, null, 0);
    if (log.refusing() > 0) {
      // Retained messages are refused then like all others, but whoever asks what is wrong asks for
      // these.
      byte[] row = MessageFormat.encode(new Stored(message, -1, -1));
      lane.batch().row(new Batch.Row(Tables.RETAINED, message.topic().getBytes(UTF_8), row));
    }
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
    figures.put("retained messages/bytes", text(broker.retainedBytes()));
    figures.put("store/messages/count", text(broker.storedMessages()));
    for (Figure figure : Figure.values()) {
      figures.put(figure.topic(), text(broker.count(figure)));
    }
    figures.putAll(overload.figures());
    figures.putAll(log.all());
    return figures;
  }

  private static String text(long value) {
    return Long.toString(value);
  }
}
