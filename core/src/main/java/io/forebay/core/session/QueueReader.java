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

/// Reads what a queue still has to deal out, without taking any of it. On one lane.
final class QueueReader {
  private static final int SLICE_MESSAGES = 512;

  private final Log log;
  private final Lane lane;
  private final QueueRow row;
  private final FilterSet filters;
  private final int maximum;
  private final Consumer<List<DeclaredQueues.Pending>> answer;
  private final List<DeclaredQueues.Pending> found = new ArrayList<>();
  private int partition;
  private long next;

  /// @param maximum it stops when it has found so many
  QueueReader(
      Log log,
      Lane lane,
      QueueRow row,
      int maximum,
      Consumer<List<DeclaredQueues.Pending>> answer) {
    this.log = log;
    this.lane = lane;
    this.row = row;
    this.filters = new FilterSet(row.settings().filters());
    this.maximum = maximum;
    this.answer = answer;
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
    if (partition >= log.partitions() || found.size() >= maximum) {
      answer.accept(found);
      return;
    }
    next = cursor();
    Map<Long, Integer> outstanding = new HashMap<>();
    for (QueueRow.Outstanding each : row.outstanding()) {
      if (each.partition() == partition && outstanding.size() < maximum - found.size()) {
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

  private void slice() {
    if (partition >= log.partitions() || found.size() >= maximum) {
      answer.accept(found);
      return;
    }
    log.read(
        new Log.Request(partition, next, filters, SLICE_MESSAGES),
        slice -> lane.execute(() -> sliced(slice)));
  }

  private void sliced(Log.Slice slice) {
    for (Stored stored : slice.messages()) {
      if (stored.message().qos() != Qos.AT_MOST_ONCE && found.size() < maximum) {
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
    found.add(new DeclaredQueues.Pending(stored, redeliveries));
  }
}
