package io.forebay.kafka;

import io.forebay.core.log.Exchange;
import org.jspecify.annotations.Nullable;

/// What this node says to others, and hears of them.
final class NodeExchange implements Exchange {
  private final Nodes nodes;
  private final Life life;
  private final Effects effects;
  private final Outlet outlet;
  private volatile @Nullable Listener listener;

  NodeExchange(Nodes nodes, Life life, Effects effects, Outlet outlet) {
    this.nodes = nodes;
    this.life = life;
    this.effects = effects;
    this.outlet = outlet;
  }

  @Override
  public long self() {
    return life.number();
  }

  @Override
  public void send(long node, byte[] words) {
    if (nodes.lives(node)) {
      outlet.submit(node, words);
    }
  }

  @Override
  public void listen(Listener told) {
    listener = told;
  }

  // ---------------------------------------------------------------- the tail's thread

  void heard(WordsFormat.Words words) {
    Listener told = listener;
    if (told != null && nodes.lives(words.from())) {
      effects.add(() -> told.heard(words.from(), words.words()));
    }
  }

  void gone(long number) {
    Listener told = listener;
    if (told != null) {
      effects.add(() -> told.gone(number));
    }
  }
}
