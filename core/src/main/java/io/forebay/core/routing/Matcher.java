package io.forebay.core.routing;

import io.forebay.core.topic.SubscriptionIndex;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Matches topics against the index, for one thread: it remembers which wildcard filters matched a
/// topic until one comes or goes.
final class Matcher {
  /// Topics remembered; beyond it the memory begins anew. A topic is some hundred bytes.
  private static final int REMEMBERED_TOPICS = 10_000;

  private static final Interest[] NONE = {};

  private final SubscriptionIndex<Interest> index;
  private final Map<String, Interest[]> wildcards = new HashMap<>();
  private long epoch = -1;

  private Interest[] found = new Interest[8];
  private int size;

  Matcher(SubscriptionIndex<Interest> index) {
    this.index = index;
  }

  /// Finds all interests for `topic`; they are in [#get] until the next call.
  ///
  /// @return how many
  int match(String topic) {
    size = 0;
    @Nullable Interest exact = index.exact(topic);
    if (exact != null) {
      add(exact);
    }
    for (Interest wildcard : wildcards(topic)) {
      add(wildcard);
    }
    return size;
  }

  Interest get(int i) {
    return found[i];
  }

  private Interest[] wildcards(String topic) {
    long now = index.wildcardEpoch();
    if (now != epoch || wildcards.size() >= REMEMBERED_TOPICS) {
      wildcards.clear();
      epoch = now;
    }
    if (index.trieSize() == 0) {
      return NONE;
    }
    Interest[] known = wildcards.get(topic);
    if (known == null) {
      int before = size;
      index.wildcards(topic, this::add);
      known = size == before ? NONE : Arrays.copyOfRange(found, before, size);
      size = before;
      wildcards.put(topic, known);
    }
    return known;
  }

  private void add(Interest interest) {
    if (size == found.length) {
      found = Arrays.copyOf(found, 2 * size);
    }
    found[size++] = interest;
  }
}
