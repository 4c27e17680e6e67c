package io.forebay.server.bench;

import io.forebay.mqtt.Publish;
import io.forebay.server.client.ClientException;
import io.forebay.server.client.ClientListener;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What a connection does with what it gets: it measures the messages of this run, and reports when
/// it is lost. On its client's event loop.
final class Subscriber implements ClientListener {
  private final int run;
  private final @Nullable Receiver receiver;
  private final Meter meter;
  private final Consumer<ClientException> lost;
  private Meter.@Nullable Recorders recorders;

  /// @param receiver null for a connection that expects nothing
  Subscriber(int run, @Nullable Receiver receiver, Meter meter, Consumer<ClientException> lost) {
    this.run = run;
    this.receiver = receiver;
    this.meter = meter;
    this.lost = lost;
  }

  /// Messages count from here on.
  void recordTo(Meter.Recorders own) {
    recorders = own;
  }

  @Override
  public void message(Publish message) {
    Stamp stamp = Stamp.of(message.payload());
    if (stamp == null || stamp.run() != run || receiver == null || recorders == null) {
      return;
    }
    if (receiver.arrived(stamp.publisher(), stamp.sequence())) {
      meter.delivered.increment();
      recorders.delivery().recordValue(Math.max(0, System.nanoTime() - stamp.nanos()));
    } else {
      meter.duplicates.increment();
    }
  }

  @Override
  public void lost(ClientException reason) {
    lost.accept(reason);
  }
}
