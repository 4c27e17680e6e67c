package io.forebay.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.forebay.core.log.MessageFormat;
import io.forebay.core.log.Stored;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/// Reads the slices of partitions: every message decodes and is in its place, and the topic index
/// says the same as the messages.
final class SliceCheck {
  private static final int BLOCKS_PER_TELLING = 256;

  private final Database database;
  private final LogCheck.Progress progress;
  private final Consumer<LogCheck.Damage> found;

  SliceCheck(Database database, LogCheck.Progress progress, Consumer<LogCheck.Damage> found) {
    this.database = database;
    this.progress = progress;
    this.found = found;
  }

  void check(FilePartition partition) {
    for (int i = 0; i < partition.slices().size(); i++) {
      new OfSlice(partition, i).check();
    }
  }

  private final class OfSlice {
    private final FilePartition partition;
    private final LogSlice slice;
    private final long end;
    private final long mark;
    private final IndexAgreement agreement = new IndexAgreement();

    /// All below was looked at.
    private long next;

    private long appendMillis = Long.MIN_VALUE;
    private long read;

    OfSlice(FilePartition partition, int i) {
      this.partition = partition;
      slice = partition.slices().get(i);
      end = partition.end(i);
      mark = slice.index().indexedTo();
      next = slice.begin();
    }

    void check() {
      try (ReadOptions all = new ReadOptions().setFillCache(false);
          RocksIterator rows = database.db().newIterator(slice.family(), all)) {
        try {
          blocks(rows);
        } catch (RocksDBException | IllegalArgumentException | StoreException e) {
          tell("after offset " + next + ": " + LogCheck.words(e));
          return;
        } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
          tell("after offset " + next + ": a block of messages is cut short");
          return;
        }
        try {
          index(rows);
        } catch (RocksDBException e) {
          tell("topic index: " + LogCheck.words(e));
          return;
        } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
          tell("topic index: a row is cut short");
          return;
        }
      }
      IndexAgreement.Stretch wrong = agreement.disagreement();
      if (wrong != null) {
        tell(
            "topic index: it does not say what the messages from offset %d to %d say"
                .formatted(Math.max(slice.begin(), wrong.from()), Math.min(end, wrong.to()) - 1));
      }
    }

    private void tell(String what) {
      found.accept(
          new LogCheck.Damage(
              "slice " + slice.number() + " of stream " + partition.stream(), what));
    }

    private void blocks(RocksIterator rows) throws RocksDBException {
      rows.seek(BlockFormat.firstKey());
      while (rows.isValid() && Arrays.compareUnsigned(rows.key(), BlockFormat.endKey()) < 0) {
        block(rows.key(), rows.value());
        if (read++ % BLOCKS_PER_TELLING == 0) {
          progress.at(
              "stream " + partition.stream() + ", messages",
              next - partition.start(),
              partition.head() - partition.start());
        }
        rows.next();
      }
      rows.status();
    }

    private void block(byte[] key, byte[] value) {
      long first = BlockFormat.firstOffset(key);
      ByteBuffer bytes = BlockFormat.check(value);
      require(first >= next, "offset " + first + " comes again");
      require(BlockFormat.firstOffset(bytes) == first, "a block says it is another one");
      require(BlockFormat.appendMillis(bytes) >= appendMillis, "the time of a block goes back");
      appendMillis = BlockFormat.appendMillis(bytes);
      for (int i = 0; i < BlockFormat.count(bytes); i++) {
        bytes.position(BlockFormat.start(bytes, i));
        Stored stored = MessageFormat.decode(bytes);
        require(
            stored.offset() == BlockFormat.offset(bytes, i)
                && stored.partition() == partition.number(),
            "a message says that it is another one, offset " + stored.offset());
        if (stored.offset() < mark) {
          agreement.message(stored.message().topic(), stored.offset());
        }
      }
      next = BlockFormat.end(bytes);
      require(next <= end, "it goes on into the next slice");
    }

    private static void require(boolean right, String otherwise) {
      if (!right) {
        throw new IllegalArgumentException(otherwise);
      }
    }

    private void index(RocksIterator rows) throws RocksDBException {
      byte @Nullable [] topic = null;
      byte[] value = {};
      long first = 0;
      rows.seek(IndexRow.LOWEST_KEY);
      while (rows.isValid() && Arrays.compareUnsigned(rows.key(), IndexRow.BEYOND_KEYS) < 0) {
        byte[] key = rows.key();
        if (topic != null) {
          // What the next segment has is not this one's, as readers see it.
          boolean more = IndexRow.isOf(topic, key);
          index(topic, value, first, more ? Math.min(mark, IndexRow.first(key)) : mark);
        }
        topic = IndexRow.topic(key);
        value = rows.value();
        first = IndexRow.first(key);
        rows.next();
      }
      rows.status();
      if (topic != null) {
        index(topic, value, first, mark);
      }
    }

    private void index(byte[] topic, byte[] value, long first, long to) {
      String name = new String(topic, UTF_8);
      IndexRow.each(value, first, to, offset -> agreement.indexed(name, offset));
    }
  }
}
