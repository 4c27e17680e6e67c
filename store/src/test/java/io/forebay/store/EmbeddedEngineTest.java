package io.forebay.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.log.Batch;
import io.forebay.core.log.EngineFailure;
import io.forebay.core.log.Log;
import io.forebay.core.log.MessageFormat;
import io.forebay.core.log.Stored;
import io.forebay.core.log.Table;
import io.forebay.core.log.Tables;
import io.forebay.core.message.Message;
import io.forebay.core.message.Qos;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedEngineTest {
  private static final StreamSettings[] STREAMS = {
    Kept.onDisk("default"),
    Kept.onDisk("all"),
    Kept.stream("mem", Durability.MEMORY, Long.MAX_VALUE / 2, Long.MAX_VALUE)
  };

  @TempDir Path directory;
  private Kept kept;

  @BeforeEach
  void open() {
    kept = new Kept(Kept.small(directory), STREAMS);
  }

  @AfterEach
  void close() {
    kept.close();
  }

  private void reopen() {
    kept.close();
    open();
  }

  private static Message[] numbered(int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(i -> Messages.of("t/" + i % 5, "m" + i + "x".repeat(i % 700)))
        .toArray(Message[]::new);
  }

  @Test
  void aBatchIsToldMessageByMessageThenSettledThenEnded() {
    List<String> receipts = new ArrayList<>();
    Batch batch = new Batch(0);
    batch.append(
        Messages.of("x/wanted", "1"),
        (token, matched, why) -> receipts.add(token + " " + matched),
        7,
        null);
    batch.append(
        Messages.of("all/x", "2"),
        (token, matched, why) -> receipts.add(token + " " + matched),
        8,
        null);
    batch.append(Messages.of("y", "3"), null, 0, null);
    assertThat(kept.commit(batch)).isNull();
    kept.close();
    assertThat(kept.told).containsExactly("1@0:0", "2@1:0", "3@0:1", "settled", "end");
    assertThat(receipts).containsExactly("7 true", "8 false");
  }

  @Test
  void messagesAndRowsAreThereAfterARestart() {
    assertThat(kept.append(Messages.of("a", "1"), Messages.of("all/b", "2"))).isNull();
    kept.put("t", "k", "v");
    reopen();
    assertThat(kept.payloads(0, "#")).containsExactly("1");
    assertThat(kept.payloads(1, "#")).containsExactly("2");
    assertThat(kept.get("t", "k")).isEqualTo("v");
    assertThat(kept.engine.table("t").size()).isEqualTo(1);
    kept.append(Messages.of("a", "3"));
    assertThat(kept.payloads(0, "#")).containsExactly("1", "3");
    assertThat(kept.engine.head(0)).isEqualTo(2);
  }

  @Test
  void whatWasAcknowledgedIsInWhatAKillLeaves(@TempDir Path other) {
    kept.append(numbered(0, 300));
    kept.put("t", "k", "v");
    Path copied = Kept.copy(directory, other.resolve("copy"));
    try (Kept copy = new Kept(Kept.small(copied), STREAMS)) {
      assertThat(copy.payloads(0, "#")).isEqualTo(kept.payloads(0, "#")).hasSize(300);
      assertThat(copy.get("t", "k")).isEqualTo("v");
      assertThat(copy.engine.head(0)).isEqualTo(300);
    }
  }

  @Test
  void readersPageThroughManySlices() {
    for (int i = 0; i < 20; i++) {
      kept.append(numbered(100 * i, 100 * i + 100));
    }
    List<Stored> all = kept.readAll(0, 0, 64, "#");
    assertThat(all).hasSize(2_000);
    assertThat(all.stream().map(Stored::offset)).isSorted().doesNotHaveDuplicates();
    assertThat(kept.readAll(0, 0, 7, "t/3")).hasSize(400);
    assertThat(kept.readAll(0, 1_234, 64, "t/+", "x").getFirst().offset()).isEqualTo(1_234);
    Log.Slice one = kept.read(0, 17, 3, "#");
    assertThat(one.messages()).hasSize(3);
    assertThat(one.nextOffset()).isEqualTo(20);
    assertThat(one.atHead()).isFalse();
    List<Stored> fetched =
        Kept.<List<Stored>>await(
            answer -> kept.engine.fetch(0, new long[] {3, 4, 999, 1_999, 2_000}, answer));
    assertThat(fetched).extracting(Stored::offset).containsExactly(3L, 4L, 999L, 1_999L);
    assertThat(Kept.payload(fetched.get(2))).startsWith("m999");
  }

  @Test
  void aRetainedMessageIsItsTopicsValueUntilAnEmptyOneClearsIt() {
    kept.append(Messages.of("r", "1", Qos.AT_LEAST_ONCE, true, 0));
    kept.append(
        Messages.of("r", "2", Qos.AT_LEAST_ONCE, true, 0),
        Messages.of("mem/r", "3", Qos.AT_LEAST_ONCE, true, 0));
    assertThat(kept.engine.table(Tables.RETAINED).size()).isEqualTo(2);
    reopen();
    byte[] value =
        Kept.<byte[]>await(
            answer ->
                kept.engine
                    .table(Tables.RETAINED)
                    .get("r".getBytes(UTF_8), v -> answer.accept(Objects.requireNonNull(v))));
    assertThat(MessageFormat.decode(value).offset()).isEqualTo(1);
    assertThat(kept.engine.table(Tables.RETAINED).size()).isEqualTo(2);
    kept.append(Messages.of("r", "", Qos.AT_LEAST_ONCE, true, 0));
    assertThat(kept.get(Tables.RETAINED, "r")).isNull();
    assertThat(kept.engine.table(Tables.RETAINED).size()).isEqualTo(1);
  }

  @Test
  void aRowOfAMessageIsKeptWithItAndLaterRowsReplaceEarlierOnes() {
    Batch batch = new Batch(0);
    batch.append(
        Messages.of("a", "1"),
        null,
        0,
        new Batch.Row("t", "k".getBytes(UTF_8), "of the message".getBytes(UTF_8)));
    batch.row(new Batch.Row("t", "k".getBytes(UTF_8), "of the batch".getBytes(UTF_8)));
    kept.commit(batch);
    assertThat(kept.get("t", "k")).isEqualTo("of the batch");
    assertThat(kept.engine.table("t").size()).isEqualTo(1);
    kept.put("t", "k", null);
    assertThat(kept.engine.table("t").size()).isZero();
  }

  @Test
  void theBytesOfATableAreThoseOfItsRowsAlsoAfterARestart() {
    kept.put("t", "key", "short");
    kept.put("t", "key", "a longer value");
    kept.put("t", "other", "x".repeat(5_000));
    kept.put("t", "gone", "soon");
    kept.put("t", "gone", null);
    Batch batch = new Batch(0);
    batch.row(new Batch.Row("t", "twice".getBytes(UTF_8), "first".getBytes(UTF_8)));
    batch.row(new Batch.Row("t", "twice".getBytes(UTF_8), "second one".getBytes(UTF_8)));
    kept.commit(batch);
    int bytes = "key".length() + "a longer value".length() + "other".length() + 5_000 + 15;
    assertThat(kept.engine.table("t").bytes()).isEqualTo(bytes);
    reopen();
    assertThat(kept.engine.table("t").bytes()).isEqualTo(bytes);
    kept.put("t", "other", null);
    assertThat(kept.engine.table("t").bytes()).isEqualTo(bytes - 5_005);
  }

  @Test
  void aScanEndsWithTheRowThatMakesItEnough() throws Exception {
    for (int i = 1; i <= 5; i++) {
      kept.put("t", "key" + i, "x".repeat(1_000));
    }
    CompletableFuture<List<Table.Entry>> answer = new CompletableFuture<>();
    kept.engine.table("t").scan("key2".getBytes(UTF_8), 10, 1_005, answer::complete);
    assertThat(answer.get(20, TimeUnit.SECONDS))
        .extracting(row -> new String(row.key(), UTF_8))
        .containsExactly("key2", "key3");
  }

  @Test
  void committingNothingIsNoCommit() {
    Batch nothing = new Batch(0);
    assertThat(kept.commit(nothing)).isNull();
    assertThat(kept.engine.figures().commits()).isZero();
  }

  @Test
  void aStreamInMemoryForgetsAndNeverUsesAnOffsetAgain() {
    kept.append(Messages.of("mem/a", "1"));
    long before = kept.engine.head(2);
    assertThat(kept.readAll(2, 0, 10, "#")).hasSize(1);
    assertThat(kept.engine.figures().bytes()).isZero();
    reopen();
    assertThat(kept.engine.head(2)).isGreaterThan(before);
    assertThat(kept.read(2, before, 10, "#").lost()).isZero();
    assertThat(kept.read(2, before, 10, "#").atHead()).isTrue();
  }

  @Test
  void aTimeIsFound() {
    for (int i = 0; i < 400; i++) {
      kept.append(
          Messages.of("a", "x".repeat(300), Qos.AT_LEAST_ONCE, false, 1_000 + 10 * (i / 4)),
          Messages.of("a", "x".repeat(300), Qos.AT_LEAST_ONCE, false, 1_000 + 10 * (i / 4)));
    }
    for (long time : new long[] {0, 1_000, 1_001, 1_500, 1_990}) {
      long expected = Math.max(0, (time - 1_000 + 9) / 10 * 8);
      assertThat(Kept.<Long>await(answer -> kept.engine.seek(0, time, answer::accept)))
          .as("time " + time)
          .isEqualTo(expected);
    }
    assertThat(Kept.<Long>await(answer -> kept.engine.seek(0, 1_991, answer::accept)))
        .isEqualTo(800);
  }

  @Test
  void afterTheCloseBatchesAreRefusedWithAReason() {
    kept.close();
    assertThat(kept.append(Messages.of("x", "2")))
        .extracting(EngineFailure::kind)
        .isEqualTo(EngineFailure.Kind.UNAVAILABLE);
  }
}
