package io.forebay.sim.cluster;

import io.forebay.core.log.Batch;
import io.forebay.core.log.Stored;
import io.forebay.core.message.Message;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// What the nodes of a cluster share, and all that they share: partitions of messages, one log of
/// everything they agree on, one of what they say to each other. Each is read from its beginning,
/// by each node at its own pace.
public final class SharedLog {
  static final int PARTITIONS = 3;

  /// What the nodes agree on. Every node that has read as far has come to the same conclusions.
  sealed interface Entry {}

  /// A node is there from now on.
  record Hello(long node) implements Entry {}

  /// A node is taken for dead.
  record Verdict(long node) implements Entry {}

  /// Rows of one batch.
  ///
  /// @param submitted of whom they are; null if nobody waits for them
  record Rows(long writer, List<Batch.Row> rows, @Nullable Object submitted) implements Entry {}

  /// A node asks for a name.
  ///
  /// @param question of whom it is
  record Take(long node, String name, boolean onlyIfFree, Object question) implements Entry {}

  record Release(long node, String name) implements Entry {}

  /// What one node says to another.
  record Words(long from, long to, byte[] bytes) {}

  private final List<Entry> records = new ArrayList<>();
  private final List<Words> words = new ArrayList<>();
  private final List<List<Stored>> partitions =
      IntStream.range(0, PARTITIONS).<List<Stored>>mapToObj(i -> new ArrayList<>()).toList();
  private final long[] heads = new long[PARTITIONS];
  private final Set<Long> dead = new HashSet<>();
  private long numbers;

  /// Every message in the order of its partition, for oracles.
  public List<List<Stored>> messages() {
    return partitions;
  }

  List<Entry> records() {
    return records;
  }

  List<Words> words() {
    return words;
  }

  long newNumber() {
    return ++numbers;
  }

  /// Whether a node is known as dead to the log: it writes no message together with a row any more.
  boolean isDead(long node) {
    return dead.contains(node);
  }

  void add(Entry entry) {
    records.add(entry);
    if (entry instanceof Verdict verdict) {
      dead.add(verdict.node());
    }
  }

  void add(Words said) {
    words.add(said);
  }

  /// @param withRow it is written together with something else, which takes an offset too
  Stored append(Message message, boolean withRow) {
    int partition = Math.floorMod(message.topic().hashCode(), PARTITIONS);
    Stored stored = new Stored(message, partition, heads[partition]);
    heads[partition] += withRow ? 2 : 1;
    partitions.get(partition).add(stored);
    return stored;
  }
}
