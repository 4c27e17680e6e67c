package io.forebay.server;

import io.forebay.core.Broker;
import io.forebay.core.routing.Figure;
import io.forebay.store.CommitFigures;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/// The node's figures as Micrometer meters, read from the broker when somebody looks.
final class Meters {
  private Meters() {}

  static void bind(Broker broker, LogFigures log, MeterRegistry registry) {
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
    gauge(
        registry,
        broker,
        "retained.bytes",
        "Retained messages with their topics, bytes",
        Broker::retainedBytes);
    gauge(registry, broker, "stored.messages", "Messages in all streams", Broker::storedMessages);
    Gauge.builder("forebay.log.refusing", log, LogFigures::refusing)
        .description("1 while the log takes no messages")
        .register(registry);
    CommitFigures commits = log.commits();
    if (commits != null) {
      bind(commits, registry);
    }
  }

  private static void bind(CommitFigures commits, MeterRegistry registry) {
    counter(registry, commits, "commits", "Commits", CommitFigures::commits);
    counter(registry, commits, "fsyncs", "Commits that waited for fsync", CommitFigures::syncs);
    counter(registry, commits, "messages", "Messages committed", CommitFigures::messages);
    counter(registry, commits, "bytes", "Bytes of all commits", CommitFigures::bytes);
  }

  private static void counter(
      MeterRegistry registry,
      CommitFigures commits,
      String name,
      String doc,
      ToDoubleFunction<CommitFigures> value) {
    FunctionCounter.builder("forebay.log." + name, commits, value)
        .description(doc)
        .register(registry);
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
