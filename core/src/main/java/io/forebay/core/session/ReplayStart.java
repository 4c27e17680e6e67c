package io.forebay.core.session;

import io.forebay.core.log.Log;
import io.forebay.core.message.Position;
import io.forebay.core.routing.Lane;
import io.forebay.core.topic.ReplayFrom;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// Finds the offsets at which a replay begins, one per partition.
public final class ReplayStart {
  private ReplayStart() {}

  /// Why a replay cannot begin there, in words for the subscriber; null if it can. Any thread.
  public static @Nullable String refusal(Log log, ReplayFrom from) {
    if (!(from instanceof ReplayFrom.At(Position position))) {
      return null;
    }
    int partition = log.partition(position.stream(), position.partition());
    if (partition < 0) {
      return "there is no stream '%s' with a partition %d"
          .formatted(position.stream(), position.partition());
    }
    Position head = log.position(partition, log.head(partition));
    if (position.compareTo(head) > 0) {
      return "position %s is beyond the end of the log, which is at %s: was it taken from another"
              .formatted(position, head)
          + " log?";
    }
    return null;
  }

  /// @param nowMillis when the replay was asked for
  /// @param found gets the offsets, on `lane`, perhaps before this returns
  static void find(Log log, Lane lane, ReplayFrom from, long nowMillis, Consumer<long[]> found) {
    switch (from) {
      case ReplayFrom.Earliest() -> found.accept(each(log, log::start));
      case ReplayFrom.Ago(long millis) -> seek(log, lane, nowMillis - millis, found);
      case ReplayFrom.Time(long millis) -> seek(log, lane, millis, found);
      case ReplayFrom.At(Position position) -> {
        long[] offsets = each(log, log::head);
        int partition = log.partition(position.stream(), position.partition());
        if (partition >= 0) {
          offsets[partition] = position.offset();
        }
        found.accept(offsets);
      }
    }
  }

  private interface OfPartition {
    long offset(int partition);
  }

  private static long[] each(Log log, OfPartition place) {
    long[] offsets = new long[log.partitions()];
    for (int partition = 0; partition < offsets.length; partition++) {
      offsets[partition] = place.offset(partition);
    }
    return offsets;
  }

  private static void seek(Log log, Lane lane, long timeMillis, Consumer<long[]> found) {
    long[] offsets = new long[log.partitions()];
    int[] missing = {offsets.length};
    for (int i = 0; i < offsets.length; i++) {
      int partition = i;
      LongConsumer answer =
          offset -> {
            offsets[partition] = offset;
            if (--missing[0] == 0) {
              found.accept(offsets);
            }
          };
      log.seek(partition, timeMillis, offset -> lane.execute(() -> answer.accept(offset)));
    }
  }
}
