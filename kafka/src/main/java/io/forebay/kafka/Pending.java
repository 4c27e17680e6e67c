package io.forebay.kafka;

import io.forebay.core.log.Batch;
import io.forebay.core.log.EngineFailure;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A batch on its way: first its messages, then, when Kafka has them, its rows, and when this node
/// has read those, it is settled. So what a crash in between leaves is a message that comes twice,
/// and not one that is done and was never there.
final class Pending {
  final Batch batch;

  /// That of the node when it took the batch.
  final long writer;

  /// Records that Kafka has not acknowledged, and one for whoever still adds some.
  private final AtomicInteger left = new AtomicInteger(1);

  /// Why the batch as a whole is not kept.
  private volatile @Nullable EngineFailure failure;

  /// In the control topic, of its last row.
  private volatile long rowOffset = -1;

  /// There is nothing more to write of it. The outlet's thread.
  private boolean complete;

  Pending(Batch batch, long writer) {
    this.batch = batch;
    this.writer = writer;
    boolean[] matched = new boolean[batch.appends().size()];
    // Who is there for a message on all the other nodes, nobody knows.
    Arrays.fill(matched, true);
    batch.matched(matched);
  }

  /// A record more to wait for.
  void add() {
    left.incrementAndGet();
  }

  /// @return whether it was the last
  boolean done() {
    return left.decrementAndGet() == 0;
  }

  /// Waits for more, after the last.
  void again() {
    left.set(1);
  }

  /// This message is not kept. Synchronized because Kafka's answers come on another thread than
  /// what the outlet refuses itself.
  synchronized void refuse(int append, EngineFailure why) {
    batch.refuseAppend(append, why);
  }

  void fail(EngineFailure why) {
    failure = why;
  }

  @Nullable EngineFailure failure() {
    return failure;
  }

  void complete() {
    complete = true;
  }

  boolean isComplete() {
    return complete;
  }

  void wroteRow(long offset) {
    rowOffset = Math.max(rowOffset, offset);
  }

  /// -1 if it has none.
  long rowOffset() {
    return rowOffset;
  }

  /// An estimate of the heap it holds.
  static long sizeBytes(Batch batch) {
    long bytes = 64;
    for (Batch.Append each : batch.appends()) {
      bytes += each.message().sizeBytes();
    }
    for (Batch.Row each : batch.rows()) {
      bytes += 64 + each.key().length + (each.value() == null ? 0 : each.value().length);
    }
    return bytes;
  }
}
