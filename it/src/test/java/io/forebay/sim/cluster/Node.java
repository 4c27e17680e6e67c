package io.forebay.sim.cluster;

import io.forebay.core.Broker;
import io.forebay.core.log.Engine;
import io.forebay.core.routing.EventLoop;
import io.forebay.core.routing.Lane;
import io.forebay.core.security.Limits;
import io.forebay.core.security.Security;
import io.forebay.sim.Pending;
import java.util.List;
import java.util.Random;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/// One life of a node: from its start until it is killed.
public final class Node {
  private final SharedLog shared;
  private final RandomGenerator dice;
  private final Pending pending;
  private final SharedEngine engine;
  private final Broker broker;
  private boolean alive = true;
  private boolean paused;

  Node(SharedLog shared, Random dice, LongSupplier clock, Limits limits) {
    this.shared = shared;
    this.dice = dice;
    this.pending = new Pending(dice);
    this.engine = new SharedEngine(shared, pending, dice);
    engine.catchUp();
    List<EventLoop> loops =
        IntStream.rangeClosed(0, dice.nextInt(2))
            .mapToObj(i -> pending.newQueue())
            .<EventLoop>map(queue -> queue::execute)
            .toList();
    this.broker =
        new Broker(
            new Broker.Surroundings(
                engine, loops, clock, new Random(dice.nextLong()), limits, Security.open(limits)));
  }

  public Broker broker() {
    return broker;
  }

  public Engine engine() {
    return engine;
  }

  /// One of its lanes.
  public Lane lane() {
    return broker.lanes().get(dice.nextInt(broker.lanes().size()));
  }

  /// As the other nodes know it now.
  public long number() {
    return engine.exchange().self();
  }

  public boolean alive() {
    return alive;
  }

  public boolean paused() {
    return paused;
  }

  void pause(boolean now) {
    paused = now;
  }

  /// What it has not written is gone.
  void kill() {
    alive = false;
    pending.forget();
  }

  boolean hasToDo() {
    return alive && !paused && !(pending.isEmpty() && engine.isAtEnd());
  }

  /// Does one thing.
  void step() {
    if (pending.isEmpty() || (!engine.isAtEnd() && dice.nextInt(3) == 0)) {
      engine.readOne();
    } else {
      pending.step();
    }
  }

  /// Whether it was taken for dead, which it may not know.
  boolean judged() {
    return shared.isDead(number());
  }
}
