package io.forebay.store;

import java.util.HashMap;
import java.util.Map;

/// Topics and their offsets of one run of messages, in memory. Grows under the lock of its
/// [SliceIndex]; does not change any more once it is sealed.
final class IndexSegment {
  private final long first;
  private final Map<String, Offsets> topics = new HashMap<>();
  private long end;
  private int count;

  /// @param first no offset is below it
  IndexSegment(long first) {
    this.first = first;
    end = first;
  }

  void add(String topic, long offset) {
    Offsets offsets = topics.get(topic);
    if (offsets == null) {
      offsets = new Offsets();
      topics.put(topic, offsets);
    }
    offsets.add(offset);
    end = offset + 1;
    count++;
  }

  long first() {
    return first;
  }

  /// Above all of its offsets.
  long end() {
    return end;
  }

  int count() {
    return count;
  }

  Map<String, Offsets> topics() {
    return topics;
  }

  boolean overlaps(Hits hits) {
    return first < hits.limit() && end > hits.from();
  }

  void find(String topic, Hits hits) {
    Offsets offsets = topics.get(topic);
    if (offsets == null) {
      return;
    }
    int i = offsets.firstFrom(hits.from());
    while (i < offsets.size() && hits.add(offsets.get(i))) {
      i++;
    }
  }
}
