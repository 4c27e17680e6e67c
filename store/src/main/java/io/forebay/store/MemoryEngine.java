package io.forebay.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.forebay.core.log.Batch;
import io.forebay.core.log.CommitListener;
import io.forebay.core.log.Engine;
import io.forebay.core.log.EngineFailure;
import io.forebay.core.log.Log;
import io.forebay.core.log.MessageFormat;
import io.forebay.core.log.Stored;
import io.forebay.core.log.Tables;
import io.forebay.core.message.Message;
import io.forebay.core.message.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// The embedded engine at `durability: memory`: bounded streams and tables in the heap. What is
/// acknowledged is in this process and goes with it.
///
/// It has no thread: batches and reads are worked off by a [Serial] on the threads that bring them,
/// so a lone message is committed without a switch of threads, and under load one thread commits
/// what all have brought.
public final class MemoryEngine implements Engine, Log {
  /// Nobody else ever wrote here.
  private static final int EPOCH = 1;

  private final List<MemoryPartition> partitions = new ArrayList<>();
  private final Streams streams;
  private final Map<String, MemoryTable> tables = new ConcurrentHashMap<>();
  private final Serial serial = new Serial(this::endOfRound);
  private @Nullable CommitListener listener;
  private boolean committed;
  private boolean closed;

  /// @param streams one of them named [StreamSettings#DEFAULT]
  public MemoryEngine(List<StreamSettings> streams) {
    this.streams = new Streams(streams);
    for (StreamSettings stream : streams) {
      partitions.add(new MemoryPartition(partitions.size(), stream, 0));
    }
  }

  // ---------------------------------------------------------------- engine

  @Override
  public void start(CommitListener commitListener) {
    listener = commitListener;
  }

  @Override
  public void submit(Batch batch) {
    serial.execute(() -> commit(batch));
  }

  private void commit(Batch batch) {
    CommitListener told = listener;
    if (told == null) {
      throw new IllegalStateException("submit before start");
    }
    committed = true;
    if (closed) {
      told.settled(
          batch, new EngineFailure(EngineFailure.Kind.UNAVAILABLE, "the node is shutting down"));
      return;
    }
    for (Batch.Row row : batch.rows()) {
      table(row.table()).put(row.key(), row.value());
    }
    List<Batch.Append> appends = batch.appends();
    boolean[] matched = new boolean[appends.size()];
    for (int i = 0; i < matched.length; i++) {
      matched[i] = append(appends.get(i), told);
    }
    batch.matched(matched);
    told.settled(batch, null);
  }

  private boolean append(Batch.Append append, CommitListener told) {
    Message message = append.message();
    Batch.Row row = append.row();
    if (row != null) {
      table(row.table()).put(row.key(), row.value());
    }
    Stored stored =
        append.stored()
            ? partitionFor(message.topic()).append(message)
            : new Stored(message, -1, -1);
    if (message.retain()) {
      byte[] value = message.payload().length == 0 ? null : MessageFormat.encode(stored);
      table(Tables.RETAINED).put(message.topic().getBytes(UTF_8), value);
    }
    return append.stored() && told.committed(stored);
  }

  private void endOfRound() {
    if (committed && listener != null) {
      committed = false;
      listener.endOfCommit();
    }
  }

  @Override
  public Log log() {
    return this;
  }

  @Override
  public MemoryTable table(String name) {
    return tables.computeIfAbsent(name, key -> new MemoryTable());
  }

  @Override
  public @Nullable EngineFailure trouble() {
    return null;
  }

  @Override
  public void tick(long nowMillis) {
    serial.execute(() -> partitions.forEach(partition -> partition.expire(nowMillis)));
  }

  @Override
  public void close() {
    serial.execute(() -> closed = true);
  }

  // ---------------------------------------------------------------- log

  private MemoryPartition partitionFor(String topic) {
    return partitions.get(streams.of(topic));
  }

  @Override
  public int partitions() {
    return partitions.size();
  }

  @Override
  public boolean captures(Message message) {
    return streams.captures(message);
  }

  @Override
  public long head(int partition) {
    return partitions.get(partition).head();
  }

  @Override
  public long start(int partition) {
    return partitions.get(partition).start();
  }

  @Override
  public long endangered(int partition) {
    return partitions.get(partition).endangered();
  }

  @Override
  public Position position(int partition, long offset) {
    return new Position(partitions.get(partition).settings().name(), 0, EPOCH, offset);
  }

  @Override
  public int partition(String stream, int partition) {
    for (int i = 0; i < partitions.size(); i++) {
      if (partition == 0 && partitions.get(i).settings().name().equals(stream)) {
        return i;
      }
    }
    return -1;
  }

  @Override
  public void seek(int partition, long timestampMillis, LongConsumer answer) {
    serial.execute(() -> answer.accept(partitions.get(partition).seek(timestampMillis)));
  }

  @Override
  public void read(Request request, Consumer<Slice> answer) {
    serial.execute(() -> answer.accept(partitions.get(request.partition()).read(request)));
  }

  @Override
  public void fetch(int partition, long[] offsets, Consumer<List<Stored>> answer) {
    serial.execute(() -> answer.accept(partitions.get(partition).fetch(offsets)));
  }
}
