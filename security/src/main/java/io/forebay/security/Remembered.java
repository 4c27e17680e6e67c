package io.forebay.security;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// The latest of what was found out, as much as there is room for. What is put in when half of the
/// room is full pushes the older half out, but for what was asked for meanwhile. Any thread; nobody
/// waits.
///
/// Keys are digests: who reads our memory finds no password or token in them.
public final class Remembered<V> {
  private record Halves<V>(Map<String, V> young, Map<String, V> old) {
    static <V> Halves<V> after(Map<String, V> young) {
      return new Halves<>(new ConcurrentHashMap<>(), young);
    }
  }

  private final int half;
  private final AtomicReference<Halves<V>> halves =
      new AtomicReference<>(Halves.after(new ConcurrentHashMap<>()));

  /// @param entries how many there may be; 0 remembers nothing
  public Remembered(int entries) {
    half = entries / 2;
  }

  public @Nullable V get(String key) {
    Halves<V> now = halves.get();
    V value = now.young.get(key);
    if (value != null) {
      return value;
    }
    value = now.old.get(key);
    if (value != null) {
      put(key, value);
      if (!now.old.containsKey(key)) {
        // Somebody had it forgotten just then.
        forget(key);
      }
    }
    return value;
  }

  public void put(String key, V value) {
    if (half == 0) {
      return;
    }
    Halves<V> now = halves.get();
    now.young.put(key, value);
    if (now.young.size() >= half) {
      halves.compareAndSet(now, Halves.after(now.young));
    }
  }

  public void forget(String key) {
    Halves<V> now = halves.get();
    // In this order, see get.
    now.old.remove(key);
    now.young.remove(key);
  }
}
