package io.forebay.kafka;

import io.forebay.core.log.Log;
import io.forebay.core.log.Stored;
import io.forebay.core.message.Message;
import io.forebay.core.message.Position;
import io.forebay.kafka.mapping.RecordMapping;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;

/// The log as this node sees it: its copy, and before that what Kafka still has.
final class KafkaLog implements Log {
  private final Log copy;
  private final Catalog catalog;
  private final FarReaders far;

  /// Where partitions begin in Kafka.
  private final Map<Integer, Long> begins = new ConcurrentHashMap<>();

  private volatile Set<String> gone = Set.of();

  KafkaLog(Log copy, Catalog catalog, FarReaders far) {
    this.copy = copy;
    this.catalog = catalog;
    this.far = far;
  }

  /// Kafka's retention may have removed something. Any thread.
  void beginsAt(int partition, long offset) {
    begins.put(partition, offset);
  }

  @Override
  public int partitions() {
    return catalog.size();
  }

  @Override
  public boolean captures(Message message) {
    return RecordMapping.carries(message.topic());
  }

  @Override
  public long head(int partition) {
    return copy.head(partition);
  }

  @Override
  public long start(int partition) {
    long here = copy.start(partition);
    Long inKafka = begins.get(partition);
    return inKafka == null ? here : Math.min(here, inKafka);
  }

  /// What Kafka is about to remove it does not say.
  @Override
  public long endangered(int partition) {
    return start(partition);
  }

  @Override
  public Position position(int partition, long offset) {
    Catalog.Entry entry = catalog.at(partition);
    return entry == null
        ? new Position("unknown", partition, 0, offset)
        : new Position(
            entry.partition().topic(), entry.partition().partition(), entry.epoch(), offset);
  }

  @Override
  public int partition(String stream, int partition) {
    Catalog.Entry entry = catalog.of(new TopicPartition(stream, partition));
    return entry == null ? -1 : entry.number();
  }

  private boolean isFar(int partition, long offset) {
    return offset < copy.start(partition) && catalog.at(partition) != null;
  }

  private Catalog.Entry at(int partition) {
    Catalog.Entry entry = catalog.at(partition);
    if (entry == null) {
      throw new IllegalArgumentException("there is no partition " + partition);
    }
    return entry;
  }

  @Override
  public void seek(int partition, long timestampMillis, LongConsumer answer) {
    copy.seek(
        partition,
        timestampMillis,
        here -> {
          if (here > copy.start(partition) || catalog.at(partition) == null) {
            answer.accept(here);
          } else {
            far.seek(at(partition), timestampMillis, here, answer);
          }
        });
  }

  @Override
  public void read(Request request, Consumer<Slice> answer) {
    int partition = request.partition();
    boolean wantsAny =
        !request.filters().names().isEmpty() || !request.filters().patterns().isEmpty();
    if (wantsAny && isFar(partition, request.fromOffset())) {
      far.read(at(partition), request, copy.start(partition), answer);
    } else {
      copy.read(request, answer);
    }
  }

  /// What another node had and this one has not read yet is asked for in Kafka, too: an answer
  /// without it would say that it is removed.
  @Override
  public void fetch(int partition, long[] offsets, Consumer<List<Stored>> answer) {
    Catalog.Entry entry = catalog.at(partition);
    long start = copy.start(partition);
    long head = copy.head(partition);
    long[] elsewhere =
        Arrays.stream(offsets).filter(each -> each < start || each >= head).toArray();
    if (elsewhere.length == 0 || entry == null || gone.contains(entry.partition().topic())) {
      copy.fetch(partition, offsets, answer);
      return;
    }
    long[] here = Arrays.stream(offsets).filter(each -> each >= start && each < head).toArray();
    far.fetch(
        entry,
        elsewhere,
        found ->
            copy.fetch(
                partition,
                here,
                more ->
                    answer.accept(
                        Stream.concat(found.stream(), more.stream())
                            .sorted(Comparator.comparingLong(Stored::offset))
                            .toList())));
  }

  /// These topics are no more. Any thread.
  void gone(Set<String> topics) {
    gone = topics;
  }
}
