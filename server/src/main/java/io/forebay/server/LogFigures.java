package io.forebay.server;

import io.forebay.core.log.Engine;
import io.forebay.core.log.EngineFailure;
import io.forebay.core.log.Log;
import io.forebay.core.message.Position;
import io.forebay.kafka.KafkaEngine;
import io.forebay.store.CommitFigures;
import io.forebay.store.EmbeddedEngine;
import io.forebay.store.Lookups;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the engine tells of itself. Any thread.
final class LogFigures {
  /// What `log/trouble` says while messages are taken.
  private static final String NO_TROUBLE = "none";

  private final Engine engine;

  LogFigures(Engine engine) {
    this.engine = engine;
  }

  /// By topic without `$SYS/broker/`.
  Map<String, String> all() {
    Map<String, String> figures = new LinkedHashMap<>();
    EngineFailure trouble = engine.trouble();
    figures.put("log/trouble", trouble == null ? NO_TROUBLE : trouble.detail());
    CommitFigures commits = commits();
    if (commits != null) {
      figures.put("log/commits", text(commits.commits()));
      figures.put("log/fsyncs", text(commits.syncs()));
      figures.put("log/messages", text(commits.messages()));
      figures.put("log/bytes", text(commits.bytes()));
      figures.put("log/bytes/per commit", text(bytesPerCommit(commits)));
      figures.put("log/bytes/largest commit", text(commits.largestBytes()));
    }
    if (engine instanceof EmbeddedEngine embedded) {
      Lookups lookups = embedded.lookups();
      figures.put("log/reads/recent", text(lookups.recent()));
      figures.put("log/reads/indexed", text(lookups.indexed()));
      figures.put("log/reads/scanned", text(lookups.scanned()));
    }
    if (engine instanceof KafkaEngine kafka) {
      figures.put("log/records skipped", text(kafka.skippedRecords()));
      figures.put("log/nodes", text(kafka.nodes()));
    }
    streams().forEach(stream -> add(figures, stream));
    return figures;
  }

  /// What is there of a stream.
  ///
  /// @param first the oldest message of the first partition
  private record Stream(Position first, int partitions, long start, long head) {
    Stream with(Position other, long otherStart, long otherHead) {
      Position lower = other.partition() < first.partition() ? other : first;
      return new Stream(lower, partitions + 1, start + otherStart, head + otherHead);
    }
  }

  private Collection<Stream> streams() {
    Log log = engine.log();
    Map<String, Stream> streams = new LinkedHashMap<>();
    for (int partition = 0; partition < log.partitions(); partition++) {
      // What is removed and what comes meanwhile only makes the difference smaller or larger.
      long start = log.start(partition);
      long head = log.head(partition);
      Position oldest = log.position(partition, start);
      Stream there = streams.get(oldest.stream());
      // Else it is what is left of a stream that was moved to memory or to disk, or made anew.
      if (log.partition(oldest.stream(), oldest.partition()) == partition) {
        streams.put(
            oldest.stream(),
            there == null ? new Stream(oldest, 1, start, head) : there.with(oldest, start, head));
      }
    }
    return streams.values();
  }

  private static void add(Map<String, String> figures, Stream stream) {
    String topic = "streams/" + stream.first().stream() + "/";
    if (stream.partitions() == 1) {
      figures.put(topic + "start", text(stream.start()));
      figures.put(topic + "head", text(stream.head()));
      figures.put(topic + "oldest", stream.first().toString());
    } else {
      figures.put(topic + "partitions", text(stream.partitions()));
    }
    figures.put(topic + "messages", text(stream.head() - stream.start()));
  }

  /// Null for an engine that has none.
  @Nullable CommitFigures commits() {
    return engine instanceof EmbeddedEngine embedded ? embedded.figures() : null;
  }

  private static long bytesPerCommit(CommitFigures commits) {
    return commits.bytes() / Math.max(1, commits.commits());
  }

  /// 1 while publishers are refused.
  int refusing() {
    return engine.trouble() == null ? 0 : 1;
  }

  private static String text(long value) {
    return Long.toString(value);
  }
}
