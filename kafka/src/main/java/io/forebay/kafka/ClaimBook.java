package io.forebay.kafka;

import io.forebay.core.log.EngineFailure;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
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
    /// what it said only the last is kept.
    void withdraw(String name);

    void wanted(String name);
  }

  /// Per name the holder, and behind it those who wait.
  private final Map<String, long[]> names = new ConcurrentHashMap<>();

  private final Map<String, Consumer<@Nullable EngineFailure>> asked = new ConcurrentHashMap<>();
  private final Owner owner;
  private volatile long self;

  ClaimBook(Owner owner) {
    this.owner = owner;
  }

  /// From now on this node has this number.
  void self(long number) {
    self = number;
  }

  long holder(String name) {
    long[] all = names.get(name);
    return all == null ? 0 : all[0];
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
    if (all == null) {
      names.put(take.name(), new long[] {take.node()});
      grant(take.name(), take.node());
    } else if (contains(all, take.node())) {
      refuse(take);
    } else if (take.ifFree()) {
      if (take.node() == self) {
        // Before anybody can ask again.
        owner.withdraw(take.name());
      }
      refuse(take);
    } else {
      long[] more = Arrays.copyOf(all, all.length + 1);
      more[all.length] = take.node();
      names.put(take.name(), more);
      if (all[0] == self) {
        owner.wanted(take.name());
      }
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
    if (node != self) {
      return;
    }
    Consumer<@Nullable EngineFailure> answer = asked.remove(name);
    if (answer != null) {
      owner.granted(answer);
    }
    long[] all = names.get(name);
    if (all != null && all.length > 1) {
      owner.wanted(name);
    }
  }

  void apply(Control.Release release) {
    leave(release.name(), release.node());
  }

  private void leave(String name, long node) {
    long[] all = names.get(name);
    if (all == null || !contains(all, node)) {
      return;
    }
    long[] left = Arrays.stream(all).filter(each -> each != node).toArray();
    if (left.length == 0) {
      names.remove(name);
    } else {
      names.put(name, left);
      if (all[0] == node) {
        grant(name, left[0]);
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
      if (each == node) {
        return true;
      }
    }
    return false;
  }
}
