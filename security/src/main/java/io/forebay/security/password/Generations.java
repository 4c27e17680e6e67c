package io.forebay.security.password;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A bounded set that forgets what was not asked for in a while: when the young half is full it
/// becomes the old one, and the old one goes. What is asked for becomes young again. Any thread,
/// without locks; under a race it may forget more than it had to.
final class Generations<T> {
  private final int half;
  private volatile Set<T> young = ConcurrentHashMap.newKeySet();
  private volatile Set<T> old = Set.of();

  /// @param most that it holds, give or take one for each thread
  Generations(int most) {
    half = most / 2;
  }

  boolean contains(T element) {
    if (young.contains(element)) {
      return true;
    }
    boolean there = old.contains(element);
    if (there) {
      add(element);
    }
    return there;
  }

  void add(T element) {
    Set<T> mine = young;
    mine.add(element);
    if (mine.size() >= half) {
      turn();
    }
  }

  private synchronized void turn() {
    if (young.size() >= half) {
      old = young;
      young = ConcurrentHashMap.newKeySet();
    }
  }
}
