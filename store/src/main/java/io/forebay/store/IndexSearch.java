package io.forebay.store;

import io.forebay.core.topic.FilterSet;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/// One lookup in a topic index, in what was on disk and in memory at one moment.
final class IndexSearch {
  /// A seek costs about as much as looking at so many messages.
  private static final int MESSAGES_PER_SEEK = 32;

  private static final long MAXIMUM_SEEKS = 1_024;
  private static final int MAXIMUM_TOPICS = 256;
  private static final int MAXIMUM_REMEMBERED = 1_024;

  private final IndexRows rows;
  private final long indexedTo;
  private final @Nullable IndexSegment sealing;
  private final IndexSegment open;
  private final long end;
  private final Lock lock;
  private final int segmentMessages;
  private final Set<String> tooWide;
  private final Set<String> topics = new HashSet<>();

  /// Called with the lock.
  ///
  /// @param indexedTo all below it is on disk
  /// @param sealing the segment after it, if it is being written
  /// @param open the last segment, which grows under `lock`
  /// @param tooWide filters that were seen to match too many topics, which never become fewer
  IndexSearch(
      IndexRows rows,
      long indexedTo,
      @Nullable IndexSegment sealing,
      IndexSegment open,
      Lock lock,
      int segmentMessages,
      Set<String> tooWide) {
    this.rows = rows;
    this.indexedTo = indexedTo;
    this.sealing = sealing;
    this.open = open;
    this.lock = lock;
    this.segmentMessages = segmentMessages;
    this.tooWide = tooWide;
    end = open.end();
  }

  SliceIndex.@Nullable Found find(FilterSet filters, long from, long to, int maximum)
      throws RocksDBException {
    Hits hits = new Hits(from, Math.min(to, end), maximum);
    long range = hits.limit() - from;
    long seeks = Math.min(range / MESSAGES_PER_SEEK, MAXIMUM_SEEKS);
    int given = filters.names().size() + filters.patterns().size();
    if (range <= segmentMessages / MESSAGES_PER_SEEK
        || given > Math.min(seeks, MAXIMUM_TOPICS)
        || filters.patterns().stream().anyMatch(tooWide::contains)) {
      return null;
    }
    topics.addAll(filters.names());
    if (from < indexedTo) {
      try (IndexReader reader = rows.read(indexedTo, seeks)) {
        if (!expand(filters, reader) || !expandInMemory(filters, hits)) {
          return null;
        }
        for (String topic : topics) {
          // A topic that is in more than an eighth of the messages is found faster by looking at
          // all: it is in every block.
          reader.find(topic, hits, segmentMessages / 8);
        }
      }
    } else if (!expandInMemory(filters, hits)) {
      return null;
    }
    findInMemory(hits);
    return hits.limit() > from ? hits.found() : null;
  }

  /// @return false if there are too many topics
  private boolean expand(FilterSet filters, IndexReader reader) throws RocksDBException {
    for (String pattern : filters.patterns()) {
      int topicsBefore = topics.size();
      long seeksBefore = reader.seeksLeft();
      if (!reader.topics(pattern, topics, MAXIMUM_TOPICS)) {
        boolean alone =
            seeksBefore == MAXIMUM_SEEKS || topics.size() - topicsBefore > MAXIMUM_TOPICS;
        if (alone && tooWide.size() < MAXIMUM_REMEMBERED) {
          tooWide.add(pattern);
        }
        return false;
      }
    }
    return true;
  }

  /// @return false if there are too many topics
  private boolean expandInMemory(FilterSet filters, Hits hits) {
    if (filters.patterns().isEmpty()) {
      return true;
    }
    if (sealing != null && sealing.overlaps(hits) && !expand(filters, sealing)) {
      return false;
    }
    if (end <= hits.from() || open.first() >= hits.limit()) {
      return true;
    }
    lock.lock();
    try {
      // The writer waits: with more topics, what is in the open segment is left to a scan.
      if (open.topics().size() > segmentMessages / 16) {
        hits.cut(open.first());
        return true;
      }
      return expand(filters, open);
    } finally {
      lock.unlock();
    }
  }

  private boolean expand(FilterSet filters, IndexSegment segment) {
    for (String topic : segment.topics().keySet()) {
      if (filters.matches(topic) && topics.add(topic) && topics.size() > MAXIMUM_TOPICS) {
        return false;
      }
    }
    return true;
  }

  private void findInMemory(Hits hits) {
    if (sealing != null && sealing.overlaps(hits)) {
      for (String topic : topics) {
        sealing.find(topic, hits);
      }
    }
    if (open.first() < hits.limit()) {
      lock.lock();
      try {
        for (String topic : topics) {
          open.find(topic, hits);
        }
      } finally {
        lock.unlock();
      }
    }
  }
}
