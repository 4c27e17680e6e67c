package io.forebay.server.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes events to a file, a JSON object a line, on a thread of its own. What comes faster than it
/// can be written is not kept, but counted, and the count is written. Whoever adds takes no lock.
public final class AuditLog implements Audit, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);

  private static final int MOST_WAITING = 16_384;
  private static final int MOST_AT_ONCE = 1_000;
  private static final long MOST_BYTES = 100L << 20;
  private static final int KEPT_FILES = 5;
  private static final int PATIENCE_SECONDS = 5;

  private record Entry(Instant time, AuditEvent event) {}

  private final ConcurrentLinkedQueue<Entry> entries = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicLong lost = new AtomicLong();
  private final AuditFile file;
  private final InstantSource clock;
  private final int mostWaiting;
  private final Thread writer;
  private volatile boolean writerSleeps;
  private volatile boolean closing;

  /// Of the writer.
  private @Nullable String trouble;

  AuditLog(AuditFile file, InstantSource clock, int mostWaiting) {
    this.file = file;
    this.clock = clock;
    this.mostWaiting = mostWaiting;
    writer = Thread.ofPlatform().name("forebay-audit").daemon().unstarted(this::write);
  }

  /// @throws IOException with words for the user if the file cannot be written
  public static AuditLog open(Path path) throws IOException {
    AuditFile file = new AuditFile(path, MOST_BYTES, KEPT_FILES);
    try {
      file.open();
    } catch (IOException e) {
      throw new IOException(
          "security.audit: "
              + path
              + " cannot be written ("
              + e
              + "); check the path and its rights",
          e);
    }
    AuditLog log = new AuditLog(file, InstantSource.system(), MOST_WAITING);
    log.begin();
    return log;
  }

  void begin() {
    writer.start();
  }

  @Override
  public void add(AuditEvent event) {
    if (waiting.incrementAndGet() > mostWaiting) {
      waiting.decrementAndGet();
      lost.incrementAndGet();
      return;
    }
    entries.add(new Entry(clock.instant(), event));
    if (writerSleeps) {
      LockSupport.unpark(writer);
    }
  }

  // ---------------------------------------------------------------- on its thread

  private void write() {
    List<Entry> batch = new ArrayList<>();
    while (!closing || !entries.isEmpty()) {
      take(batch);
      write(batch);
      batch.clear();
    }
    // What was lost since.
    write(batch);
    try {
      file.close();
    } catch (IOException e) {
      LOG.warn("the audit log could not be closed: {}", e.toString());
    }
  }

  /// Waits for entries, unless there are some.
  private void take(List<Entry> batch) {
    writerSleeps = true;
    while (entries.isEmpty() && !closing) {
      LockSupport.park(this);
    }
    writerSleeps = false;
    while (batch.size() < MOST_AT_ONCE) {
      Entry entry = entries.poll();
      if (entry == null) {
        return;
      }
      waiting.decrementAndGet();
      batch.add(entry);
    }
  }

  private void write(List<Entry> batch) {
    long gone = lost.getAndSet(0);
    StringBuilder lines = new StringBuilder();
    if (gone > 0) {
      AuditEvent event = AuditEvent.of("lost").with("events", gone);
      lines.append(event.json(clock.instant())).append('\n');
    }
    batch.forEach(entry -> lines.append(entry.event().json(entry.time())).append('\n'));
    if (lines.isEmpty()) {
      return;
    }
    try {
      file.write(lines.toString().getBytes(UTF_8));
      if (trouble != null) {
        LOG.info("the audit log is written again");
      }
      trouble = null;
    } catch (IOException e) {
      lost.addAndGet(gone + batch.size());
      if (!e.toString().equals(trouble)) {
        trouble = e.toString();
        LOG.error("the audit log cannot be written, what is lost is counted: {}", trouble);
      }
    }
  }

  /// Writes what is there, for a few seconds at most.
  @Override
  public void close() {
    closing = true;
    LockSupport.unpark(writer);
    try {
      writer.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
