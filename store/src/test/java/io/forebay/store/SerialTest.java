package io.forebay.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SerialTest {

  @Test
  void tasksOfATaskComeAfterIt() {
    List<String> ran = new ArrayList<>();
    Serial serial = new Serial(() -> ran.add("end"));
    serial.execute(
        () -> {
          serial.execute(() -> ran.add("inner"));
          ran.add("outer");
        });
    assertThat(ran).containsExactly("outer", "inner", "end");
  }

  @Test
  void manyThreadsRunOneAtATimeAndEachInItsOrder() throws Exception {
    int threads = 4;
    int each = 20_000;
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger overlaps = new AtomicInteger();
    AtomicInteger disorder = new AtomicInteger();
    // Plain on purpose: written by whoever runs the serial, seen by the next.
    int[] last = new int[threads];
    CountDownLatch done = new CountDownLatch(threads * each);
    Serial serial = new Serial(() -> {});
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      for (int t = 0; t < threads; t++) {
        int thread = t;
        pool.execute(
            () -> {
              for (int i = 1; i <= each; i++) {
                int number = i;
                serial.execute(
                    () -> {
                      overlaps.addAndGet(inside.getAndIncrement());
                      if (last[thread] != number - 1) {
                        disorder.incrementAndGet();
                      }
                      last[thread] = number;
                      inside.decrementAndGet();
                      done.countDown();
                    });
              }
            });
      }
      assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(overlaps).hasValue(0);
    assertThat(disorder).hasValue(0);
    assertThat(last).containsOnly(each);
  }

  @Test
  void aTaskThatThrowsStopsNobody() {
    List<String> ran = new ArrayList<>();
    Serial serial = new Serial(() -> ran.add("end"));
    assertThatThrownBy(
            () ->
                serial.execute(
                    () -> {
                      serial.execute(() -> ran.add("next"));
                      throw new IllegalStateException("broken");
                    }))
        .hasMessage("broken");
    serial.execute(() -> ran.add("later"));
    assertThat(ran).containsExactly("next", "end", "later", "end");
  }
}
