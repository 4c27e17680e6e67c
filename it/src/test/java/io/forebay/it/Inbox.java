package io.forebay.it;

import static org.assertj.core.api.Assertions.fail;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// What came and was not looked at yet.
public final class Inbox<T> {
  private final BlockingQueue<T> items = new LinkedBlockingQueue<>();

  public void add(T item) {
    items.add(item);
  }

  /// The next one, waited for.
  public T next() throws InterruptedException {
    T item = items.poll(Await.LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    return item == null ? fail("nothing came within " + Await.LIMIT.toSeconds() + " s") : item;
  }

  public int size() {
    return items.size();
  }
}
