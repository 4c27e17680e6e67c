package io.forebay.kafka;

import io.forebay.core.log.EngineFailure;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Who holds which name and who waits for it, as the control topic tells; and what this node has
/// asked for. Changed by the tail; [#holder] and what is asked on any thread.
final class ClaimBook {

  /// Told what becomes of this node's claims, on the tail's thread.
  interface Owner {
    void granted(Consumer<@Nullable EngineFailure> answer);

    void refused(Consumer<@Nullable EngineFailure> answer);

    /// What this node asked for stays with another: it has to say that it does not wait, since of
    /// what it said only the last is kept. Or it has what nobody here asks for any more.
    void withdraw(String name);

    void wanted(String name);
  }

  /// Per name the holder, and behind it those who wait, in the order in which they came. Who wanted
  /// it only if free stands there too, with a minus sign, until it takes that back: who stands
  /// where depends on nothing but what each of them said last, so compaction changes nothing.
  private final Map<String, long[]> names = new ConcurrentHashMap<>();

  /// What this node has taken back, and did not read yet. On the tail's thread.
  private final Set<String> withdrawn = new HashSet<>();

  private final Map<String, Consumer<@Nullable EngineFailure>> asked = new ConcurrentHashMap<>();
  private final Owner owner;
  private volatile long self;

  ClaimBook(Owner owner) {
    this.owner = owner;
  }

  /// From now on this node has this number.
  void self(long number) {
    withdrawn.clear();
    self = number;
  }

  long holder(String name) {
    long[] all = names.get(name);
    return all == null ? 0 : Math.abs(all[0]);
  }

  /// Whoever waits for an answer; at most one per name.
  ///
  /// @return false if one waits already
  boolean ask(String name, Consumer<@Nullable EngineFailure> answer) {
    return asked.putIfAbsent(name, answer) == null;
  }

  /// What was asked for will not come.
  @Nullable Consumer<@Nullable EngineFailure> takeBack(String name) {
    return asked.remove(name);
  }

  /// All that was asked for will not come.
  List<Consumer<@Nullable EngineFailure>> takeAllBack() {
    List<Consumer<@Nullable EngineFailure>> all = new ArrayList<>();
    for (String name : List.copyOf(asked.keySet())) {
      Consumer<@Nullable EngineFailure> answer = asked.remove(name);
      if (answer != null) {
        all.add(answer);
      }
    }
    return all;
  }

  void apply(Control.Take take) {
    long[] all = names.get(take.name());
    long entry = take.ifFree() ? -take.node() : take.node();
    if (all == null) {
      names.put(take.name(), new long[] {entry});
      grant(take.name(), take.node());
    } else if (contains(all, take.node())) {
      refuse(take);
    } else {
      long[] more = Arrays.copyOf(all, all.length + 1);
      more[all.length] = entry;
      names.put(take.name(), more);
      if (take.ifFree() && take.node() == self) {
        // Before anybody can ask again.
        withdraw(take.name());
        refuse(take);
      } else if (!take.ifFree() && holder(take.name()) == self) {
        owner.wanted(take.name());
      }
    }
  }

  private void withdraw(String name) {
    if (withdrawn.add(name)) {
      owner.withdraw(name);
    }
  }

  private void refuse(Control.Take take) {
    if (take.node() == self) {
      Consumer<@Nullable EngineFailure> answer = asked.remove(take.name());
      if (answer != null) {
        owner.refused(answer);
      }
    }
  }

  private void grant(String name, long node) {
    if (node != self || withdrawn.contains(name)) {
      return;
    }
    Consumer<@Nullable EngineFailure> answer = asked.remove(name);
    if (answer == null) {
      // Kafka did not say that it had the question, so whoever asked was told that it failed.
      withdraw(name);
      return;
    }
    owner.granted(answer);
    long[] all = names.get(name);
    if (all != null && Arrays.stream(all).skip(1).anyMatch(each -> each > 0)) {
      owner.wanted(name);
    }
  }

  void apply(Control.Release release) {
    if (release.node() == self) {
      withdrawn.remove(release.name());
    }
    leave(release.name(), release.node());
  }

  private void leave(String name, long node) {
    long[] all = names.get(name);
    if (all == null || !contains(all, node)) {
      return;
    }
    long[] left = Arrays.stream(all).filter(each -> Math.abs(each) != node).toArray();
    if (left.length == 0) {
      names.remove(name);
    } else {
      names.put(name, left);
      if (Math.abs(all[0]) == node) {
        grant(name, Math.abs(left[0]));
      }
    }
  }

  /// A node died: it holds nothing and waits for nothing.
  void died(long node) {
    for (Map.Entry<String, long[]> each : names.entrySet()) {
      if (contains(each.getValue(), node)) {
        leave(each.getKey(), node);
      }
    }
  }

  /// How many names are held.
  int size() {
    return names.size();
  }

  private static boolean contains(long[] all, long node) {
    for (long each : all) {
      if (Math.abs(each) == node) {
        return true;
      }
    }
    return false;
  }
}
