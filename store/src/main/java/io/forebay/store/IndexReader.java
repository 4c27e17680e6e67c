package io.forebay.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.forebay.core.topic.TopicFilter;
import java.util.Set;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/// One look into the sealed segments of a topic index. Used by one thread.
final class IndexReader implements AutoCloseable {
  private final RocksIterator rows;
  private final long indexedTo;
  private long seeksLeft;
  private int around;

  /// @param indexedTo what rows say of offsets from here on does not count
  /// @param seeks how many [#topics] may do in all
  IndexReader(RocksIterator rows, long indexedTo, long seeks) {
    this.rows = rows;
    this.indexedTo = indexedTo;
    seeksLeft = seeks;
  }

  long seeksLeft() {
    return seeksLeft;
  }

  /// Goes from topic to topic that the filter may match, and over all between.
  ///
  /// @param topics gets those that it does match
  /// @param maximumTopics it gives up when there are more in `topics`
  /// @return whether these are all
  boolean topics(String filter, Set<String> topics, int maximumTopics) throws RocksDBException {
    FilterWalk walk = new FilterWalk(filter);
    byte[] candidate = walk.first();
    while (candidate != null) {
      if (seeksLeft-- == 0) {
        return false;
      }
      rows.seek(IndexRow.lowestKey(candidate));
      if (!rows.isValid()) {
        break;
      }
      byte[] topic = IndexRow.topic(rows.key());
      String name = new String(topic, UTF_8);
      if (TopicFilter.matches(filter, name) && topics.add(name) && topics.size() > maximumTopics) {
        return false;
      }
      candidate = walk.after(topic);
    }
    rows.status();
    return true;
  }

  /// Finds the messages of a topic. Ends the search before a segment that has more of them than
  /// `many`: there is nothing to gain.
  void find(String topic, Hits hits, int many) throws RocksDBException {
    byte[] name = topic.getBytes(UTF_8);
    seek(name, hits.from());
    while (rows.isValid() && IndexRow.isOf(name, rows.key())) {
      long first = IndexRow.first(rows.key());
      if (first >= Math.min(hits.limit(), indexedTo)) {
        break;
      }
      byte[] value = rows.value();
      int count = IndexRow.count(value);
      around += first <= hits.from() ? count : 0;
      if (count > many || around > many) {
        hits.cut(Math.max(first, hits.from()));
        break;
      }
      rows.next();
      // What the next segment has is not this one's, even if it says so: an interrupted seal.
      boolean more = rows.isValid() && IndexRow.isOf(name, rows.key());
      long end = more ? Math.min(indexedTo, IndexRow.first(rows.key())) : indexedTo;
      IndexRow.find(value, first, end, hits);
    }
    rows.status();
  }

  /// To the topic's row of the segment in which `from` is, or the first after it.
  private void seek(byte[] topic, long from) {
    byte[] key = IndexRow.key(topic, from);
    rows.seekForPrev(key);
    if (!rows.isValid() || !IndexRow.isOf(topic, rows.key())) {
      rows.seek(key);
    }
  }

  @Override
  public void close() {
    rows.close();
  }
}
