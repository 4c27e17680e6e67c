package io.forebay.server.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/// Lines as bytes, whatever their encoding. Bounded by what a packet can carry.
final class Lines {
  private static final int MAX_LINE_BYTES = 268_435_455;

  private final InputStream in;

  /// @param in buffered
  Lines(InputStream in) {
    this.in = in;
  }

  /// The next line without its `\n`, null at the end.
  byte @Nullable [] next() throws IOException {
    int b = in.read();
    if (b < 0) {
      return null;
    }
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    while (b >= 0 && b != '\n') {
      if (line.size() == MAX_LINE_BYTES) {
        throw new IOException(
            "a line is longer than a packet can be: " + MAX_LINE_BYTES + " bytes");
      }
      line.write(b);
      b = in.read();
    }
    return line.toByteArray();
  }
}
