package io.forebay.sim.cluster;

import io.forebay.core.log.Table;
import io.forebay.sim.Pending;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A node's copy of a table, as far as it has read. Answers take their time.
final class CopiedTable implements Table {
  private final TreeMap<byte[], byte[]> rows = new TreeMap<>(Arrays::compareUnsigned);
  private final Pending pending;

  CopiedTable(Pending pending) {
    this.pending = pending;
  }

  void put(byte[] key, byte @Nullable [] value) {
    if (value == null) {
      rows.remove(key);
    } else {
      rows.put(key, value);
    }
  }

  @Override
  public void get(byte[] key, Consumer<byte @Nullable []> answer) {
    pending.sometime(
        () -> {
          byte[] found = rows.get(key);
          pending.sometime(() -> answer.accept(found));
        });
  }

  @Override
  public void scan(byte[] fromKey, int limit, long enoughBytes, Consumer<List<Entry>> answer) {
    pending.sometime(
        () -> {
          List<Entry> found =
              rows.tailMap(fromKey, true).entrySet().stream()
                  .limit(limit)
                  .map(row -> new Entry(row.getKey(), row.getValue()))
                  .toList();
          pending.sometime(() -> answer.accept(found));
        });
  }

  @Override
  public long size() {
    return rows.size();
  }

  @Override
  public long bytes() {
    return rows.entrySet().stream().mapToLong(e -> e.getKey().length + e.getValue().length).sum();
  }
}
