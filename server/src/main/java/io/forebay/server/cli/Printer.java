package io.forebay.server.cli;

import io.forebay.mqtt.Publish;
import io.forebay.server.client.ClientException;
import io.forebay.server.client.ClientListener;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Prints each message as a line, and tells when it is over. It writes on the client's event loop
/// on purpose: output that does not flow holds up reading from the broker, and a message is
/// acknowledged after it was printed.
final class Printer implements ClientListener {
  private final OutputStream out;
  private final boolean json;
  private final InstantSource clock;
  private final long limit;
  private final CompletableFuture<Ending> ending = new CompletableFuture<>();
  private long printed;

  /// @param out buffered
  /// @param limit ends after this many messages, 0 for never
  Printer(OutputStream out, boolean json, InstantSource clock, long limit) {
    this.out = out;
    this.json = json;
    this.clock = clock;
    this.limit = limit;
  }

  /// Why it is over.
  ///
  /// @param trouble null if the limit was reached
  record Ending(@Nullable String trouble) {}

  CompletableFuture<Ending> ending() {
    return ending;
  }

  /// The limit was reached.
  boolean endedWell() {
    return ending.isDone() && ending.join().trouble() == null;
  }

  @Override
  public void message(Publish message) {
    if (limit > 0 && printed >= limit) {
      return;
    }
    try {
      print(message);
      printed++;
      if (printed == limit) {
        out.flush();
        ending.complete(new Ending(null));
      }
    } catch (IOException e) {
      ending.complete(new Ending("cannot write to standard output: " + e.getMessage()));
    }
  }

  @Override
  public void pause() {
    try {
      out.flush();
    } catch (IOException e) {
      ending.complete(new Ending("cannot write to standard output: " + e.getMessage()));
    }
  }

  @Override
  public void lost(ClientException reason) {
    ending.complete(new Ending(reason.getMessage()));
  }

  private void print(Publish message) throws IOException {
    if (json) {
      out.write(MessageJson.of(message, clock.instant()).getBytes(StandardCharsets.UTF_8));
    } else {
      out.write(message.topic().getBytes(StandardCharsets.UTF_8));
      out.write(' ');
      out.write(message.payload());
    }
    out.write('\n');
  }
}
