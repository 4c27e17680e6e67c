package io.forebay.server.cli;

import io.forebay.server.bench.BenchProgress;
import java.io.Console;
import java.io.PrintWriter;

/// How a run goes, once a second: a line that is written over on a terminal, else one line after
/// the other.
final class ProgressLine implements BenchProgress {
  private static final String ERASE_LINE = "\r\u001B[K";

  private final PrintWriter out;
  private final boolean terminal;

  ProgressLine(PrintWriter out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /// Whether somebody is watching.
  @SuppressWarnings("SystemConsoleNull") // in JDK 25 it may be null again
  static boolean onTerminal() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  @Override
  public void connecting(int connected, int wanted) {
    print("%,d of %,d connected".formatted(connected, wanted));
  }

  @Override
  public void running(
      int second,
      boolean warmingUp,
      double publishedPerSecond,
      double deliveredPerSecond,
      long inFlight,
      long p99Nanos) {
    print(
        "%4d s%s  published %,.0f/s  delivered %,.0f/s  in flight %,d  p99 %,.0f µs"
            .formatted(
                second,
                warmingUp ? " (warm-up)" : "",
                publishedPerSecond,
                deliveredPerSecond,
                inFlight,
                p99Nanos / 1e3));
  }

  @Override
  public void over() {
    if (terminal) {
      out.print(ERASE_LINE);
      out.flush();
    }
  }

  private void print(String line) {
    if (terminal) {
      out.print(ERASE_LINE + line);
    } else {
      out.println(line);
    }
    out.flush();
  }
}
