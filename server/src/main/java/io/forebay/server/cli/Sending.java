package io.forebay.server.cli;

import io.forebay.mqtt.Publish;
import io.forebay.mqtt.ReasonCode;
import io.forebay.server.client.Acknowledgement;
import io.forebay.server.client.ClientException;
import io.forebay.server.client.MqttClient;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Publishes one message after the other with a bounded number of unacknowledged ones, and keeps
/// account. One thread sends; acknowledgements come on the event loop.
final class Sending implements Acknowledgement {
  private static final int WINDOW = 256;

  private final MqttClient client;
  private final Consumer<String> errors;
  private final Semaphore room = new Semaphore(WINDOW);
  private final AtomicLong refused = new AtomicLong();
  private final AtomicReference<@Nullable ClientException> failure = new AtomicReference<>();

  Sending(MqttClient client, Consumer<String> errors) {
    this.client = client;
    this.errors = errors;
  }

  /// Waits while the window is full.
  ///
  /// @throws ClientException if an earlier message got no answer, since the connection is lost
  void send(Publish message) throws InterruptedException {
    room.acquire();
    throwFailure();
    client.publish(message, this);
  }

  /// Waits until every message is answered.
  ///
  /// @return how many the broker refused
  /// @throws ClientException if one got no answer
  long finish() throws InterruptedException {
    room.acquire(WINDOW);
    throwFailure();
    return refused.get();
  }

  @Override
  public void acknowledged(ReasonCode reason, @Nullable String reasonString) {
    if (reason.failure()) {
      refused.incrementAndGet();
      errors.accept(
          "the broker refused the message: " + ClientException.words(reason, reasonString));
    }
    room.release();
  }

  @Override
  public void failed(ClientException reason) {
    failure.compareAndSet(null, reason);
    room.release();
  }

  private void throwFailure() {
    ClientException reason = failure.get();
    if (reason != null) {
      throw reason;
    }
  }
}
