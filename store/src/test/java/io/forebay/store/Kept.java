package io.forebay.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.forebay.core.log.Batch;
import io.forebay.core.log.CommitListener;
import io.forebay.core.log.EngineFailure;
import io.forebay.core.log.Log;
import io.forebay.core.log.Stored;
import io.forebay.core.log.Table;
import io.forebay.core.message.Message;
import io.forebay.core.topic.FilterSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// An embedded engine under test, with a listener that writes down what it is told.
final class Kept implements AutoCloseable {
  private static final int SECONDS = 60;

  final EmbeddedEngine engine;
  final ConcurrentLinkedQueue<String> told = new ConcurrentLinkedQueue<>();

  Kept(StoreSettings settings, StreamSettings... streams) {
    this(EmbeddedEngine.open(settings, List.of(streams)));
  }

  /// An engine whose housekeeping is done when it comes up, so that a test can rely on it.
  static Kept inOrder(StoreSettings settings, StreamSettings... streams) {
    return new Kept(new EmbeddedEngine(settings, List.of(streams), new AtOnce()));
  }

  private Kept(EmbeddedEngine opened) {
    engine = opened;
    engine.start(
        new CommitListener() {
          @Override
          public boolean committed(Stored stored) {
            if (engine.head(stored.partition()) <= stored.offset()) {
              told.add("not readable: " + stored.offset());
            }
            told.add(payload(stored) + "@" + stored.partition() + ":" + stored.offset());
            return stored.message().topic().endsWith("wanted");
          }

          @Override
          public void settled(Batch batch, @Nullable EngineFailure failure) {
            told.add(failure == null ? "settled" : failure.kind().name());
            batch.tell(failure);
          }

          @Override
          public void endOfCommit() {
            told.add("end");
          }
        });
  }

  static StreamSettings onDisk(String name, String... topics) {
    return stream(name, Durability.DISK, Long.MAX_VALUE / 2, Long.MAX_VALUE / 2, topics);
  }

  static StreamSettings stream(
      String name, Durability durability, long retainMillis, long retainBytes, String... topics) {
    return new StreamSettings(
        name, List.of(topics), StreamSettings.Capture.ALL, durability, retainMillis, retainBytes);
  }

  /// Slices of a few blocks, and everything read from disk.
  static StoreSettings small(Path directory, Disk disk) {
    return new StoreSettings(
        directory, 0, 1 << 20, 8 << 20, 64 << 10, 1, 4, 4 << 10, 32 << 10, 1 << 20, disk);
  }

  static StoreSettings small(Path directory) {
    return small(directory, Disk.REAL);
  }

  static String payload(Stored stored) {
    return new String(stored.message().payload(), UTF_8);
  }

  /// What a `kill -9` leaves. Files that come and go while they are copied are of the background;
  /// an image that no kill would leave is made again.
  static Path copy(Path directory, Path to) {
    try {
      Map<Path, Long> before = sizes(directory);
      while (true) {
        Files.createDirectories(to);
        boolean whole = copyAll(before.keySet(), to);
        Map<Path, Long> after = sizes(directory);
        if (whole && after.equals(before)) {
          return to;
        }
        for (Path file : sizes(to).keySet()) {
          Files.delete(file);
        }
        before = after;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean copyAll(Set<Path> files, Path to) throws IOException {
    try {
      for (Path file : files) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private static Map<Path, Long> sizes(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.collect(Collectors.toMap(file -> file, file -> file.toFile().length()));
    }
  }

  static <T extends @Nullable Object> T await(Consumer<Consumer<T>> call) {
    CompletableFuture<Optional<T>> answer = new CompletableFuture<>();
    List<T> held = new ArrayList<>();
    call.accept(
        given -> {
          held.add(given);
          answer.complete(Optional.empty());
        });
    try {
      answer.get(SECONDS, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException("no answer", e);
    }
    return held.getFirst();
  }

  /// Commits, and waits until it is told.
  @Nullable EngineFailure commit(Batch batch) {
    return Kept.<@Nullable EngineFailure>await(
        answer -> {
          batch.afterwards(answer);
          engine.submit(batch);
        });
  }

  /// Submits while the disk fails, and returns when the engine has noticed. What became of the
  /// messages is told when the disk works again.
  CompletableFuture<Optional<EngineFailure>> appendFailing(
      FailingDisk disk, FailingDisk.Mode mode, Message... messages) {
    return failing(disk, mode, batch(messages));
  }

  /// As [#appendFailing].
  CompletableFuture<Optional<EngineFailure>> failing(
      FailingDisk disk, FailingDisk.Mode mode, Batch batch) {
    disk.mode = mode;
    CompletableFuture<Optional<EngineFailure>> told = new CompletableFuture<>();
    batch.afterwards(failure -> told.complete(Optional.ofNullable(failure)));
    engine.submit(batch);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (engine.trouble() == null) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("the engine does not notice");
      }
      Thread.onSpinWait();
    }
    return told;
  }

  private static Batch batch(Message... messages) {
    Batch batch = new Batch(0);
    for (Message message : messages) {
      batch.append(message, null, 0, null);
    }
    return batch;
  }

  @Nullable EngineFailure append(Message... messages) {
    return commit(batch(messages));
  }

  @Nullable EngineFailure put(String table, String key, @Nullable String value) {
    Batch batch = new Batch(0);
    batch.row(
        new Batch.Row(table, key.getBytes(UTF_8), value == null ? null : value.getBytes(UTF_8)));
    return commit(batch);
  }

  /// Runs a tick to its end.
  void tick(long nowMillis) {
    engine.tick(nowMillis);
    // The writer looks at ticks before batches.
    commit(new Batch(0));
  }

  Log.Slice read(int partition, long from, int most, String... filters) {
    return Kept.<Log.Slice>await(
        answer ->
            engine.read(
                new Log.Request(partition, from, new FilterSet(List.of(filters)), most), answer));
  }

  /// Everything from an offset to the head.
  List<Stored> readAll(int partition, long from, int most, String... filters) {
    List<Stored> all = new ArrayList<>();
    Log.Slice slice = read(partition, from, most, filters);
    all.addAll(slice.messages());
    while (!slice.atHead()) {
      slice = read(partition, slice.nextOffset(), most, filters);
      all.addAll(slice.messages());
    }
    return all;
  }

  List<String> payloads(int partition, String... filters) {
    return readAll(partition, 0, 100, filters).stream().map(Kept::payload).toList();
  }

  @Nullable String get(String table, String key) {
    byte[] value =
        Kept.<byte @Nullable []>await(
            answer -> engine.table(table).get(key.getBytes(UTF_8), answer));
    return value == null ? null : new String(value, UTF_8);
  }

  List<String> keys(String table, String from, int limit) {
    List<Table.Entry> rows =
        Kept.<List<Table.Entry>>await(
            answer -> engine.table(table).scan(from.getBytes(UTF_8), limit, answer));
    return rows.stream().map(row -> new String(row.key(), UTF_8)).toList();
  }

  @Override
  public void close() {
    engine.close();
  }
}
