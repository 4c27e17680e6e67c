package io.forebay.mqtt.connection;

import io.forebay.core.Broker;
import io.forebay.core.routing.Counters;
import io.forebay.core.routing.Lane;

/// What the connections of one event loop share. Touched on that loop only.
public final class Loop {
  private final Broker broker;
  private final Lane lane;
  private final KeepAlive keepAlive = new KeepAlive();
  private final SharedFrames frames = new SharedFrames();
  private final Timer timer;
  private final ConnectGate connectGate;

  public Loop(Broker broker, Lane lane, Timer timer) {
    this.broker = broker;
    this.lane = lane;
    this.timer = timer;
    connectGate = new ConnectGate(broker, timer);
  }

  Broker broker() {
    return broker;
  }

  Lane lane() {
    return lane;
  }

  public Counters counters() {
    return lane.counters();
  }

  KeepAlive keepAlive() {
    return keepAlive;
  }

  Timer timer() {
    return timer;
  }

  ConnectGate connectGate() {
    return connectGate;
  }

  SharedFrames frames() {
    return frames;
  }

  /// A second has passed: connections that were silent for too long are ended.
  public void tick() {
    keepAlive.tick();
  }
}
