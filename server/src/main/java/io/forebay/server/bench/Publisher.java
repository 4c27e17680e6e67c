package io.forebay.server.bench;

import io.forebay.core.message.Properties;
import io.forebay.mqtt.Publish;
import io.forebay.mqtt.ReasonCode;
import io.forebay.server.client.Acknowledgement;
import io.forebay.server.client.ClientException;
import io.forebay.server.client.MqttClient;
import org.jspecify.annotations.Nullable;

/// One publishing connection. With a rate, every message has a due time and its latency counts from
/// there, so that a broker that stalls cannot hide the messages it kept from being sent
/// (coordinated omission); without, the window is kept full. Lives on its client's event loop.
final class Publisher {
  private final BenchPlan plan;
  private final int run;
  private final int number;
  private final String topic;
  private final MqttClient client;
  private final Meter meter;
  private final Meter.Recorders recorders;
  private final Pacer pacer;
  private final int window;
  private final Sequences acknowledged = new Sequences();

  private long intervalNanos;
  private long dueNanos;
  private long stopNanos;
  private long nextSequence;
  private int inFlight;
  private boolean stalled;
  private volatile long unsent;

  Publisher(BenchPlan plan, int run, int number, MqttClient client, Meter meter, Pacer pacer) {
    this.plan = plan;
    this.run = run;
    this.number = number;
    this.topic = plan.topicOf(number);
    this.client = client;
    this.meter = meter;
    this.recorders = meter.of(client.loop());
    this.pacer = pacer;
    this.window = Math.min(plan.window(), client.connack().receiveMaximum());
  }

  String topic() {
    return topic;
  }

  /// What the broker took. Any thread.
  Sequences acknowledged() {
    return acknowledged;
  }

  /// Messages whose due time came while the window was full, and that were never sent because the
  /// run was over. Any thread.
  long unsent() {
    return unsent;
  }

  /// Publishes from `startNanos` until `stopNanos`, both [System#nanoTime]. Publishers start one
  /// after the other within their interval, so that they do not send in step. Any thread.
  void start(long startNanos, long stopNanos) {
    client.loop().execute(() -> startHere(startNanos, stopNanos));
  }

  private void startHere(long startNanos, long stopNanos) {
    this.stopNanos = stopNanos;
    if (plan.ratePerSecond() == 0) {
      fillWindow();
    } else {
      intervalNanos = Math.max(1, (long) (1e9 / plan.ratePerSecond()));
      dueNanos = startNanos + (long) ((double) intervalNanos * number / plan.publishers());
      pacer.add(this);
    }
  }

  /// Publishes nothing from now on, should the time not be over yet. Any thread.
  void stop() {
    client.loop().execute(() -> stopHere(System.nanoTime()));
  }

  private void stopHere(long now) {
    if (plan.ratePerSecond() > 0 && stalled) {
      countUnsent(Math.min(now, stopNanos));
    }
    stopNanos = now - stopNanos < 0 ? now : stopNanos;
  }

  private void countUnsent(long untilNanos) {
    unsent = Math.max(0, (untilNanos - dueNanos + intervalNanos - 1) / intervalNanos);
  }

  long dueNanos() {
    return dueNanos;
  }

  /// Sends what is due as far as the window allows.
  ///
  /// @return whether there will be another due time to wait for
  boolean sendDue() {
    long now = System.nanoTime();
    while (dueNanos - now <= 0) {
      if (dueNanos - stopNanos >= 0) {
        return false;
      }
      if (now - stopNanos >= 0) {
        countUnsent(stopNanos);
        return false;
      }
      if (inFlight >= window) {
        stalled = true;
        return false;
      }
      send(dueNanos);
      dueNanos += intervalNanos;
    }
    return true;
  }

  private void fillWindow() {
    long now = System.nanoTime();
    while (inFlight < window && now - stopNanos < 0) {
      send(now);
    }
  }

  private void send(long nanos) {
    long sequence = nextSequence++;
    byte[] payload = new Stamp(run, number, sequence, nanos).toPayload(plan.payloadBytes());
    Publish message =
        new Publish(
            0,
            false,
            plan.qos(),
            false,
            topic,
            0,
            -1,
            Publish.NO_SUBSCRIPTION_IDS,
            Properties.NONE,
            payload);
    inFlight++;
    meter.published.increment();
    client.publish(message, new Answer(sequence, nanos));
  }

  private void windowMoved() {
    inFlight--;
    if (plan.ratePerSecond() == 0) {
      fillWindow();
    } else if (stalled) {
      stalled = false;
      if (sendDue()) {
        pacer.add(this);
      }
    }
  }

  private final class Answer implements Acknowledgement {
    private final long sequence;
    private final long nanos;

    Answer(long sequence, long nanos) {
      this.sequence = sequence;
      this.nanos = nanos;
    }

    @Override
    public void acknowledged(ReasonCode reason, @Nullable String reasonString) {
      if (reason.failure()) {
        meter.refused.increment();
      } else {
        recorders.acknowledgement().recordValue(Math.max(0, System.nanoTime() - nanos));
        acknowledged.add(sequence);
        meter.acknowledged.increment();
      }
      windowMoved();
    }

    @Override
    public void failed(ClientException reason) {
      meter.failed.increment();
    }
  }
}
