package io.forebay.core.session;

import io.forebay.core.log.Batch;
import io.forebay.core.log.CommitListener;
import io.forebay.core.log.Engine;
import io.forebay.core.log.EngineFailure;
import io.forebay.core.log.Log;
import io.forebay.core.log.Stored;
import io.forebay.core.log.Table;
import io.forebay.core.message.Message;
import io.forebay.core.message.Position;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// An engine that does one thing when it is told to: commits a batch, reads what was asked for, or
/// tells what it read before. One stream, `default`, that captures everything.
final class SlowEngine implements Engine, Log {
  private final ArrayDeque<Batch> submitted = new ArrayDeque<>();
  private final ArrayDeque<Runnable> asked = new ArrayDeque<>();
  private final ArrayDeque<Runnable> answers = new ArrayDeque<>();
  private final Map<String, Table> tables = new ConcurrentHashMap<>();
  final List<Stored> messages = new ArrayList<>();
  private @Nullable CommitListener listener;
  private int start;

  /// What the last search for a time found: what is committed after it comes in any case.
  int sought;

  // ---------------------------------------------------------------- one step

  /// @return false if there is nothing to commit
  boolean commit() {
    Batch batch = submitted.poll();
    CommitListener told = listener;
    if (batch == null || told == null) {
      return false;
    }
    for (Batch.Row row : batch.rows()) {
      ((Rows) table(row.table())).put(row);
    }
    boolean[] matched = new boolean[batch.appends().size()];
    for (int i = 0; i < matched.length; i++) {
      Stored stored = new Stored(batch.appends().get(i).message(), 0, messages.size());
      messages.add(stored);
      matched[i] = told.committed(stored);
    }
    batch.matched(matched);
    told.settled(batch, null);
    told.endOfCommit();
    return true;
  }

  /// @return false if nobody asked
  boolean look() {
    return run(asked);
  }

  /// @return false if nothing was read
  boolean answer() {
    return run(answers);
  }

  private static boolean run(ArrayDeque<Runnable> tasks) {
    Runnable task = tasks.poll();
    if (task != null) {
      task.run();
    }
    return task != null;
  }

  /// Retention removes what is below.
  void removeBelow(int offset) {
    start = offset;
  }

  // ---------------------------------------------------------------- engine

  @Override
  public void start(CommitListener told) {
    listener = told;
  }

  @Override
  public void submit(Batch batch) {
    submitted.add(batch);
  }

  @Override
  public Log log() {
    return this;
  }

  @Override
  public Table table(String name) {
    return tables.computeIfAbsent(name, key -> new Rows());
  }

  @Override
  public @Nullable EngineFailure trouble() {
    return null;
  }

  @Override
  public void tick(long nowMillis) {}

  @Override
  public void close() {}

  // ---------------------------------------------------------------- log

  @Override
  public int partitions() {
    return 1;
  }

  @Override
  public boolean captures(Message message) {
    return true;
  }

  @Override
  public long head(int partition) {
    return messages.size();
  }

  @Override
  public long start(int partition) {
    return start;
  }

  @Override
  public long endangered(int partition) {
    return start;
  }

  @Override
  public Position position(int partition, long offset) {
    return new Position("default", partition, 1, offset);
  }

  @Override
  public int partition(String stream, int partition) {
    return stream.equals("default") && partition == 0 ? 0 : -1;
  }

  @Override
  public void seek(int partition, long timestampMillis, LongConsumer answer) {
    asked.add(
        () -> {
          int offset = start;
          while (offset < messages.size()
              && messages.get(offset).message().timestampMillis() < timestampMillis) {
            offset++;
          }
          sought = offset;
          long found = offset;
          answers.add(() -> answer.accept(found));
        });
  }

  @Override
  public void read(Request request, Consumer<Slice> answer) {
    asked.add(
        () -> {
          Slice slice = slice(request);
          answers.add(() -> answer.accept(slice));
        });
  }

  private Slice slice(Request request) {
    List<Stored> found = new ArrayList<>();
    int offset = (int) Math.max(request.fromOffset(), start);
    while (offset < messages.size() && found.size() < request.maximumMessages()) {
      Stored stored = messages.get(offset++);
      if (request.filters().matches(stored.message().topic())) {
        found.add(stored);
      }
    }
    long lost = Math.max(0, start - request.fromOffset());
    return new Slice(found, offset, offset == messages.size(), lost);
  }

  @Override
  public void fetch(int partition, long[] offsets, Consumer<List<Stored>> answer) {
    asked.add(
        () -> {
          List<Stored> found =
              Arrays.stream(offsets)
                  .filter(offset -> offset >= start)
                  .mapToObj(offset -> messages.get((int) offset))
                  .toList();
          answers.add(() -> answer.accept(found));
        });
  }

  /// A table that answers at once.
  private static final class Rows implements Table {
    private final TreeMap<byte[], byte[]> rows = new TreeMap<>(Arrays::compareUnsigned);

    void put(Batch.Row row) {
      if (row.value() == null) {
        rows.remove(row.key());
      } else {
        rows.put(row.key(), row.value());
      }
    }

    @Override
    public void get(byte[] key, Consumer<byte @Nullable []> answer) {
      answer.accept(rows.get(key));
    }

    @Override
    public void scan(byte[] fromKey, int limit, long enoughBytes, Consumer<List<Entry>> answer) {
      // Rows here are so small that no bytes are enough.
      answer.accept(
          rows.tailMap(fromKey).entrySet().stream()
              .limit(limit)
              .map(row -> new Entry(row.getKey(), row.getValue()))
              .toList());
    }

    @Override
    public long size() {
      return rows.size();
    }

    @Override
    public long bytes() {
      return rows.entrySet().stream()
          .mapToLong(row -> row.getKey().length + row.getValue().length)
          .sum();
    }
  }
}
