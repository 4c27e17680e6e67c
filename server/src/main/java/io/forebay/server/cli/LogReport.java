package io.forebay.server.cli;

import io.forebay.server.config.ByteSizes;
import io.forebay.server.config.Durations;
import io.forebay.server.config.StreamConfig;
import io.forebay.store.LogFiles.StreamSummary;
import io.forebay.store.LogFiles.TableSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What a data directory holds, for people and for programs.
final class LogReport {
  private final Path directory;
  private final long diskBytes;
  private final List<StreamSummary> streams;
  private final List<TableSummary> tables;
  private final Map<String, StreamConfig> configured;

  LogReport(
      Path directory,
      List<StreamSummary> streams,
      List<TableSummary> tables,
      Map<String, StreamConfig> configured)
      throws IOException {
    this.directory = directory;
    this.streams = streams;
    this.tables = tables;
    this.configured = configured;
    diskBytes = diskBytes(directory);
  }

  private static long diskBytes(Path directory) throws IOException {
    long sum = 0;
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        try {
          sum += Files.size(file);
        } catch (NoSuchFileException _) {
          // A node that runs beside has removed it.
        }
      }
    }
    return sum;
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (StreamSummary stream : streams) {
      lines.add("stream " + stream.name());
      add(lines, "start", stream.start().toString());
      add(lines, "head", stream.head().toString());
      add(lines, "messages", "%,d".formatted(stream.messages()));
      add(
          lines,
          "bytes",
          "%,d; %,d in %s".formatted(stream.bytes(), stream.fileBytes(), slices(stream)));
      add(lines, "oldest", time(stream.oldestMillis()));
      add(lines, "newest", time(stream.newestMillis()));
      add(lines, "retention", retention(configured.get(stream.name())));
    }
    lines.add("tables");
    for (TableSummary table : tables) {
      add(lines, table.name(), "%,d rows".formatted(table.rows()));
    }
    lines.add("total");
    add(lines, "messages", "%,d".formatted(messages()));
    add(lines, "on disk", "%,d bytes in %s".formatted(diskBytes, directory));
    return lines;
  }

  private static void add(List<String> lines, String title, String text) {
    lines.add("  %-12s %s".formatted(title, text));
  }

  private static String slices(StreamSummary stream) {
    return stream.slices() == 1
        ? "the files of 1 slice"
        : "the files of %,d slices".formatted(stream.slices());
  }

  private static String time(@Nullable Long millis) {
    return millis == null ? "-" : Instant.ofEpochMilli(millis).toString();
  }

  private static String retention(@Nullable StreamConfig config) {
    return config == null
        ? "not in the configuration; goes as 'default' says"
        : "%s, %s, durability %s"
            .formatted(
                Durations.format(config.retainFor()),
                ByteSizes.format(config.retainSizeBytes()),
                config.durability());
  }

  private long messages() {
    return streams.stream().mapToLong(StreamSummary::messages).sum();
  }

  String json() {
    JsonWriter json = new JsonWriter().beginObject();
    json.name("data").value(directory.toString());
    json.name("diskBytes").value(diskBytes);
    json.name("messages").value(messages());
    json.name("streams").beginArray();
    streams.forEach(stream -> write(json, stream));
    json.endArray().name("tables").beginArray();
    for (TableSummary table : tables) {
      json.beginObject().name("table").value(table.name());
      json.name("rows").value(table.rows());
      json.name("fileBytes").value(table.fileBytes()).endObject();
    }
    return json.endArray().endObject().toString();
  }

  private void write(JsonWriter json, StreamSummary stream) {
    json.beginObject().name("stream").value(stream.name());
    json.name("start").value(stream.start().toString());
    json.name("head").value(stream.head().toString());
    json.name("messages").value(stream.messages());
    json.name("bytes").value(stream.bytes());
    json.name("fileBytes").value(stream.fileBytes());
    json.name("slices").value(stream.slices());
    if (stream.oldestMillis() != null) {
      json.name("oldest").value(time(stream.oldestMillis()));
    }
    if (stream.newestMillis() != null) {
      json.name("newest").value(time(stream.newestMillis()));
    }
    StreamConfig config = configured.get(stream.name());
    if (config != null) {
      json.name("retainFor").value(Durations.format(config.retainFor()));
      json.name("retainSize").value(config.retainSizeBytes());
    }
    json.endObject();
  }
}
