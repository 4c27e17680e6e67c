package io.forebay.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.kafka.mapping.SkipReason;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

class SkippedTest {
  private static final long MINUTE = 60_000_000_000L;
  private static final ConsumerRecord<byte[], byte[]> RECORD = Read.record(null, null);

  private final List<String> lines = new ArrayList<>();
  private long nanos;

  private final Skipped skipped = new Skipped(() -> nanos, logger());

  private Logger logger() {
    return (Logger)
        Proxy.newProxyInstance(
            Logger.class.getClassLoader(),
            new Class<?>[] {Logger.class},
            (proxy, method, arguments) -> {
              lines.add(method.getName() + Arrays.deepToString(arguments));
              return null;
            });
  }

  private void skip(SkipReason reason, int times) {
    for (int i = 0; i < times; i++) {
      skipped.count(reason, RECORD);
    }
  }

  @Test
  void ofEachReasonThereAreAFewLinesAMinute() {
    skip(SkipReason.NO_KEY, 1_000);
    assertThat(lines).hasSize(10);
    assertThat(lines.getLast()).contains("no more lines of this for a minute");
    assertThat(lines.getFirst()).contains("warn", "no key").doesNotContain("no more lines");

    skip(SkipReason.TOO_LARGE, 3);
    assertThat(lines).hasSize(13);

    nanos += MINUTE;
    skip(SkipReason.NO_KEY, 1);
    assertThat(lines).hasSize(13);
    nanos++;
    skip(SkipReason.NO_KEY, 1_000);
    assertThat(lines).hasSize(23);
    assertThat(skipped.total()).isEqualTo(2_004);
  }

  @Test
  void recordsOfAProbeAreNeitherToldNorCounted() {
    skip(SkipReason.CHECK, 5);

    assertThat(lines).isEmpty();
    assertThat(skipped.total()).isZero();
  }

  @Test
  void headersThatWereLeftOutAreCounted() {
    skipped.leftOut(0);
    skipped.leftOut(3);
    skipped.leftOut(4);

    assertThat(skipped.headersLeftOut()).isEqualTo(7);
  }
}
