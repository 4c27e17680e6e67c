package io.forebay.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.forebay.core.log.Batch;
import io.forebay.core.log.Log;
import io.forebay.core.log.Replica;
import io.forebay.core.log.Stored;
import io.forebay.core.log.Table;
import io.forebay.core.topic.FilterSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A replica under test.
final class Copied implements AutoCloseable {
  private static final int SLICES = 1_000_000;

  final LocalReplica replica;

  private Copied(LocalReplica replica) {
    this.replica = replica;
  }

  /// With housekeeping on a thread of its own.
  static Copied open(StoreSettings settings, StreamSettings... streams) {
    return new Copied(LocalReplica.open(settings, name -> named(name, streams)));
  }

  /// Housekeeping is done when it comes up, so that a test can rely on it.
  static Copied inOrder(StoreSettings settings, StreamSettings... streams) {
    return new Copied(new LocalReplica(settings, name -> named(name, streams), new AtOnce()));
  }

  private static StreamSettings named(String name, StreamSettings... streams) {
    return Arrays.stream(streams)
        .filter(stream -> stream.name().equals(name))
        .findFirst()
        .orElseGet(() -> Kept.onDisk(name));
  }

  /// Partition 0 of a stream, in its first epoch.
  long partition(int number, String stream) {
    return replica.partition(number, new Replica.Place(stream, 0, 1));
  }

  static Stored message(int partition, long offset, String topic, String payload) {
    return new Stored(Messages.of(topic, payload), partition, offset);
  }

  static Batch.Row row(String key, @Nullable String value) {
    return new Batch.Row("t", key.getBytes(UTF_8), value == null ? null : value.getBytes(UTF_8));
  }

  void write(Stored... messages) {
    replica.write(new Replica.Change(List.of(messages), List.of(), List.of()));
  }

  void head(int partition, long offset) {
    replica.write(
        new Replica.Change(List.of(), List.of(new Replica.Head(partition, offset)), List.of()));
  }

  Log.Slice read(int partition, long from, int most, String... filters) {
    return Kept.<Log.Slice>await(
        answer ->
            replica.read(
                new Log.Request(partition, from, new FilterSet(List.of(filters)), most), answer));
  }

  /// Everything from an offset to the head.
  List<Stored> readAll(int partition, long from, int most, String... filters) {
    List<Stored> all = new ArrayList<>();
    long next = from;
    for (int slices = 0; slices < SLICES; slices++) {
      Log.Slice slice = read(partition, next, most, filters);
      all.addAll(slice.messages());
      if (slice.nextOffset() < next || slice.messages().size() > most) {
        throw new AssertionError("from " + next + " it goes on with " + slice);
      }
      next = slice.nextOffset();
      if (slice.atHead()) {
        if (next < replica.head(partition)) {
          throw new AssertionError("at the head, and yet at " + next);
        }
        return all;
      }
    }
    throw new AssertionError("it does not end at " + replica.head(partition));
  }

  List<Stored> fetch(int partition, long... offsets) {
    return Kept.<List<Stored>>await(answer -> replica.fetch(partition, offsets, answer));
  }

  long seek(int partition, long timestampMillis) {
    return Kept.<Long>await(answer -> replica.seek(partition, timestampMillis, answer::accept));
  }

  List<String> payloads(int partition, String... filters) {
    return readAll(partition, 0, 100, filters).stream().map(Kept::payload).toList();
  }

  @Nullable String get(String key) {
    byte[] value =
        Kept.<byte @Nullable []>await(
            answer -> replica.table("t").get(key.getBytes(UTF_8), answer));
    return value == null ? null : new String(value, UTF_8);
  }

  List<String> keys() {
    List<Table.Entry> rows =
        Kept.<List<Table.Entry>>await(
            answer -> replica.table("t").scan(new byte[0], 1_000, answer));
    return rows.stream().map(row -> new String(row.key(), UTF_8)).toList();
  }

  @Override
  public void close() {
    replica.close();
  }
}
