package io.forebay.server.overload;

import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// How long somebody takes to answer, in milliseconds: asked again as soon as it has answered, and
/// while it has not, the time that it has taken so far counts. Asked on one thread, answered on
/// any.
public final class Delay implements LongSupplier {
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final Consumer<Runnable> ask;
  private final LongSupplier nanos;
  private long askedAt;
  private boolean asked;
  private long lastMillis;

  /// When the answer came; written after [#answered] would be read, so volatile in this order.
  private volatile long answeredAt;

  private volatile boolean answered = true;

  /// @param ask makes a task run as late as everything else that is asked of it
  /// @param nanos a clock that does not jump
  public Delay(Consumer<Runnable> ask, LongSupplier nanos) {
    this.ask = ask;
    this.nanos = nanos;
  }

  @Override
  public long getAsLong() {
    long now = nanos.getAsLong();
    if (!answered) {
      return Math.max(lastMillis, (now - askedAt) / NANOS_PER_MILLI);
    }
    if (asked) {
      lastMillis = (answeredAt - askedAt) / NANOS_PER_MILLI;
    }
    asked = true;
    askedAt = now;
    answered = false;
    ask.accept(this::answer);
    return lastMillis;
  }

  private void answer() {
    answeredAt = nanos.getAsLong();
    answered = true;
  }
}
