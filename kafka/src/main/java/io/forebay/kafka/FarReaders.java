package io.forebay.kafka;

import io.forebay.core.log.Log;
import io.forebay.core.log.Stored;
import io.forebay.core.message.Message;
import io.forebay.kafka.mapping.Incoming;
import io.forebay.kafka.mapping.RecordMapping;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads from Kafka what is no longer in this node's copy: a few threads, each with a consumer, for
/// all who are that far behind. What was read last is kept for a while, since those who come back
/// together read the same.
final class FarReaders implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FarReaders.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final int POLLS = 10;
  private static final int RETRY_MILLIS = 500;
  private static final int CLOSE_MILLIS = 5_000;

  private interface Task {
    /// @return tells what was read
    Runnable read(Consumer<byte[], byte[]> consumer);

    void giveUp();

    /// Whether giving up would say something that is not so.
    default boolean mustRead() {
      return false;
    }
  }

  private final RecordMapping mapping;
  private final FarChunks chunks = new FarChunks();
  private final LinkedBlockingQueue<Task> tasks = new LinkedBlockingQueue<>();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean closing;

  FarReaders(KafkaSettings settings, Clients clients) {
    this(settings, clients::consumer);
  }

  /// @param consumers makes one for a purpose
  FarReaders(KafkaSettings settings, Function<String, Consumer<byte[], byte[]>> consumers) {
    mapping = settings.mapping();
    for (int i = 0; i < settings.farReaders(); i++) {
      String purpose = "far-" + i;
      threads.add(
          Thread.ofPlatform()
              .name("forebay-kafka-" + purpose)
              .daemon()
              .start(() -> serve(consumers.apply(purpose))));
    }
  }

  private void serve(Consumer<byte[], byte[]> consumer) {
    try {
      while (!closing) {
        serve(tasks.take(), consumer);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      // The interrupt has done its work, and would keep the consumer from closing.
      Thread.interrupted();
      consumer.close(CloseOptions.timeout(Duration.ofMillis(CLOSE_MILLIS)));
    }
  }

  /// Whoever asks gets one answer, whatever fails; and the thread goes on.
  private void serve(Task task, Consumer<byte[], byte[]> consumer) throws InterruptedException {
    Runnable answer = task::giveUp;
    try {
      answer = task.read(consumer);
    } catch (InterruptException | WakeupException e) {
      LOG.debug("reading ends");
    } catch (KafkaException e) {
      LOG.warn("Kafka could not be read: {}", Failures.words(e));
      if (task.mustRead()) {
        Thread.sleep(RETRY_MILLIS);
        add(task);
        return;
      }
    } catch (RuntimeException e) {
      LOG.error("what Kafka has could not be read in a way that was not foreseen", e);
    }
    try {
      answer.run();
    } catch (RuntimeException e) {
      LOG.error("whoever asked for what is in Kafka failed", e);
    }
  }

  private void add(Task task) {
    tasks.add(task);
    if (closing) {
      refuseRest();
    }
  }

  private void refuseRest() {
    for (Task task = tasks.poll(); task != null; task = tasks.poll()) {
      task.giveUp();
    }
  }

  /// As [Log#read].
  ///
  /// @param to the copy begins there: no need to read on
  void read(
      Catalog.Entry entry,
      Log.Request request,
      long to,
      java.util.function.Consumer<Log.Slice> answer) {
    add(
        new Task() {
          @Override
          public Runnable read(Consumer<byte[], byte[]> consumer) {
            Log.Slice slice = slice(consumer, entry, request, to);
            return () -> answer.accept(slice);
          }

          @Override
          public void giveUp() {
            answer.accept(new Log.Slice(List.of(), request.fromOffset(), false, 0));
          }
        });
  }

  private Log.Slice slice(
      Consumer<byte[], byte[]> consumer, Catalog.Entry entry, Log.Request request, long to) {
    FarChunks.Chunk chunk = chunk(consumer, entry, request.fromOffset());
    long lost = Math.max(0, chunk.from() - request.fromOffset());
    List<Stored> found = new ArrayList<>();
    long next = Math.max(chunk.next(), request.fromOffset());
    for (Stored each : chunk.messages()) {
      if (each.offset() >= request.fromOffset()
          && request.filters().matches(each.message().topic())) {
        if (found.size() == request.maximumMessages()) {
          next = each.offset();
          break;
        }
        found.add(each);
      }
    }
    return new Log.Slice(found, next, false, Math.min(lost, to - request.fromOffset()));
  }

  /// What comes from an offset on, at least something unless there is nothing.
  private FarChunks.Chunk chunk(Consumer<byte[], byte[]> consumer, Catalog.Entry entry, long from) {
    FarChunks.Chunk kept = chunks.find(entry.number(), from);
    if (kept != null) {
      return kept;
    }
    TopicPartition partition = entry.partition();
    consumer.assign(List.of(partition));
    consumer.seek(partition, from);
    long begin = from;
    List<Stored> messages = new ArrayList<>();
    for (int i = 0; i < POLLS && consumer.position(partition) == begin; i++) {
      try {
        for (ConsumerRecord<byte[], byte[]> each : consumer.poll(POLL).records(partition)) {
          if (mapping.fromRecord(each) instanceof Incoming.Taken(Message message, int leftOut)) {
            messages.add(new Stored(message, entry.number(), each.offset()));
          }
        }
      } catch (OffsetOutOfRangeException e) {
        Map<TopicPartition, Long> beginning = consumer.beginningOffsets(List.of(partition));
        begin = beginning.getOrDefault(partition, begin);
        consumer.seek(partition, begin);
      }
    }
    if (consumer.position(partition) == begin && begin < end(consumer, partition)) {
      // Not that there was nothing.
      throw new TimeoutException("nothing came from " + partition + " within a while");
    }
    FarChunks.Chunk chunk =
        new FarChunks.Chunk(entry.number(), begin, consumer.position(partition), messages);
    chunks.keep(chunk);
    return chunk;
  }

  private static long end(Consumer<byte[], byte[]> consumer, TopicPartition partition) {
    return consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
  }

  /// As [Log#fetch].
  void fetch(
      Catalog.Entry entry, long[] offsets, java.util.function.Consumer<List<Stored>> answer) {
    add(
        new Task() {
          @Override
          public Runnable read(Consumer<byte[], byte[]> consumer) {
            List<Stored> found = new ArrayList<>();
            FarChunks.@Nullable Chunk chunk = null;
            for (long offset : offsets) {
              if (chunk == null || offset >= chunk.next()) {
                chunk = chunk(consumer, entry, offset);
              }
              for (Stored each : chunk.messages()) {
                if (each.offset() == offset) {
                  found.add(each);
                }
              }
            }
            return () -> answer.accept(found);
          }

          // An answer without them says that they are removed.
          @Override
          public boolean mustRead() {
            return true;
          }

          @Override
          public void giveUp() {
            answer.accept(List.of());
          }
        });
  }

  /// As [Log#seek].
  ///
  /// @param otherwise the answer if Kafka does not know
  void seek(Catalog.Entry entry, long timestampMillis, long otherwise, LongConsumer answer) {
    add(
        new Task() {
          @Override
          public Runnable read(Consumer<byte[], byte[]> consumer) {
            OffsetAndTimestamp found =
                consumer
                    .offsetsForTimes(Map.of(entry.partition(), timestampMillis))
                    .get(entry.partition());
            long from = found == null ? otherwise : Math.min(otherwise, found.offset());
            return () -> answer.accept(from);
          }

          @Override
          public void giveUp() {
            answer.accept(otherwise);
          }
        });
  }

  @Override
  public void close() {
    closing = true;
    threads.forEach(Thread::interrupt);
    refuseRest();
    for (Thread thread : threads) {
      try {
        thread.join(CLOSE_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
