package io.forebay.core.session;

import io.forebay.core.log.Log;
import io.forebay.core.log.Stored;
import io.forebay.core.message.Qos;
import io.forebay.core.routing.Lane;
import io.forebay.core.topic.FilterSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// Reads what a queue still has to deal out, without taking any of it. On one lane.
final class QueueReader {
  private static final int SLICE_MESSAGES = 512;

  private interface Found {
    void add(Stored stored, int redeliveries);
  }

  private final Log log;
  private final Lane lane;
  private final QueueRow row;
  private final FilterSet filters;
  private final long @Nullable [] ends;
  private final long maximum;
  private final Found found;
  private final Runnable end;
  private long count;
  private int partition;
  private long next;

  private QueueReader(
      Log log,
      Lane lane,
      QueueRow row,
      long @Nullable [] ends,
      long maximum,
      Found found,
      LongConsumer end) {
    this.log = log;
    this.lane = lane;
    this.row = row;
    this.filters = new FilterSet(row.settings().filters());
    this.ends = ends;
    this.maximum = maximum;
    this.found = found;
    this.end = () -> end.accept(count);
  }

  /// Counts.
  ///
  /// @param maximum it stops when it has found so many
  static QueueReader counting(Log log, Lane lane, QueueRow row, long maximum, LongConsumer answer) {
    return new QueueReader(log, lane, row, null, maximum, (stored, redeliveries) -> {}, answer);
  }

  /// Counts what is below an offset of each partition.
  static QueueReader until(
      Log log, Lane lane, QueueRow row, long[] ends, long maximum, LongConsumer answer) {
    return new QueueReader(log, lane, row, ends, maximum, (stored, redeliveries) -> {}, answer);
  }

  /// Gives the first.
  static QueueReader first(
      Log log,
      Lane lane,
      QueueRow row,
      int maximum,
      Consumer<List<DeclaredQueues.Pending>> answer) {
    List<DeclaredQueues.Pending> pending = new ArrayList<>();
    return new QueueReader(
        log,
        lane,
        row,
        null,
        maximum,
        (stored, redeliveries) -> pending.add(new DeclaredQueues.Pending(stored, redeliveries)),
        count -> answer.accept(pending));
  }

  /// What was looked at and nobody has acknowledged, then what is behind the cursor.
  void read() {
    partition = -1;
    nextPartition();
  }

  private long cursor() {
    return partition < row.cursors().length ? row.cursors()[partition] : 0;
  }

  private void nextPartition() {
    partition++;
    if (partition >= log.partitions() || count >= maximum) {
      end.run();
      return;
    }
    next = cursor();
    Map<Long, Integer> outstanding = new HashMap<>();
    for (QueueRow.Outstanding each : row.outstanding()) {
      if (each.partition() == partition && outstanding.size() < maximum - count) {
        outstanding.put(each.offset(), each.redeliveries());
      }
    }
    if (outstanding.isEmpty()) {
      slice();
      return;
    }
    long[] offsets = outstanding.keySet().stream().mapToLong(Long::longValue).sorted().toArray();
    log.fetch(
        partition,
        offsets,
        stored ->
            lane.execute(
                () -> {
                  stored.forEach(each -> add(each, outstanding.getOrDefault(each.offset(), 0)));
                  slice();
                }));
  }

  private boolean isBeyond(long offset) {
    return ends != null && offset >= (partition < ends.length ? ends[partition] : 0);
  }

  private void slice() {
    if (count >= maximum) {
      end.run();
    } else if (isBeyond(next)) {
      nextPartition();
    } else {
      log.read(
          new Log.Request(partition, next, filters, SLICE_MESSAGES),
          slice -> lane.execute(() -> sliced(slice)));
    }
  }

  private void sliced(Log.Slice slice) {
    for (Stored stored : slice.messages()) {
      if (stored.message().qos() != Qos.AT_MOST_ONCE
          && count < maximum
          && !isBeyond(stored.offset())) {
        add(stored, 0);
      }
    }
    next = slice.nextOffset();
    if (slice.atHead()) {
      nextPartition();
    } else {
      slice();
    }
  }

  private void add(Stored stored, int redeliveries) {
    count++;
    found.add(stored, redeliveries);
  }
}
