package io.forebay.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.forebay.core.log.EngineFailure;
import io.forebay.core.log.Log;
import io.forebay.core.log.Replica;
import io.forebay.core.log.Replica.Change;
import io.forebay.core.log.Replica.Head;
import io.forebay.core.log.Replica.Place;
import io.forebay.core.log.Stored;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalReplicaTest {
  @TempDir Path directory;
  private final FailingDisk disk = new FailingDisk();

  private Copied open() {
    return Copied.inOrder(Kept.small(directory, disk));
  }

  private static Change change(Stored message, String row) {
    return new Change(List.of(message), List.of(), List.of(Copied.row("k", row)));
  }

  @Test
  void aPartitionThatIsNotThereIsEmpty() {
    try (Copied copied = open()) {
      for (int number : new int[] {0, 7, -1}) {
        assertThat(copied.replica.head(number)).isZero();
        assertThat(copied.replica.start(number)).isZero();
        assertThat(copied.replica.endangered(number)).isZero();
        assertThat(copied.seek(number, 0)).isZero();
        assertThat(copied.fetch(number, 0, 5)).isEmpty();
        assertThat(copied.read(number, 3, 10, "#")).isEqualTo(new Log.Slice(List.of(), 3, true, 0));
        assertThat(copied.replica.position(number, 5).offset()).isEqualTo(5);
      }
      assertThat(copied.replica.partition("s", 0)).isEqualTo(-1);
      assertThat(copied.partition(0, "s")).isEqualTo(-1);
      assertThat(copied.read(0, 3, 10, "#").atHead()).isTrue();
      assertThat(copied.seek(0, 0)).isZero();
      assertThat(copied.fetch(0, 0, 5)).isEmpty();
      copied.replica.tick(Long.MAX_VALUE / 2);
      assertThat(copied.partition(0, "s")).isEqualTo(-1);
    }
  }

  @Test
  void aPartitionBeginsWithTheFirstHeadOrMessage() {
    try (Copied copied = open()) {
      copied.partition(0, "headed");
      copied.partition(1, "filled");
      copied.head(0, 1_000);
      copied.write(Copied.message(0, 1_003, "a", "1"), Copied.message(1, 50, "a", "1"));
      assertThat(copied.replica.start(0)).isEqualTo(1_000);
      assertThat(copied.replica.head(0)).isEqualTo(1_004);
      assertThat(copied.replica.start(1)).isEqualTo(50);
      assertThat(copied.replica.head(1)).isEqualTo(51);
      assertThat(copied.read(0, 990, 5, "#").lost()).isEqualTo(10);
      assertThat(copied.read(0, 1_000, 5, "#").messages()).hasSize(1);
    }
    try (Copied copied = open()) {
      assertThat(copied.partition(0, "headed")).isEqualTo(1_004);
      assertThat(copied.partition(1, "filled")).isEqualTo(51);
      assertThat(copied.replica.start(0)).isEqualTo(1_000);
      assertThat(copied.replica.start(1)).isEqualTo(50);
    }
  }

  @Test
  void headsThatMoveWithoutMessagesAreKept() {
    try (Copied copied = open()) {
      copied.partition(0, "s");
      copied.write(Copied.message(0, 5, "a", "1"));
      copied.head(0, 9);
      copied.head(0, 7);
      assertThat(copied.replica.head(0)).isEqualTo(9);
      assertThat(copied.read(0, 6, 5, "#")).isEqualTo(new Log.Slice(List.of(), 9, true, 0));
      assertThat(copied.seek(0, 1)).isEqualTo(9);
    }
    try (Copied copied = open()) {
      assertThat(copied.partition(0, "s")).isEqualTo(9);
      assertThat(copied.readAll(0, 5, 5, "#")).hasSize(1);
      copied.write(Copied.message(0, 8, "a", "passed over"), Copied.message(0, 9, "a", "2"));
      assertThat(copied.payloads(0, "a")).containsExactly("1", "2");
    }
  }

  @Test
  void whatBelongsElsewhereIsDroppedAndTheRestStays() {
    try (Copied copied = open()) {
      for (int number = 0; number < 12; number++) {
        copied.partition(number, "s" + number);
        copied.write(Copied.message(number, 5, "a", "old " + number));
      }
    }
    try (Copied copied = open()) {
      assertThat(copied.partition(0, "s0")).isEqualTo(6);
      assertThat(copied.replica.partition(1, new Place("s1", 0, 2))).isEqualTo(-1);
      for (int number = 2; number < 12; number++) {
        assertThat(copied.partition(number, "s" + number)).isEqualTo(6);
      }
      assertThat(copied.payloads(1, "#")).isEmpty();
      copied.write(Copied.message(1, 2, "a", "new"));
      assertThat(copied.payloads(1, "#")).containsExactly("new");
      assertThat(copied.payloads(11, "#")).containsExactly("old 11");
      assertThat(copied.replica.position(1, 2)).hasToString("s1/0/2/2");
    }
    try (Copied copied = open()) {
      copied.partition(0, "s0");
      assertThat(copied.replica.partition(1, new Place("s1", 0, 2))).isEqualTo(3);
      assertThatThrownBy(() -> copied.partition(0, "another"))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> copied.partition(3, "too early"))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void ofStreamsThatWereMadeAnewTheLastIsFound() {
    try (Copied copied = open()) {
      copied.replica.partition(0, new Place("s", 0, 1));
      copied.replica.partition(1, new Place("s", 1, 1));
      copied.replica.partition(2, new Place("s", 0, 2));
      assertThat(copied.replica.partition("s", 0)).isEqualTo(2);
      assertThat(copied.replica.partition("s", 1)).isEqualTo(1);
      assertThat(copied.replica.partition("s", 2)).isEqualTo(-1);
    }
  }

  @Test
  void aTornEndOfTheLogLeavesAnOlderCopyAsAWhole() throws IOException {
    Path torn = directory.resolve("torn");
    Path used = directory.resolve("used");
    try (Copied copied = Copied.open(Kept.small(used))) {
      copied.partition(0, "s");
      for (int i = 0; i < 100; i++) {
        copied.replica.write(
            new Change(
                List.of(Copied.message(0, 10L * i, "a", i + "x".repeat(50))),
                List.of(new Head(0, 10L * i + 5)),
                List.of(Copied.row("next", Integer.toString(10 * i + 5)))));
      }
      Kept.copy(used, torn);
    }
    shorten(torn, 0.6);
    try (Copied copied = Copied.open(Kept.small(torn))) {
      long head = copied.partition(0, "s");
      assertThat(head).isBetween(5L, 990L);
      assertThat(copied.get("next")).isEqualTo(Long.toString(head));
      assertThat(copied.payloads(0, "a")).hasSize((int) head / 10 + 1);
      copied.write(Copied.message(0, head + 3, "a", "next"));
      assertThat(copied.payloads(0, "a")).endsWith("next");
    }
  }

  private static void shorten(Path killed, double part) throws IOException {
    try (Stream<Path> files = Files.list(killed)) {
      Path newest =
          files
              .filter(file -> file.toString().endsWith(".log"))
              .max(Comparator.comparing(Path::getFileName))
              .orElseThrow();
      try (RandomAccessFile log = new RandomAccessFile(newest.toFile(), "rw")) {
        log.setLength((long) (log.length() * part));
      }
    }
  }

  @Test
  void copiesAndAnEngineOfItsOwnDoNotShareADirectory() {
    Path copies = directory.resolve("copies");
    Copied.open(Kept.small(copies)).close();
    assertThatThrownBy(() -> new Kept(Kept.small(copies), Kept.onDisk("default")))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("holds copies");
    Path own = directory.resolve("own");
    new Kept(Kept.small(own), Kept.onDisk("default")).close();
    assertThatThrownBy(() -> Copied.open(Kept.small(own)))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("kept by itself");
    new Kept(Kept.small(own), Kept.onDisk("default")).close();
    Copied.open(Kept.small(copies)).close();
  }

  // ---------------------------------------------------------------- trouble

  private static EngineFailure.Kind refused(Copied copied, Change change) {
    Replica.ReplicaException failed =
        catchThrowableOfType(Replica.ReplicaException.class, () -> copied.replica.write(change));
    assertThat(failed).isNotNull();
    return failed.failure().kind();
  }

  @Test
  void whenThereIsNoRoomForMessagesRowsAreStillWritten() {
    try (Copied copied =
        Copied.inOrder(
            new StoreSettings(
                directory, 1_000, 1 << 20, 8 << 20, 64 << 10, 1, 4, 4 << 10, 32 << 10, 1 << 20,
                disk))) {
      copied.partition(0, "s");
      disk.usableBytes = 999;
      copied.replica.tick(0);
      Change change = change(Copied.message(0, 0, "a", "1"), "1");
      assertThat(refused(copied, change)).isEqualTo(EngineFailure.Kind.QUOTA);
      assertThat(copied.get("k")).isNull();
      copied.replica.write(
          new Change(List.of(), List.of(), List.of(Copied.row("other", "written"))));
      assertThat(copied.get("other")).isEqualTo("written");
      disk.usableBytes = 1_000;
      copied.replica.write(change);
      assertThat(copied.replica.trouble()).isNull();
      assertThat(copied.get("k")).isEqualTo("1");
    }
  }

  @Test
  void aDirectoryThatCannotBeOpenedAgainIsTriedUntilItCan() throws IOException {
    try (Copied copied = open()) {
      copied.partition(0, "s");
      copied.write(Copied.message(0, 0, "a", "1"));
      Change change = change(Copied.message(0, 2, "a", "2"), "2");
      disk.mode = FailingDisk.Mode.FAILS;
      assertThat(refused(copied, change)).isEqualTo(EngineFailure.Kind.BROKEN);
      assertThat(copied.payloads(0, "#")).as("readers go on").containsExactly("1");
      disk.mode = FailingDisk.Mode.WORKS;
      Path current = directory.resolve("CURRENT");
      byte[] named = Files.readAllBytes(current);
      Files.writeString(current, "MANIFEST-nonsense\n");
      assertThat(refused(copied, change)).isEqualTo(EngineFailure.Kind.BROKEN);
      assertThatThrownBy(() -> copied.partition(1, "t"))
          .isInstanceOf(Replica.ReplicaException.class);
      copied.replica.tick(0);
      assertThat(copied.replica.trouble()).isNotNull();
      disk.usableBytes = -1;
      assertThat(refused(copied, change)).isEqualTo(EngineFailure.Kind.QUOTA);
      disk.usableBytes = Long.MAX_VALUE;
      Files.write(current, named);
      assertThat(copied.partition(1, "t")).isEqualTo(-1);
      copied.replica.write(change);
      assertThat(copied.payloads(0, "#")).containsExactly("1", "2");
      assertThat(copied.get("k")).isEqualTo("2");
    }
  }

  @Test
  void aPartitionWhoseFirstWriteFailedBeginsAnew() {
    try (Copied copied = open()) {
      copied.partition(0, "s");
      disk.mode = FailingDisk.Mode.FAILS;
      assertThat(refused(copied, change(Copied.message(0, 500, "a", "1"), "1")))
          .isEqualTo(EngineFailure.Kind.BROKEN);
      disk.mode = FailingDisk.Mode.WORKS;
      assertThat(copied.partition(0, "s")).isEqualTo(-1);
      assertThat(copied.replica.head(0)).isZero();
      copied.write(Copied.message(0, 7, "a", "2"));
      assertThat(copied.replica.start(0)).isEqualTo(7);
      assertThat(copied.payloads(0, "#")).containsExactly("2");
    }
  }

  @Test
  void readersBesideTheWriterMissNothing() throws Exception {
    long last = 40_000;
    AtomicBoolean done = new AtomicBoolean();
    AtomicReference<@Nullable Throwable> wrong = new AtomicReference<>();
    try (Copied copied = Copied.open(Kept.small(directory))) {
      copied.partition(0, "s");
      copied.head(0, 0);
      Thread reader =
          new Thread(
              () -> {
                try {
                  follow(copied, last, done);
                } catch (RuntimeException | AssertionError e) {
                  wrong.set(e);
                }
              });
      reader.start();
      long offset = 0;
      while (offset < last) {
        List<Stored> messages = new ArrayList<>();
        for (int i = 0; i < 100; i++, offset++) {
          if (isThere(offset)) {
            messages.add(Copied.message(0, offset, "t/" + offset % 3, Long.toString(offset)));
          }
        }
        copied.replica.write(new Change(messages, List.of(new Head(0, offset)), List.of()));
      }
      done.set(true);
      reader.join();
      assertThat(wrong.get()).isNull();
    }
  }

  private static boolean isThere(long offset) {
    return offset % 10 != 4 && offset / 300 % 4 != 1;
  }

  private static void follow(Copied copied, long last, AtomicBoolean done) {
    long next = 0;
    while (next < last) {
      boolean all = done.get();
      String[] filters = next % 2 == 0 ? new String[] {"#"} : new String[] {"t/+"};
      Log.Slice slice = copied.read(0, next, 70, filters);
      assertThat(slice.messages().stream().map(Stored::offset))
          .isEqualTo(
              LongStream.range(next, slice.nextOffset())
                  .filter(LocalReplicaTest::isThere)
                  .boxed()
                  .toList());
      assertThat(slice.nextOffset() > next || slice.atHead()).isTrue();
      assertThat(all && slice.atHead() && slice.nextOffset() < last).isFalse();
      next = slice.nextOffset();
    }
  }

  // ---------------------------------------------------------------- on files

  @Test
  void filesOfAReplicaAreReadCountedAndVerified() {
    try (Copied copied = open()) {
      copied.replica.partition(0, new Place("s", 3, 2));
      copied.partition(1, "empty");
      for (int i = 0; i < 300; i++) {
        copied.write(Copied.message(0, 100 + 3L * i, "t/" + i % 5, "x".repeat(500)));
      }
      copied.head(0, 2_000);
    }
    try (LogFiles files = LogFiles.open(directory)) {
      LogFiles.StreamSummary stream = files.streams().getFirst();
      assertThat(files.streams()).hasSize(1);
      assertThat(stream.start()).hasToString("s/3/2/100");
      assertThat(stream.head()).hasToString("s/3/2/2000");
      assertThat(stream.messages()).isEqualTo(300);
    }
    List<LogCheck.Damage> found = new ArrayList<>();
    LogCheck.run(directory, (table, key, value) -> {}, (what, at, all) -> {}, found::add);
    assertThat(found).isEmpty();
  }
}
