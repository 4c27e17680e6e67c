package io.forebay.kafka;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListSet;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/// Which nodes live, as the control topic tells. On the tail's thread, but for what says otherwise.
///
/// A node is judged by the beats of the one that judges: if it said nothing while the other heard
/// itself so often, it is dead. So when Kafka is away, and nobody hears anything, nobody dies.
final class Nodes {
  private final TreeMap<Long, String> names = new TreeMap<>();
  private final Map<Uuid, Long> numbers = new HashMap<>();
  private final Set<Long> living = new ConcurrentSkipListSet<>();
  private final Set<Long> dead = new HashSet<>();

  /// Own beats since the last of another.
  private final Map<Long, Integer> silentFor = new HashMap<>();

  /// A node begins.
  ///
  /// @return a living one of the same name, which it replaces; null if there is none
  @Nullable Long hello(Control.Hello hello, long number) {
    if (dead.contains(number)) {
      return null;
    }
    Long former = null;
    for (Map.Entry<Long, String> each : names.entrySet()) {
      if (each.getValue().equals(hello.name()) && living.contains(each.getKey())) {
        former = each.getKey();
      }
    }
    names.put(number, hello.name());
    numbers.put(hello.life(), number);
    living.add(number);
    return former;
  }

  /// @return whether it lived
  boolean die(long number) {
    dead.add(number);
    silentFor.remove(number);
    return living.remove(number);
  }

  boolean isDead(long number) {
    return dead.contains(number);
  }

  /// Any thread.
  boolean lives(long number) {
    return living.contains(number);
  }

  /// The number of a life; 0 if it did not begin yet.
  long number(Uuid life) {
    return numbers.getOrDefault(life, 0L);
  }

  @Nullable String name(long number) {
    return names.get(number);
  }

  /// The one that does what one should; 0 if nobody lives. Any thread.
  long leader() {
    return living.stream().findFirst().orElse(0L);
  }

  Set<Long> living() {
    return Set.copyOf(living);
  }

  /// Another node was heard.
  void heard(long number) {
    silentFor.put(number, 0);
  }

  /// This node heard itself.
  ///
  /// @return those that were silent for `beats` of its own
  Set<Long> beat(long self, int beats) {
    Set<Long> silent = new HashSet<>();
    for (Long each : living) {
      if (each != self && silentFor.merge(each, 1, Integer::sum) > beats) {
        silent.add(each);
      }
    }
    return silent;
  }
}
