package io.forebay.security;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One check being asked once. Its first answer counts: who asked takes it from here if it is there
/// when the check returns; else it goes on with whoever brings it. Any thread.
final class Question implements Consumer<Verdict> {
  private sealed interface State {
    /// Who asked has left, and the answer is to come after.
    record Left() implements State {
      static final Left INSTANCE = new Left();
    }

    record Answered(Verdict verdict) implements State {}
  }

  private final Consumer<Verdict> later;
  private final AtomicReference<@Nullable State> state = new AtomicReference<>();

  /// @param later takes an answer that comes after [#answered] was called
  Question(Consumer<Verdict> later) {
    this.later = later;
  }

  @Override
  public void accept(Verdict verdict) {
    State answered = new State.Answered(verdict);
    if (!state.compareAndSet(null, answered)
        && state.compareAndSet(State.Left.INSTANCE, answered)) {
      later.accept(verdict);
    }
  }

  /// Called once, when the check has returned.
  ///
  /// @return null if the answer is not there yet
  @Nullable Verdict answered() {
    if (state.compareAndSet(null, State.Left.INSTANCE)) {
      return null;
    }
    return state.get() instanceof State.Answered answered ? answered.verdict() : null;
  }
}
