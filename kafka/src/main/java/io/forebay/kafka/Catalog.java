package io.forebay.kafka;

import io.forebay.core.log.Replica;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/// The partitions by number. All nodes give the same numbers, since they read the same entries in
/// the same order; so cursors mean the same on all of them. Written by the tail, read by any
/// thread.
final class Catalog {

  /// @param epoch how many topics of this name were before, plus one
  record Entry(int number, Uuid topicId, TopicPartition partition, int epoch) {
    Replica.Place place() {
      return new Replica.Place(partition.topic(), partition.partition(), epoch);
    }
  }

  private record Identity(Uuid topicId, int partition) {}

  private final List<Entry> entries = new CopyOnWriteArrayList<>();
  private final Map<Identity, Entry> byIdentity = new ConcurrentHashMap<>();

  /// Of each partition that of the newest topic.
  private final Map<TopicPartition, Entry> newest = new ConcurrentHashMap<>();

  private final Map<String, Set<Uuid>> lives = new HashMap<>();

  /// @return the entry, null if it was known
  @Nullable Entry apply(Control.Entered entered) {
    Identity identity = new Identity(entered.topicId(), entered.partition());
    if (byIdentity.containsKey(identity)) {
      return null;
    }
    Set<Uuid> ids = lives.computeIfAbsent(entered.topic(), name -> new LinkedHashSet<>());
    ids.add(entered.topicId());
    int epoch = List.copyOf(ids).indexOf(entered.topicId()) + 1;
    TopicPartition partition = new TopicPartition(entered.topic(), entered.partition());
    Entry entry = new Entry(entries.size(), entered.topicId(), partition, epoch);
    entries.add(entry);
    byIdentity.put(identity, entry);
    newest.merge(partition, entry, (before, now) -> now.epoch() >= before.epoch() ? now : before);
    return entry;
  }

  boolean knows(Uuid topicId, int partition) {
    return byIdentity.containsKey(new Identity(topicId, partition));
  }

  int size() {
    return entries.size();
  }

  /// @return null if there is none of this number
  @Nullable Entry at(int number) {
    return number >= 0 && number < entries.size() ? entries.get(number) : null;
  }

  /// The newest topic's; null if there is none.
  @Nullable Entry of(TopicPartition partition) {
    return newest.get(partition);
  }

  List<Entry> all() {
    return entries;
  }
}
