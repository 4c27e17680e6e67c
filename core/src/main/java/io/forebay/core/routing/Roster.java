package io.forebay.core.routing;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The subscriptions of one filter on one lane. Touched on that lane only. Adding and removing cost
/// the same however many there are; the order has no meaning.
final class Roster {
  private @Nullable Subscription[] subscriptions = new @Nullable Subscription[1];
  private int size;

  void add(Subscription subscription) {
    if (size == subscriptions.length) {
      subscriptions = Arrays.copyOf(subscriptions, size + (size >> 1) + 1);
    }
    subscription.slot = size;
    subscriptions[size++] = subscription;
  }

  void remove(Subscription subscription) {
    int slot = subscription.slot;
    if (slot >= size || subscriptions[slot] != subscription) {
      return;
    }
    Subscription last = get(--size);
    subscriptions[slot] = last;
    last.slot = slot;
    subscriptions[size] = null;
  }

  int size() {
    return size;
  }

  Subscription get(int i) {
    Subscription subscription = subscriptions[i];
    if (subscription == null) {
      throw new IllegalStateException("slots below the size are taken");
    }
    return subscription;
  }
}
