package io.forebay.server.cli;

import io.forebay.server.bench.BenchPlan;
import io.forebay.server.bench.BenchResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/// The result of a run, for people and for programs. Latencies are shown in microseconds.
final class BenchReport {
  private static final double NANOS_PER_MICRO = 1e3;

  private BenchReport() {}

  static List<String> table(BenchPlan plan, BenchResult result) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%,d publishers, %,d subscribers, %,d idle; QoS %d, %,d bytes, %s; measured %.1f s"
            .formatted(
                plan.publishers(),
                plan.subscribers(),
                plan.idle(),
                plan.qos().level(),
                plan.payloadBytes(),
                plan.ratePerSecond() == 0
                    ? "as fast as acknowledged, window " + plan.window()
                    : "%,.0f/s each".formatted(plan.ratePerSecond()),
                result.seconds()));
    lines.add(
        "connected   %,d (%,.0f/s), lost %,d"
            .formatted(
                result.connections(), result.connectionsPerSecond(), result.connectionsLost()));
    addMessages(lines, result);
    addLatencies(lines, result);
    if (result.trouble() != null) {
      lines.add("trouble     " + result.trouble());
    }
    return lines;
  }

  private static void addMessages(List<String> lines, BenchResult result) {
    if (result.published() == 0) {
      return;
    }
    lines.add(
        ("published   %,.0f/s (%,d: acknowledged %,d, refused %,d, without answer %,d,"
                + " due but unsent %,d)")
            .formatted(
                result.publishedPerSecond(),
                result.published(),
                result.acknowledged(),
                result.refused(),
                result.unacknowledged(),
                result.unsent()));
    lines.add(
        "delivered   %,.0f/s (%,d: lost %,d, duplicates %,d)"
            .formatted(
                result.deliveredPerSecond(),
                result.delivered(),
                result.lost(),
                result.duplicates()));
  }

  private static void addLatencies(List<String> lines, BenchResult result) {
    lines.add("");
    lines.add(
        "%-20s %12s %12s %12s %12s %12s"
            .formatted("latency in µs", "p50", "p90", "p99", "p99.9", "max"));
    addLatency(lines, "connect", result.connect());
    addLatency(lines, "publish to ack", result.acknowledgement());
    addLatency(lines, "publish to delivery", result.delivery());
  }

  private static void addLatency(List<String> lines, String what, Histogram nanos) {
    if (nanos.getTotalCount() > 0) {
      lines.add(
          "%-20s %,12.0f %,12.0f %,12.0f %,12.0f %,12.0f"
              .formatted(
                  what,
                  micros(nanos, 50),
                  micros(nanos, 90),
                  micros(nanos, 99),
                  micros(nanos, 99.9),
                  nanos.getMaxValue() / NANOS_PER_MICRO));
    }
  }

  static String json(BenchPlan plan, BenchResult result) {
    JsonWriter json = new JsonWriter().beginObject();
    json.name("publishers").value(plan.publishers());
    json.name("subscribers").value(plan.subscribers());
    json.name("idle").value(plan.idle());
    json.name("qos").value(plan.qos().level());
    json.name("payloadBytes").value(plan.payloadBytes());
    json.name("ratePerPublisher").literal(number(plan.ratePerSecond()));
    json.name("window").value(plan.window());
    json.name("seconds").literal(number(result.seconds()));
    json.name("connections").value(result.connections());
    json.name("connectionsPerSecond").literal(number(result.connectionsPerSecond()));
    json.name("connectionsLost").value(result.connectionsLost());
    json.name("published").value(result.published());
    json.name("publishedPerSecond").literal(number(result.publishedPerSecond()));
    json.name("acknowledged").value(result.acknowledged());
    json.name("refused").value(result.refused());
    json.name("unacknowledged").value(result.unacknowledged());
    json.name("unsent").value(result.unsent());
    json.name("delivered").value(result.delivered());
    json.name("deliveredPerSecond").literal(number(result.deliveredPerSecond()));
    json.name("lost").value(result.lost());
    json.name("duplicates").value(result.duplicates());
    addLatency(json, "connect", result.connect());
    addLatency(json, "acknowledgement", result.acknowledgement());
    addLatency(json, "delivery", result.delivery());
    if (result.trouble() != null) {
      json.name("trouble").value(result.trouble());
    }
    return json.endObject().toString();
  }

  private static void addLatency(JsonWriter json, String what, Histogram nanos) {
    json.name(what).beginObject();
    json.name("count").value(nanos.getTotalCount());
    json.name("p50").literal(number(micros(nanos, 50)));
    json.name("p90").literal(number(micros(nanos, 90)));
    json.name("p99").literal(number(micros(nanos, 99)));
    json.name("p99.9").literal(number(micros(nanos, 99.9)));
    json.name("max").literal(number(nanos.getMaxValue() / NANOS_PER_MICRO));
    json.endObject();
  }

  private static double micros(Histogram nanos, double percentile) {
    return nanos.getValueAtPercentile(percentile) / NANOS_PER_MICRO;
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
