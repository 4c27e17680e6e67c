package io.forebay.sim;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/// Everything that has yet to happen in a run: queues of tasks. Tasks of one queue happen in order;
/// which queue goes next is the dice's choice, so one seed is one interleaving.
public final class Pending {
  private final RandomGenerator dice;
  private final List<ArrayDeque<Runnable>> queues = new ArrayList<>();
  private final List<Runnable> unordered = new ArrayList<>();

  public Pending(RandomGenerator dice) {
    this.dice = dice;
  }

  /// A queue of its own, such as an event loop's.
  public Executor newQueue() {
    ArrayDeque<Runnable> queue = new ArrayDeque<>();
    queues.add(queue);
    return queue::add;
  }

  /// Happens some time.
  public void sometime(Runnable task) {
    unordered.add(task);
  }

  /// Whoever was to do it is dead.
  public void forget() {
    queues.clear();
    unordered.clear();
  }

  public boolean isEmpty() {
    return unordered.isEmpty() && queues.stream().allMatch(ArrayDeque::isEmpty);
  }

  /// Lets one thing happen.
  ///
  /// @return false if there is nothing
  public boolean step() {
    List<ArrayDeque<Runnable>> ready = queues.stream().filter(each -> !each.isEmpty()).toList();
    int choices = ready.size() + (unordered.isEmpty() ? 0 : 1);
    if (choices == 0) {
      return false;
    }
    int choice = dice.nextInt(choices);
    if (choice < ready.size()) {
      ready.get(choice).remove().run();
    } else {
      unordered.remove(dice.nextInt(unordered.size())).run();
    }
    return true;
  }
}
