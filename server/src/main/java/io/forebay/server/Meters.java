package io.forebay.server;

import io.forebay.core.Broker;
import io.forebay.core.routing.Figure;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/// The node's figures as Micrometer meters, read from the broker when somebody looks.
final class Meters {
  private Meters() {}

  static void bind(Broker broker, MeterRegistry registry) {
    for (Figure figure : Figure.values()) {
      FunctionCounter.builder(name(figure), broker, b -> b.count(figure))
          .description(figure.doc())
          .register(registry);
    }
    gauge(registry, broker, "clients.connected", "Clients connected now", Broker::connectedClients);
    gauge(
        registry,
        broker,
        "sessions.offline",
        "Sessions kept of clients that are away",
        Broker::offlineSessions);
    gauge(
        registry,
        broker,
        "subscriptions",
        "Subscriptions of connected clients",
        Broker::subscriptions);
    gauge(registry, broker, "retained.messages", "Retained messages", Broker::retainedMessages);
    gauge(registry, broker, "stored.messages", "Messages in all streams", Broker::storedMessages);
  }

  private static String name(Figure figure) {
    return "forebay." + figure.name().toLowerCase(Locale.ROOT).replace('_', '.');
  }

  private static void gauge(
      MeterRegistry registry,
      Broker broker,
      String name,
      String doc,
      ToDoubleFunction<Broker> value) {
    Gauge.builder("forebay." + name, broker, value).description(doc).register(registry);
  }
}
