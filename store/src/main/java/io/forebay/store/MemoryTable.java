package io.forebay.store;

import io.forebay.core.log.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A table in memory. Written by the engine's serial; read on any thread.
final class MemoryTable implements Table {
  private final ConcurrentSkipListMap<byte[], byte[]> rows =
      new ConcurrentSkipListMap<>(Arrays::compareUnsigned);

  /// The map would count its entries one by one.
  private final AtomicLong size = new AtomicLong();

  private final AtomicLong bytes = new AtomicLong();

  void put(byte[] key, byte @Nullable [] value) {
    byte[] before = value == null ? rows.remove(key) : rows.put(key, value);
    size.addAndGet((value == null ? 0 : 1) - (before == null ? 0 : 1));
    bytes.addAndGet(rowBytes(key, value) - rowBytes(key, before));
  }

  private static long rowBytes(byte[] key, byte @Nullable [] value) {
    return value == null ? 0 : key.length + value.length;
  }

  @Override
  public void get(byte[] key, Consumer<byte @Nullable []> answer) {
    answer.accept(rows.get(key));
  }

  @Override
  public void scan(byte[] fromKey, int limit, long enoughBytes, Consumer<List<Entry>> answer) {
    List<Entry> found = new ArrayList<>();
    long foundBytes = 0;
    for (Map.Entry<byte[], byte[]> row : rows.tailMap(fromKey, true).entrySet()) {
      if (found.size() == limit || foundBytes >= enoughBytes) {
        break;
      }
      Entry entry = new Entry(row.getKey(), row.getValue());
      found.add(entry);
      foundBytes += entry.bytes();
    }
    answer.accept(found);
  }

  @Override
  public long size() {
    return size.get();
  }

  @Override
  public long bytes() {
    return bytes.get();
  }
}
