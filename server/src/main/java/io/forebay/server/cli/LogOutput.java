package io.forebay.server.cli;

import java.io.IOException;
import java.io.PrintWriter;

/// Lines to standard output, many at once: its writer flushes each.
final class LogOutput implements AutoCloseable {
  private static final int BUFFER_CHARACTERS = 64 << 10;

  private final PrintWriter out;
  private final StringBuilder waiting = new StringBuilder();

  LogOutput(PrintWriter out) {
    this.out = out;
  }

  /// @throws IOException if nobody reads what is printed any more
  void line(String line) throws IOException {
    waiting.append(line).append('\n');
    if (waiting.length() >= BUFFER_CHARACTERS) {
      flush();
    }
  }

  private void flush() throws IOException {
    out.print(waiting);
    waiting.setLength(0);
    // A writer keeps its trouble to itself.
    if (out.checkError()) {
      throw new IOException("cannot write to standard output: is it closed?");
    }
  }

  @Override
  public void close() throws IOException {
    flush();
  }
}
