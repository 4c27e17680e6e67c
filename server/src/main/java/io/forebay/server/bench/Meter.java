package io.forebay.server.bench;

import io.netty.channel.EventLoop;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;

/// What a run counts and measures. Event loops write, each to recorders of its own; one thread
/// takes intervals.
final class Meter {
  private static final int DIGITS = 3;

  final LongAdder published = new LongAdder();
  final LongAdder acknowledged = new LongAdder();
  final LongAdder refused = new LongAdder();
  final LongAdder failed = new LongAdder();
  final LongAdder delivered = new LongAdder();
  final LongAdder duplicates = new LongAdder();

  private final Map<EventLoop, Recorders> byLoop = new ConcurrentHashMap<>();
  private long publishedBefore;
  private long deliveredBefore;

  /// The recorders of one event loop, in nanoseconds; only that loop may write to them.
  record Recorders(SingleWriterRecorder delivery, SingleWriterRecorder acknowledgement) {}

  /// What happened since the last interval was taken; latencies in nanoseconds.
  record Interval(long published, long delivered, Histogram delivery, Histogram acknowledgement) {}

  Recorders of(EventLoop loop) {
    return byLoop.computeIfAbsent(
        loop,
        _ -> new Recorders(new SingleWriterRecorder(DIGITS), new SingleWriterRecorder(DIGITS)));
  }

  Interval take() {
    Histogram delivery = new Histogram(DIGITS);
    Histogram acknowledgement = new Histogram(DIGITS);
    for (Recorders recorders : List.copyOf(byLoop.values())) {
      delivery.add(recorders.delivery().getIntervalHistogram());
      acknowledgement.add(recorders.acknowledgement().getIntervalHistogram());
    }
    long publishedNow = published.sum();
    long deliveredNow = delivered.sum();
    Interval interval =
        new Interval(
            publishedNow - publishedBefore,
            deliveredNow - deliveredBefore,
            delivery,
            acknowledgement);
    publishedBefore = publishedNow;
    deliveredBefore = deliveredNow;
    return interval;
  }

  /// Messages that were sent and neither acknowledged nor given up.
  long inFlight() {
    return published.sum() - acknowledged.sum() - refused.sum() - failed.sum();
  }
}
