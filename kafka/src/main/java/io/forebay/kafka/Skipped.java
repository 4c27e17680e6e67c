package io.forebay.kafka;

import io.forebay.kafka.mapping.SkipReason;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Records that are no messages: counted, and some of them logged.
final class Skipped {
  private static final Logger LOG = LoggerFactory.getLogger(Skipped.class);

  /// Lines in the log for each reason, within [#PERIOD_NANOS].
  private static final int LINES = 10;

  private static final long PERIOD_NANOS = 60_000_000_000L;

  private final Map<SkipReason, LongAdder> counts = new EnumMap<>(SkipReason.class);
  private final Map<SkipReason, Integer> lines = new EnumMap<>(SkipReason.class);
  private final LongAdder headersLeftOut = new LongAdder();
  private long periodBegan = System.nanoTime();

  Skipped() {
    for (SkipReason reason : SkipReason.values()) {
      counts.put(reason, new LongAdder());
    }
  }

  /// On the tail's thread.
  void count(SkipReason reason, ConsumerRecord<byte[], byte[]> record) {
    LongAdder count = counts.get(reason);
    if (count != null) {
      count.increment();
    }
    if (reason == SkipReason.CHECK) {
      return;
    }
    if (System.nanoTime() - periodBegan > PERIOD_NANOS) {
      periodBegan = System.nanoTime();
      lines.clear();
    }
    int told = lines.merge(reason, 1, Integer::sum);
    if (told <= LINES) {
      LOG.warn(
          "offset {} of partition {} of the Kafka topic {} is no message and was skipped: {}{}",
          record.offset(),
          record.partition(),
          record.topic(),
          reason.words(),
          told == LINES ? " (no more lines of this for a minute)" : "");
    }
  }

  void leftOut(int headers) {
    if (headers > 0) {
      headersLeftOut.add(headers);
    }
  }

  /// Records that were skipped since the start, other than those of checks. Any thread.
  long total() {
    long sum = 0;
    for (Map.Entry<SkipReason, LongAdder> each : counts.entrySet()) {
      sum += each.getKey() == SkipReason.CHECK ? 0 : each.getValue().sum();
    }
    return sum;
  }

  /// Headers of foreign records that became no user property. Any thread.
  long headersLeftOut() {
    return headersLeftOut.sum();
  }
}
