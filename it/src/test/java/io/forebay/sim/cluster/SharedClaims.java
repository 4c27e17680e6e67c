package io.forebay.sim.cluster;

import io.forebay.core.log.Claims;
import io.forebay.core.log.EngineFailure;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Who holds what, as a node concludes from the records it has read; all come to the same. A name
/// is given to whoever asked first and lives, and passed on when it is let go.
final class SharedClaims implements Claims {
  static final EngineFailure NOT_HELD =
      new EngineFailure(EngineFailure.Kind.UNAVAILABLE, "the node was taken for dead");

  private static final Listener NOBODY =
      new Listener() {
        @Override
        public void wanted(String name) {}

        @Override
        public void lost() {}

        @Override
        public void orphaned() {}
      };

  private final SharedLog shared;
  private final Executor out;
  private long self;
  private Listener listener = NOBODY;

  private final Map<String, Long> holders = new HashMap<>();
  private final Map<String, ArrayDeque<SharedLog.Take>> waiting = new HashMap<>();
  private final TreeSet<Long> living = new TreeSet<>();
  private final Set<Long> dead = new HashSet<>();

  /// What this node asked and was not answered: gets why it does not hold the name, or that.
  private final Map<Object, Consumer<@Nullable EngineFailure>> questions = new LinkedHashMap<>();

  /// @param out what this node writes, in order
  SharedClaims(SharedLog shared, Executor out) {
    this.shared = shared;
    this.out = out;
    this.self = hello();
  }

  private long hello() {
    long number = shared.newNumber();
    out.execute(() -> shared.add(new SharedLog.Hello(number)));
    return number;
  }

  long self() {
    return self;
  }

  /// Whether it is known here that this node is dead.
  boolean isDead(long node) {
    return dead.contains(node);
  }

  // ---------------------------------------------------------------- asked by the broker

  @Override
  public void take(String name, Consumer<@Nullable EngineFailure> answer) {
    ask(name, false, answer);
  }

  @Override
  public void takeIfFree(String name, Consumer<Boolean> answer) {
    ask(name, true, failure -> answer.accept(failure == null));
  }

  private void ask(String name, boolean onlyIfFree, Consumer<@Nullable EngineFailure> answer) {
    Object question = new Object();
    long number = self;
    questions.put(question, answer);
    out.execute(() -> shared.add(new SharedLog.Take(number, name, onlyIfFree, question)));
  }

  @Override
  public void release(String name) {
    long number = self;
    out.execute(() -> shared.add(new SharedLog.Release(number, name)));
  }

  @Override
  public long holder(String name) {
    return holders.getOrDefault(name, 0L);
  }

  @Override
  public boolean leads() {
    return !living.isEmpty() && living.first() == self;
  }

  @Override
  public void listen(Listener told) {
    listener = told;
  }

  // ---------------------------------------------------------------- read from the log

  void hello(SharedLog.Hello hello) {
    living.add(hello.node());
  }

  void taken(SharedLog.Take take) {
    if (dead.contains(take.node())) {
      return;
    }
    Long holder = holders.get(take.name());
    if (holder == null) {
      grant(take);
    } else if (take.onlyIfFree()) {
      answer(take.question(), NOT_HELD);
    } else if (holder == take.node()) {
      answer(take.question(), null);
    } else {
      waiting.computeIfAbsent(take.name(), name -> new ArrayDeque<>()).add(take);
      if (holder == self) {
        listener.wanted(take.name());
      }
    }
  }

  private void grant(SharedLog.Take take) {
    holders.put(take.name(), take.node());
    answer(take.question(), null);
    ArrayDeque<SharedLog.Take> others = waiting.getOrDefault(take.name(), new ArrayDeque<>());
    for (SharedLog.Take other : List.copyOf(others)) {
      if (other.node() == take.node()) {
        others.remove(other);
        answer(other.question(), null);
      }
    }
    if (take.node() == self && !others.isEmpty()) {
      listener.wanted(take.name());
    }
  }

  private void answer(Object question, @Nullable EngineFailure failure) {
    Consumer<@Nullable EngineFailure> asked = questions.remove(question);
    if (asked != null) {
      asked.accept(failure);
    }
  }

  void released(SharedLog.Release release) {
    if (holder(release.name()) == release.node()) {
      passOn(release.name());
    }
  }

  private void passOn(String name) {
    holders.remove(name);
    ArrayDeque<SharedLog.Take> takers = waiting.get(name);
    SharedLog.Take next = takers == null ? null : takers.poll();
    if (next != null) {
      grant(next);
    }
  }

  /// A node is taken for dead: what it held is free.
  void died(SharedLog.Verdict verdict) {
    long node = verdict.node();
    if (!dead.add(node)) {
      return;
    }
    living.remove(node);
    waiting.values().forEach(takers -> takers.removeIf(take -> take.node() == node));
    List<String> held = new ArrayList<>();
    holders.forEach(
        (name, holder) -> {
          if (holder == node) {
            held.add(name);
          }
        });
    held.stream().sorted().forEach(this::passOn);
    if (node == self) {
      lost();
    } else if (!living.isEmpty() && living.first() == self) {
      listener.orphaned();
    }
  }

  private void lost() {
    self = hello();
    List<Consumer<@Nullable EngineFailure>> unanswered = List.copyOf(questions.values());
    questions.clear();
    listener.lost();
    unanswered.forEach(each -> each.accept(NOT_HELD));
  }
}
