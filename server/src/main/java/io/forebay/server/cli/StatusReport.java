package io.forebay.server.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What a broker tells of itself, for people and for programs.
final class StatusReport {
  private static final String STREAMS = "streams/";
  private static final String TROUBLE = "log/trouble";

  private final String broker;
  private final SortedMap<String, String> values;
  private final Set<String> shown = new TreeSet<>();

  /// @param values by topic without `$SYS/broker/`
  StatusReport(String broker, SortedMap<String, String> values) {
    this.broker = broker;
    this.values = new TreeMap<>(values);
  }

  /// Numbers as numbers, all else as strings.
  String json() {
    JsonWriter json = new JsonWriter().beginObject().name("broker").value(broker);
    values.forEach(
        (name, value) -> {
          json.name(name);
          if (JsonWriter.isNumber(value)) {
            json.literal(value);
          } else {
            json.value(value);
          }
        });
    return json.endObject().toString();
  }

  List<String> table() {
    List<String> lines = new ArrayList<>();
    lines.add(row("broker", broker));
    add(lines, "version", part("%s", "version"));
    add(lines, "uptime", uptime());
    add(
        lines,
        "connections",
        part("%s connected", "clients/connected"),
        part("%s disconnected", "clients/disconnected"),
        part("%s in all", "clients/total"),
        part("%s at most at once", "clients/maximum"));
    add(lines, "packets", rate("received", "messages/received"), rate("sent", "messages/sent"));
    add(
        lines,
        "messages",
        rate("received", "publish/messages/received"),
        rate("sent", "publish/messages/sent"),
        part("%s dropped", "publish/messages/dropped"));
    add(
        lines,
        "payload bytes",
        rate("received", "publish/bytes/received"),
        rate("sent", "publish/bytes/sent"));
    add(lines, "bytes", rate("received", "bytes/received"), rate("sent", "bytes/sent"));
    add(lines, "subscriptions", part("%s", "subscriptions/count"));
    add(lines, "retained", part("%s messages", "retained messages/count"));
    add(
        lines,
        "stored",
        part("%s messages", "store/messages/count"),
        part("%s bytes", "store/messages/bytes"));
    add(
        lines,
        "commits",
        rate("in all", "log/commits"),
        rate("with fsync", "log/fsyncs"),
        part("%s bytes each", "log/bytes/per commit"),
        part("%s at most", "log/bytes/largest commit"));
    addStreams(lines);
    addTrouble(lines);
    addOthers(lines);
    return lines;
  }

  private void addStreams(List<String> lines) {
    for (String name : List.copyOf(values.keySet())) {
      if (name.startsWith(STREAMS) && name.endsWith("/head")) {
        String stream = name.substring(0, name.length() - "head".length());
        add(
            lines,
            "stream " + stream.substring(STREAMS.length(), stream.length() - 1),
            part("%s messages", stream + "messages"),
            part("start %s", stream + "start"),
            part("head %s", stream + "head"));
        shown.add(stream + "oldest");
      }
    }
  }

  private void addTrouble(List<String> lines) {
    shown.add(TROUBLE);
    String trouble = values.getOrDefault(TROUBLE, "none");
    if (!trouble.equals("none")) {
      lines.add(row("trouble", "publishers are refused: " + trouble));
    }
  }

  private void addOthers(List<String> lines) {
    for (Map.Entry<String, String> value : values.entrySet()) {
      if (!shown.contains(value.getKey())) {
        lines.add("%-40s %s".formatted(value.getKey(), value.getValue()));
      }
    }
  }

  private static void add(List<String> lines, String title, @Nullable String... parts) {
    List<String> there = new ArrayList<>();
    for (String part : parts) {
      if (part != null) {
        there.add(part);
      }
    }
    if (!there.isEmpty()) {
      lines.add(row(title, String.join(", ", there)));
    }
  }

  private static String row(String title, String text) {
    return "%-14s %s".formatted(title, text);
  }

  private @Nullable String part(String format, String name) {
    String value = values.get(name);
    shown.add(name);
    return value == null ? null : format.formatted(grouped(value));
  }

  private @Nullable String rate(String what, String name) {
    String part = part("%s " + what, name);
    long seconds = uptimeSeconds();
    String value = values.get(name);
    if (part == null || value == null || seconds <= 0 || !JsonWriter.isNumber(value)) {
      return part;
    }
    return part + " (%.1f/s)".formatted(Double.parseDouble(value) / seconds);
  }

  private @Nullable String uptime() {
    shown.add("uptime");
    long seconds = uptimeSeconds();
    if (seconds < 0) {
      return values.get("uptime");
    }
    return "%d d %02d:%02d:%02d"
        .formatted(seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60);
  }

  /// -1 if unknown. Mosquitto says `123 seconds`.
  private long uptimeSeconds() {
    String first = values.getOrDefault("uptime", "").split(" ", 2)[0];
    return first.matches("\\d{1,18}") ? Long.parseLong(first) : -1;
  }

  private static String grouped(String value) {
    return value.matches("-?\\d{1,18}") ? "%,d".formatted(Long.parseLong(value)) : value;
  }
}
