package io.forebay.core.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.forebay.core.log.MessageFormat;
import io.forebay.core.log.Stored;
import io.forebay.core.log.Table;
import io.forebay.core.routing.Subscription;
import io.forebay.core.topic.TopicFilter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The retained messages that a new subscription is to get, page by page, so that `#` on a million
/// of them costs one page of memory at a time. Used on one session's lane.
final class Retained {
  /// Rows looked at for one page.
  private static final int PAGE_ROWS = 128;

  /// And their bytes, but for the last row: a page of large ones is short.
  private static final long PAGE_BYTES = 256 << 10;

  private final Table table;
  private final Subscription subscription;
  private final String filter;
  private final long[] liveFrom;

  /// What every matching key begins with.
  private final byte[] prefix;

  /// Where the next page begins; null when there is none.
  private byte @Nullable [] from;

  /// @param liveFrom per partition, the offset from which on the router offers messages to the
  ///   subscription
  Retained(Table table, Subscription subscription, long[] liveFrom) {
    this.table = table;
    this.liveFrom = liveFrom;
    this.subscription = subscription;
    this.filter = subscription.filter();
    this.prefix = literalPrefix(filter).getBytes(UTF_8);
    this.from = prefix;
  }

  /// Everything before the first wildcard; `a/#` also matches `a`, so there without the slash.
  private static String literalPrefix(String filter) {
    int plus = filter.indexOf('+');
    if (plus >= 0) {
      return filter.substring(0, plus);
    }
    if (!filter.endsWith("#")) {
      return filter;
    }
    return filter.substring(0, Math.max(0, filter.length() - 2));
  }

  Subscription subscription() {
    return subscription;
  }

  boolean exhausted() {
    return from == null;
  }

  /// Reads the next page. The answer comes on any thread.
  void next(Consumer<List<Stored>> answer) {
    byte[] start = from;
    if (start == null) {
      answer.accept(List.of());
    } else if (!TopicFilter.hasWildcard(filter)) {
      from = null;
      table.get(start, value -> answer.accept(value == null ? List.of() : wanted(List.of(value))));
    } else {
      table.scan(start, PAGE_ROWS, PAGE_BYTES, rows -> answer.accept(page(rows)));
    }
  }

  private List<Stored> page(List<Table.Entry> rows) {
    List<byte[]> values = new ArrayList<>();
    from = isLast(rows) ? null : after(rows.getLast().key());
    for (Table.Entry row : rows) {
      if (!startsWith(row.key(), prefix)) {
        from = null;
        break;
      }
      if (TopicFilter.matches(filter, new String(row.key(), UTF_8))) {
        values.add(row.value());
      }
    }
    return wanted(values);
  }

  private static boolean isLast(List<Table.Entry> rows) {
    return rows.size() < PAGE_ROWS
        && rows.stream().mapToLong(Table.Entry::bytes).sum() < PAGE_BYTES;
  }

  /// What was committed after the subscription began is offered to it by the router, or read from
  /// the log: as a retained message it would come twice.
  private List<Stored> wanted(List<byte[]> values) {
    List<Stored> wanted = new ArrayList<>(values.size());
    for (byte[] value : values) {
      Stored stored = MessageFormat.decode(value);
      // With -1, as it is not for its position that it comes: no-local is what is asked for here.
      if (before(stored) && subscription.counts(stored.message(), -1, -1)) {
        wanted.add(stored);
      }
    }
    return wanted;
  }

  private boolean before(Stored stored) {
    int partition = stored.partition();
    return partition < 0 || partition >= liveFrom.length || stored.offset() < liveFrom[partition];
  }

  private static boolean startsWith(byte[] key, byte[] prefix) {
    return key.length >= prefix.length
        && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
  }

  private static byte[] after(byte[] key) {
    return Arrays.copyOf(key, key.length + 1);
  }
}
