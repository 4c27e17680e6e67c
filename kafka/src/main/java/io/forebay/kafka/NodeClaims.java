package io.forebay.kafka;

import io.forebay.core.log.Claims;
import io.forebay.core.log.EngineFailure;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// This node's claims: asks for them in the control topic, and tells what comes of it.
final class NodeClaims implements Claims, ClaimBook.Owner {
  private static final EngineFailure TAKEN =
      new EngineFailure(EngineFailure.Kind.UNAVAILABLE, "another node acts for it");

  private final ClaimBook book = new ClaimBook(this);
  private final Nodes nodes;
  private final Life life;
  private final Effects effects;
  private final Outlet outlet;
  private volatile @Nullable Listener listener;

  NodeClaims(Nodes nodes, Life life, Effects effects, Outlet outlet) {
    this.nodes = nodes;
    this.life = life;
    this.effects = effects;
    this.outlet = outlet;
  }

  // ---------------------------------------------------------------- any thread

  @Override
  public void take(String name, Consumer<@Nullable EngineFailure> answer) {
    ask(name, false, answer);
  }

  @Override
  public void takeIfFree(String name, Consumer<Boolean> answer) {
    long holder = book.holder(name);
    if (holder != 0 && holder != life.number()) {
      answer.accept(false);
    } else {
      ask(name, true, failure -> answer.accept(failure == null));
    }
  }

  private void ask(String name, boolean ifFree, Consumer<@Nullable EngineFailure> answer) {
    long number = life.number();
    if (number == 0) {
      answer.accept(Failures.LOST);
    } else if (!book.ask(name, answer)) {
      answer.accept(TAKEN);
    } else {
      outlet.submit(new Control.Take(number, name, ifFree), failure -> notAsked(name, failure));
    }
  }

  private void notAsked(String name, @Nullable EngineFailure failure) {
    Consumer<@Nullable EngineFailure> waits = failure == null ? null : book.takeBack(name);
    if (waits != null) {
      waits.accept(failure);
    }
  }

  @Override
  public void release(String name) {
    long number = life.number();
    if (number != 0) {
      outlet.submit(new Control.Release(number, name), failure -> {});
    }
  }

  @Override
  public long holder(String name) {
    return book.holder(name);
  }

  /// Whether this node holds a name.
  boolean holds(String name) {
    long number = life.number();
    return number != 0 && book.holder(name) == number;
  }

  @Override
  public boolean leads() {
    return life.number() != 0 && nodes.leader() == life.number();
  }

  @Override
  public void listen(Listener told) {
    listener = told;
  }

  // ---------------------------------------------------------------- the tail's thread

  void apply(Control.Take take) {
    if (!nodes.isDead(take.node())) {
      book.apply(take);
    }
  }

  void apply(Control.Release release) {
    book.apply(release);
  }

  /// This node has a number.
  void began(long number) {
    book.self(number);
  }

  /// This node was taken for dead.
  void lost() {
    book.self(0);
    List<Consumer<@Nullable EngineFailure>> asked = book.takeAllBack();
    effects.add(
        () -> {
          asked.forEach(each -> each.accept(Failures.LOST));
          tell(Listener::lost);
        });
  }

  /// A node is no more.
  void died(long number) {
    book.died(number);
    if (leads()) {
      effects.add(() -> tell(Listener::orphaned));
    }
  }

  private void tell(Consumer<Listener> what) {
    Listener told = listener;
    if (told != null) {
      what.accept(told);
    }
  }

  @Override
  public void granted(Consumer<@Nullable EngineFailure> answer) {
    effects.add(() -> answer.accept(null));
  }

  @Override
  public void refused(Consumer<@Nullable EngineFailure> answer) {
    effects.add(() -> answer.accept(TAKEN));
  }

  @Override
  public void withdraw(String name) {
    outlet.submit(new Control.Release(life.number(), name), failure -> {});
  }

  @Override
  public void wanted(String name) {
    effects.add(() -> tell(told -> told.wanted(name)));
  }
}
