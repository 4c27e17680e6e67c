package io.forebay.store;

import java.util.concurrent.atomic.AtomicLong;

/// What the writer has done since the engine was opened. Written by the writer, read by any thread.
public final class CommitFigures {
  private final AtomicLong commits = new AtomicLong();
  private final AtomicLong syncs = new AtomicLong();
  private final AtomicLong messages = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong largestBytes = new AtomicLong();

  void committed(int messageCount, long writtenBytes, boolean synced) {
    commits.incrementAndGet();
    messages.addAndGet(messageCount);
    bytes.addAndGet(writtenBytes);
    largestBytes.accumulateAndGet(writtenBytes, Math::max);
    if (synced) {
      syncs.incrementAndGet();
    }
  }

  public long commits() {
    return commits.get();
  }

  /// Commits that waited for fsync.
  public long syncs() {
    return syncs.get();
  }

  public long messages() {
    return messages.get();
  }

  public long bytes() {
    return bytes.get();
  }

  public long largestBytes() {
    return largestBytes.get();
  }
}
