package io.forebay.server.cli;

import io.forebay.store.LogCheck;
import java.io.PrintWriter;
import java.util.function.LongSupplier;

/// How far a check is, at most once a second, and nothing if it is over by then.
final class SlowProgress implements LogCheck.Progress {
  private static final String ERASE_LINE = "\r\u001B[K";
  private static final long SECOND_NANOS = 1_000_000_000;

  private final PrintWriter out;
  private final boolean terminal;
  private final LongSupplier nanoTime;
  private long toldNanos;
  private boolean shown;

  SlowProgress(PrintWriter out, boolean terminal, LongSupplier nanoTime) {
    this.out = out;
    this.terminal = terminal;
    this.nanoTime = nanoTime;
    toldNanos = nanoTime.getAsLong();
  }

  @Override
  public void at(String what, long done, long all) {
    long now = nanoTime.getAsLong();
    if (now - toldNanos < SECOND_NANOS) {
      return;
    }
    toldNanos = now;
    String line =
        all > 0 ? "%s: %,d of %,d".formatted(what, done, all) : "%s: %,d".formatted(what, done);
    if (terminal) {
      out.print(ERASE_LINE + line);
      shown = true;
    } else {
      out.println(line);
    }
    out.flush();
  }

  /// Other lines follow.
  void over() {
    if (shown) {
      out.print(ERASE_LINE);
      out.flush();
      shown = false;
    }
  }
}
