package io.forebay.sim.cluster;

import io.forebay.core.security.Limits;
import io.forebay.sim.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Some nodes that share a log, each a real broker on fake event loops. The seed decides what
/// happens when: one thing at a time, anywhere.
///
/// Nobody is judged by a clock: a node that was killed, or is paused, is taken for dead some time
/// later, unless it was resumed before.
public final class Cluster {
  private static final long MOST_STEPS = 1_000_000;

  private final Random dice;
  private final SharedLog shared = new SharedLog();
  private final Limits limits;
  private final List<Node> nodes = new ArrayList<>();

  /// Nodes that are silent and were not judged.
  private final List<Node> silent = new ArrayList<>();

  private long nowMillis = 1_000_000;

  public Cluster(long seed, int nodes) {
    this(seed, nodes, Limits.DEFAULTS);
  }

  public Cluster(long seed, int nodes, Limits limits) {
    this.dice = new Random(seed);
    this.limits = limits;
    for (int i = 0; i < nodes; i++) {
      this.nodes.add(newNode());
    }
  }

  private Node newNode() {
    return new Node(shared, dice, () -> nowMillis, limits);
  }

  public Random dice() {
    return dice;
  }

  /// What all nodes have written.
  public SharedLog log() {
    return shared;
  }

  public int size() {
    return nodes.size();
  }

  /// The latest life of this node.
  public Node node(int i) {
    return nodes.get(i);
  }

  public long nowMillis() {
    return nowMillis;
  }

  // ---------------------------------------------------------------- what befalls nodes

  /// Kill -9.
  public void kill(int i) {
    Node node = nodes.get(i);
    node.kill();
    if (!silent.contains(node)) {
      silent.add(node);
    }
  }

  /// It comes back after a [#kill], with a copy of the log and nothing else.
  public void start(int i) {
    Violation.unless(!nodes.get(i).alive(), "node %s is there", i);
    nodes.set(i, newNode());
  }

  /// SIGSTOP.
  public void pause(int i) {
    Node node = nodes.get(i);
    node.pause(true);
    silent.add(node);
  }

  /// SIGCONT.
  public void resume(int i) {
    Node node = nodes.get(i);
    node.pause(false);
    silent.remove(node);
  }

  /// Takes a node for dead that is silent. It need not be.
  public void judge(int i) {
    judge(nodes.get(i));
  }

  private void judge(Node node) {
    silent.remove(node);
    if (!node.judged()) {
      shared.add(new SharedLog.Verdict(node.number()));
    }
  }

  /// Time goes by, on all nodes that live.
  public void pass(long millis) {
    nowMillis += millis;
    for (Node node : nodes) {
      if (node.alive() && !node.paused()) {
        node.broker().tick();
      }
    }
  }

  // ---------------------------------------------------------------- the run

  /// Lets one thing happen.
  ///
  /// @return false if there is nothing
  public boolean step() {
    List<Node> busy = nodes.stream().filter(Node::hasToDo).toList();
    if (!silent.isEmpty() && (busy.isEmpty() || dice.nextInt(200) == 0)) {
      judge(silent.get(dice.nextInt(silent.size())));
      return true;
    }
    if (busy.isEmpty()) {
      return false;
    }
    busy.get(dice.nextInt(busy.size())).step();
    return true;
  }

  /// Lets all happen that has to. Who is silent is taken for dead on the way.
  public void run() {
    for (long i = 0; step(); i++) {
      Violation.unless(i < MOST_STEPS, "it never comes to rest");
    }
  }
}
