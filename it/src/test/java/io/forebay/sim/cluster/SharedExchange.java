package io.forebay.sim.cluster;

import io.forebay.core.log.Exchange;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// What a node says to others, and hears.
final class SharedExchange implements Exchange {
  private final SharedLog shared;
  private final SharedClaims claims;
  private final Executor out;
  private @Nullable Listener listener;
  private int read;

  /// @param out what this node says, in order; no order with anything else that it writes
  SharedExchange(SharedLog shared, SharedClaims claims, Executor out) {
    this.shared = shared;
    this.claims = claims;
    this.out = out;
  }

  @Override
  public long self() {
    return claims.self();
  }

  @Override
  public void send(long node, byte[] words) {
    long number = self();
    byte[] copy = words.clone();
    out.execute(() -> shared.add(new SharedLog.Words(number, node, copy)));
  }

  @Override
  public void listen(Listener told) {
    listener = told;
  }

  boolean isAtEnd() {
    return read == shared.words().size();
  }

  void readOne() {
    SharedLog.Words said = shared.words().get(read++);
    if (listener != null && said.to() == self() && !claims.isDead(said.from())) {
      listener.heard(said.from(), said.bytes());
    }
  }

  void gone(long node) {
    if (listener != null) {
      listener.gone(node);
    }
  }
}
