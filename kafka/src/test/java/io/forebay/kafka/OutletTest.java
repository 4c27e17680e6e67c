package io.forebay.kafka;

import static io.forebay.kafka.OutletFixture.SECOND;
import static io.forebay.kafka.OutletFixture.message;
import static io.forebay.kafka.OutletFixture.row;
import static io.forebay.kafka.OutletFixture.words;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.log.Batch;
import io.forebay.core.log.Tables;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class OutletTest {
  private static final int MIB = 1 << 20;

  private final OutletFixture node = new OutletFixture();

  // ---------------------------------------------------------------- messages and rows

  @Test
  void rowsGoWhenKafkaHasTheMessages() {
    Batch batch = node.publishes("m");
    batch.row(row("r", null));
    node.outlet.submit(batch);
    node.rounds();
    assertThat(words(node.producer.history())).containsExactly("message m");

    node.producer.completeNext();
    node.rounds();
    assertThat(words(node.producer.history())).containsExactly("message m", "row r of 7");
    assertThat(node.outcomes).isEmpty();
  }

  @Test
  void aBatchWithRowsIsSettledWhenThisNodeHasReadThem() {
    Batch batch = node.publishes("m");
    batch.row(row("r", null));
    batch.row(row("s", null));
    node.outlet.submit(batch);
    node.acknowledgeAll();
    assertThat(node.outcomes).isEmpty();

    node.controlHead = 1;
    node.rounds();
    assertThat(node.outcomes).as("the second is at 1").isEmpty();
    assertThat(node.outlet.bytes()).isPositive();

    node.controlHead = 2;
    node.rounds();
    assertThat(node.outcomes).containsExactly("m taken", "batch of m kept");
    assertThat(node.outlet.bytes()).isZero();
  }

  @Test
  void aBatchWithoutRowsIsSettledWhenKafkaHasIt() {
    node.outlet.submit(node.publishes("m"));
    node.rounds();
    assertThat(node.outcomes).isEmpty();

    node.acknowledgeAll();
    assertThat(node.outcomes).containsExactly("m taken", "batch of m kept");
  }

  @Test
  void everythingGoesInTheOrderInWhichItWasGiven() {
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 1_500; i++) {
      node.outlet.submit(node.publishes("m" + i));
      node.outlet.submit(2, ("w" + i).getBytes(UTF_8));
      node.outlet.submit(new Control.Release(7, "n" + i), failure -> {});
      expected.add("message m" + i);
      expected.add("words w" + i);
      expected.add(new Control.Release(7, "n" + i).toString());
    }
    node.rounds();

    assertThat(words(node.producer.history())).isEqualTo(expected);
  }

  @Test
  void aMessageThatKafkaRefusesDoesNotFailTheOthers() {
    Batch batch = node.batch("batch");
    for (String each : List.of("a", "b", "c")) {
      node.append(batch, message("a", each, false), null);
    }
    batch.row(row("r", null));
    node.outlet.submit(batch);
    node.rounds();
    node.producer.completeNext();
    node.producer.errorNext(new RecordTooLargeException("too large"));
    node.acknowledgeAll();
    node.readAll();

    assertThat(words(node.producer.history())).endsWith("row r of 7");
    assertThat(node.outcomes)
        .containsExactly("a taken", "b refused: TOO_LARGE", "c taken", "batch kept");
  }

  @Test
  void aMessageForATopicThatIsNotThereIsRefusedAndTheTopicAskedFor() {
    Batch batch = node.batch("batch");
    node.append(batch, message("vehicles/a", "a", false), null);
    node.append(batch, message("b", "b", false), null);
    node.outlet.submit(batch);
    node.acknowledgeAll();

    assertThat(node.outcomes).containsExactly("a refused: UNAVAILABLE", "b taken", "batch kept");
    assertThat(node.topics.takeAsked()).containsExactly("vehicles");
  }

  @Test
  void aMessageThatMakesNoRecordIsRefusedAlone() {
    Batch batch = node.batch("batch");
    node.append(batch, message("$SYS/a", "a", false), null);
    node.append(batch, message("b", "b", false), null);
    node.outlet.submit(batch);
    node.acknowledgeAll();

    assertThat(node.outcomes).containsExactly("a refused: BROKEN", "b taken", "batch kept");
  }

  @Test
  void aProducerThatIsClosedRefusesAndTheOutletGoesOn() {
    node.producer.close();
    node.outlet.submit(node.publishes("m"));
    node.rounds();

    assertThat(node.outcomes).containsExactly("m refused: BROKEN", "batch of m kept");
  }

  @Test
  void aRowThatKafkaRefusesFailsItsBatch() {
    Batch batch = node.publishes("m");
    batch.row(row("r", null));
    node.outlet.submit(batch);
    node.rounds();
    node.producer.completeNext();
    node.rounds();
    node.producer.errorNext(new TimeoutException("late"));
    node.readAll();

    assertThat(node.outcomes).containsExactly("m refused: UNAVAILABLE", "batch of m not kept");
    assertThat(node.outlet.bytes()).isZero();
  }

  @Test
  void aRowWhoseNameThisNodeDoesNotHoldIsNotWritten() {
    Batch batch = node.batch("batch");
    batch.row(row("r", "client/c"));
    node.outlet.submit(batch);
    node.acknowledgeAll();
    assertThat(node.producer.history()).isEmpty();
    assertThat(node.outcomes).containsExactly("batch not kept");

    node.held.add("client/c");
    Batch again = node.batch("again");
    again.row(row("r", "client/c"));
    node.outlet.submit(again);
    node.acknowledgeAll();
    node.readAll();
    assertThat(node.outcomes).containsExactly("batch not kept", "again kept");
  }

  @Test
  void aRetainedMessageIsToldToKafkaWithItsPosition() {
    Batch batch = node.batch("batch");
    node.append(batch, message("a/b", "v", true), null);
    node.outlet.submit(batch);
    node.rounds();
    node.producer.completeNext();
    node.rounds();
    assertThat(words(node.producer.history())).containsExactly("message v", "retained a/b");
    assertThat(node.outcomes).isEmpty();

    RetainedFormat.Retained retained =
        Objects.requireNonNull(RetainedFormat.decode(Read.back(node.producer.history().getLast())));
    assertThat(retained.partition()).isEqualTo(3);
    assertThat(retained.offset()).isZero();

    node.acknowledgeAll();
    assertThat(node.outcomes).containsExactly("v taken", "batch kept");
  }

  @Test
  void whatBeginsWithADollarStaysHere() {
    Batch batch = node.batch("batch");
    batch.retain(message("$SYS/a", "v", true));
    batch.retain(message("$SYS/b", "", true));
    batch.row(new Batch.Row(Tables.RETAINED, new byte[] {'x'}, null));
    node.outlet.submit(batch);
    node.acknowledgeAll();

    assertThat(node.producer.history()).isEmpty();
    assertThat(node.local).hasSize(3);
    assertThat(node.local.get(0).value()).isNotNull();
    assertThat(node.local.get(1).value()).isNull();
    assertThat(node.outcomes).containsExactly("batch kept");
  }

  @Test
  void whoFillsBatchesIsToldOfThemInTheirOrder() {
    Batch first = node.publishes("first");
    first.row(row("r", null));
    node.outlet.submit(first);
    node.outlet.submit(node.publishes("second"));
    node.acknowledgeAll();
    assertThat(node.outcomes).as("its row is not read yet").isEmpty();

    node.readAll();
    assertThat(node.outcomes)
        .containsExactly(
            "first taken", "batch of first kept", "second taken", "batch of second kept");
  }

  // ---------------------------------------------------------------- taken for dead

  @Test
  void whenThisNodeIsTakenForDeadWhatWaitsFails() {
    List<String> said = new ArrayList<>();
    Batch written = node.publishes("written");
    written.row(row("r", null));
    node.outlet.submit(written);
    node.acknowledgeAll();
    Batch sent = node.publishes("sent");
    sent.row(row("s", null));
    node.outlet.submit(sent);
    node.rounds();
    node.outlet.submit(node.publishes("queued"));
    node.outlet.submit(new Control.Take(7, "n", false), failure -> said.add("take " + failure));
    node.outlet.submit(2, new byte[] {1});
    int before = node.producer.history().size();

    node.life.lost();
    node.outlet.lost();
    node.rounds();
    assertThat(node.outcomes)
        .as("the others in their turn")
        .containsExactly("written refused: UNAVAILABLE", "batch of written not kept");
    assertThat(said).containsExactly("take " + Failures.LOST);

    node.producer.completeNext();
    node.life.began(20);
    node.rounds();
    assertThat(node.outcomes)
        .endsWith(
            "sent refused: UNAVAILABLE",
            "batch of sent not kept",
            "queued refused: UNAVAILABLE",
            "batch of queued not kept");
    assertThat(node.producer.history()).as("not under the old number").hasSize(before);
    assertThat(node.outlet.bytes()).isZero();

    node.outlet.submit(node.publishes("new"));
    node.acknowledgeAll();
    assertThat(node.outcomes).endsWith("new taken", "batch of new kept");
  }

  /// Its rows may have come after the verdict; that the outlet is told a little later must not make
  /// them count.
  @Test
  void whoHasReadItsOwnEndDoesNotKeepWhatItWroteBefore() {
    Batch first = node.batch("first");
    first.row(row("r", null));
    Batch second = node.batch("second");
    second.row(row("s", null));
    node.outlet.submit(first);
    node.acknowledgeAll();
    node.outlet.submit(second);
    node.rounds();
    node.producer.completeNext();

    node.life.lost();
    node.controlHead = 100;
    node.rounds();
    assertThat(node.outcomes).containsExactlyInAnyOrder("first not kept", "second not kept");
  }

  @Test
  void whatWasAskedUnderANumberThatIsDeadIsRefused() {
    List<String> said = new ArrayList<>();
    node.life.lost();
    node.life.began(20);
    node.outlet.submit(new Control.Take(7, "n", false), failure -> said.add("take " + failure));
    node.outlet.submit(new Control.Release(7, "n"), failure -> said.add("release " + failure));
    node.rounds();

    assertThat(said).containsExactly("take " + Failures.LOST, "release " + Failures.LOST);
    assertThat(node.producer.history()).isEmpty();
  }

  @Test
  void aReplacedNodeRefusesEverything() {
    node.life.replaced();
    node.outlet.submit(node.publishes("m"));
    node.rounds();

    assertThat(node.outcomes).containsExactly("m refused: UNAVAILABLE", "batch of m not kept");
    assertThat(node.outlet.trouble()).asString().contains("node-1");
  }

  @Test
  void ifKafkaDoesNotTakeWhatOthersWaitForTheNodeBeginsAnew() {
    node.outlet.submit(new Control.Take(7, "n", false), failure -> {});
    node.rounds();
    node.producer.errorNext(new TimeoutException("late"));
    node.rounds();
    assertThat(node.fenced).as("whoever asked was told").isZero();

    node.outlet.submit(new Control.Release(7, "n"), failure -> {});
    node.rounds();
    node.producer.errorNext(new TimeoutException("late"));
    node.rounds();
    assertThat(node.fenced).isEqualTo(1);
  }

  @Test
  void ifKafkaDoesNotTakeAWordTheNodeBeginsAnew() {
    node.outlet.submit(2, new byte[] {1});
    node.rounds();
    node.producer.errorNext(new TimeoutException("late"));
    node.rounds();

    assertThat(node.fenced).isEqualTo(1);
  }

  @Test
  void aWordThatIsTooLargeIsLostAlone() {
    node.outlet.submit(2, new byte[] {1});
    node.rounds();
    node.producer.errorNext(new RecordTooLargeException("too large"));
    node.rounds();

    assertThat(node.fenced).isZero();
  }

  // ---------------------------------------------------------------- holding publishers

  @Test
  void publishersWaitWhileTooMuchIsOnItsWay() {
    String large = "x".repeat(MIB);
    for (int i = 0; i < 31; i++) {
      node.outlet.submit(node.publishes(large));
    }
    node.rounds();
    assertThat(node.holds).isEmpty();

    node.outlet.submit(node.publishes(large));
    node.rounds();
    assertThat(node.holds).containsExactly(true);

    for (int i = 0; i < 16; i++) {
      node.producer.completeNext();
    }
    node.rounds();
    assertThat(node.holds).as("16 and a little are left").containsExactly(true);
    node.producer.completeNext();
    node.rounds();
    assertThat(node.holds).containsExactly(true, false);

    node.acknowledgeAll();
    assertThat(node.outlet.bytes()).isZero();
  }

  @Test
  void whoDoesNotHearItselfWritesNothingAndLetsPublishersWait() {
    node.nanos += 5 * SECOND;
    node.outlet.submit(node.publishes("m"));
    node.rounds();
    assertThat(node.producer.history()).isEmpty();
    assertThat(node.holds).containsExactly(true);
    assertThat(node.outlet.trouble()).isNotNull();

    node.life.heardItself(node.nanos);
    node.acknowledgeAll();
    assertThat(node.holds).containsExactly(true, false);
    assertThat(node.outlet.trouble()).isNull();
    assertThat(node.outcomes).containsExactly("m taken", "batch of m kept");
  }

  // ---------------------------------------------------------------- the end

  @Test
  void atTheEndWhatWasSubmittedIsWrittenAndNothingElseTaken() {
    List<String> end = new ArrayList<>();
    node.outlet.submit(node.publishes("m"));
    node.rounds();
    node.producer.completeNext();
    node.outlet.start();
    node.outlet.close(() -> end.add("farewell"));
    assertThat(node.outcomes).containsExactly("m taken", "batch of m kept");
    assertThat(end).containsExactly("farewell");

    node.outlet.submit(node.publishes("late"));
    node.outlet.submit(new Control.Take(7, "n", false), failure -> end.add("take " + failure));
    assertThat(node.outcomes).endsWith("late refused: UNAVAILABLE", "batch of late not kept");
    assertThat(end).endsWith("take " + Failures.CLOSING);
    assertThat(node.outlet.bytes()).isZero();
  }

  /// Whatever fails, and when: each batch is settled once, and nothing stays behind.
  @Test
  void everyBatchIsSettledOnceWhateverHappens() {
    for (int seed = 0; seed < 500; seed++) {
      OutletFixture each = new OutletFixture();
      Random random = new Random(seed);
      int batches = storm(each, random);
      each.acknowledgeAll();
      each.readAll();

      assertThat(each.outcomes.stream().filter(line -> line.startsWith("batch ")).distinct())
          .as("seed %s", seed)
          .hasSize(batches);
      assertThat(each.outcomes.stream().filter(line -> line.startsWith("batch ")))
          .as("seed %s", seed)
          .hasSize(batches);
      assertThat(each.outlet.bytes()).as("seed %s", seed).isZero();
    }
  }

  private static int storm(OutletFixture node, Random random) {
    node.begin(OutletFixture.producer(true));
    node.held.add("held");
    int batches = 0;
    long number = 7;
    for (int i = 0; i < 100; i++) {
      switch (random.nextInt(9)) {
        case 0, 1, 2 -> node.outlet.submit(randomBatch(node, random, "batch " + batches++));
        case 3, 4 -> node.outlet.round();
        case 5 -> node.producer.completeNext();
        case 6 -> node.producer.errorNext(new TimeoutException("late"));
        case 7 -> node.controlHead += random.nextInt(5);
        default -> {
          if (random.nextInt(4) == 0) {
            node.life.lost();
            node.outlet.lost();
            node.life.began(++number);
          }
        }
      }
    }
    return batches;
  }

  private static Batch randomBatch(OutletFixture node, Random random, String name) {
    Batch batch = node.batch(name);
    for (int i = random.nextInt(4); i > 0; i--) {
      String topic = random.nextInt(5) == 0 ? "vehicles/a" : "a";
      node.append(
          batch,
          message(topic, "m", random.nextInt(3) == 0),
          random.nextInt(6) == 0 ? row("r", "held") : null);
    }
    for (int i = random.nextInt(3); i > 0; i--) {
      batch.row(row("r", random.nextInt(4) == 0 ? "other" : "held"));
    }
    return batch;
  }
}
