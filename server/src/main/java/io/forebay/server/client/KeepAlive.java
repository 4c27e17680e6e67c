package io.forebay.server.client;

import io.forebay.mqtt.Pingreq;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Pings when one of the two directions was silent for half the keep alive time, so that the broker
/// never waits for longer than it (§3.1.2.10), and tells when a ping stays unanswered for a whole
/// one. Used on the event loop only.
final class KeepAlive {
  private final EventExecutor loop;
  private int seconds;
  private final Outbox outbox;
  private final Consumer<String> dead;
  private @Nullable ScheduledFuture<?> ticking;
  private boolean readSomething;
  private int ticksSincePing = -1;

  KeepAlive(EventExecutor loop, int seconds, Outbox outbox, Consumer<String> dead) {
    this.loop = loop;
    this.seconds = seconds;
    this.outbox = outbox;
    this.dead = dead;
  }

  /// @param serverSeconds what the broker wants instead of the client's, -1 if it did not say
  void start(int serverSeconds) {
    seconds = serverSeconds >= 0 ? serverSeconds : seconds;
    if (seconds > 0) {
      long halfMillis = seconds * 500L;
      ticking = loop.scheduleAtFixedRate(this::tick, halfMillis, halfMillis, TimeUnit.MILLISECONDS);
    }
  }

  void stop() {
    if (ticking != null) {
      ticking.cancel(false);
    }
  }

  void read() {
    readSomething = true;
  }

  void answered() {
    ticksSincePing = -1;
  }

  private void tick() {
    boolean wroteSomething = outbox.wroteSinceAsked();
    boolean silent = !readSomething || !wroteSomething;
    readSomething = false;
    if (ticksSincePing >= 0) {
      if (++ticksSincePing >= 2) {
        dead.accept("no answer to PINGREQ within " + seconds + " s");
      }
    } else if (silent) {
      ticksSincePing = 0;
      outbox.add(Pingreq.INSTANCE);
    }
  }
}
