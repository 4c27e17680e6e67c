package io.forebay.store;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;

class RecoveryTest {
  @TempDir Path directory;

  private static Kept open(Path directory) {
    return new Kept(Kept.small(directory), Kept.onDisk("default"));
  }

  /// An engine that was killed after a hundred commits, one message each.
  private Path killed() {
    Path used = directory.resolve("used");
    try (Kept kept = open(used)) {
      for (int i = 0; i < 100; i++) {
        assertThat(kept.append(Messages.of("a", i + "x".repeat(100)))).isNull();
      }
      return Kept.copy(used, directory.resolve("killed"));
    }
  }

  private static RandomAccessFile writeAheadLog(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      Path newest =
          files
              .filter(file -> file.toString().endsWith(".log"))
              .max(Comparator.comparing(Path::getFileName))
              .orElseThrow();
      return new RandomAccessFile(newest.toFile(), "rw");
    }
  }

  /// Where a text is in a file.
  private static long find(RandomAccessFile file, String text) throws IOException {
    byte[] all = new byte[(int) file.length()];
    file.readFully(all);
    return new String(all, ISO_8859_1).indexOf(text);
  }

  @Test
  void aTornEndOfTheLogTakesOnlyTheCommitThatIsTorn() throws IOException {
    Path killed = killed();
    try (RandomAccessFile log = writeAheadLog(killed)) {
      log.setLength(find(log, "99xxx") + 50);
    }
    try (Kept kept = open(killed)) {
      List<String> payloads = kept.payloads(0, "a");
      assertThat(payloads).hasSize(99);
      assertThat(payloads.getLast()).startsWith("98x");
      assertThat(kept.engine.head(0)).isEqualTo(99);
      assertThat(kept.append(Messages.of("a", "next"))).isNull();
    }
    try (Kept kept = open(killed)) {
      assertThat(kept.payloads(0, "a")).hasSize(100).endsWith("next");
    }
  }

  @Test
  void damageInTheMiddleOfTheLogIsToldAndNothingIsLostInSilence() throws IOException {
    Path killed = killed();
    try (RandomAccessFile log = writeAheadLog(killed)) {
      long place = find(log, "50xxx") + 10;
      log.seek(place);
      log.write('y');
    }
    assertThatThrownBy(() -> open(killed))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("damaged")
        .hasMessageContaining(killed.toString())
        .hasMessageContaining("forebay log verify");
  }

  @Test
  void twoEnginesDoNotShareADirectory() {
    Path used = directory.resolve("used");
    try (Kept kept = open(used)) {
      assertThatThrownBy(() -> open(used))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("another Forebay")
          .hasMessageContaining(used.toString());
      assertThat(kept.append(Messages.of("a", "1"))).isNull();
    }
  }

  @Test
  void dataOfALaterVersionIsLeftAlone() throws RocksDBException {
    Path used = directory.resolve("used");
    open(used).close();
    Database database = Database.open(Kept.small(used));
    database
        .db()
        .put(database.family(Catalog.FAMILY), "format".getBytes(UTF_8), new byte[] {0, 0, 0, 2});
    database.close();
    assertThatThrownBy(() -> open(used))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("later version")
        .hasMessageContaining("format 2");
  }

  @Test
  void aDirectoryWithDataButWithoutItsBeginningIsNotTakenForANewOne() throws IOException {
    Path killed = killed();
    Files.delete(killed.resolve("CURRENT"));
    assertThatThrownBy(() -> open(killed))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("CURRENT is missing");
    try (RandomAccessFile log = writeAheadLog(killed)) {
      assertThat(log.length()).isPositive();
    }
  }

  @Test
  void aPathThatIsNoDirectoryIsTold() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    assertThatThrownBy(() -> open(file.resolve("data")))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("cannot make the data directory");
  }

  @Test
  void aStreamThatTheMachineMayHaveForgottenGoesOnFarBeyond() {
    StreamSettings os = Kept.stream("default", Durability.OS, Long.MAX_VALUE / 2, 1 << 30);
    Path used = directory.resolve("used");
    Path killed = directory.resolve("killed");
    try (Kept kept = new Kept(Kept.small(used), os)) {
      kept.append(Messages.of("a", "1"), Messages.of("a", "2"));
      Kept.copy(used, killed);
    }
    try (Kept kept = new Kept(Kept.small(used), os)) {
      assertThat(kept.engine.head(0)).isEqualTo(2);
    }
    try (Kept kept = new Kept(Kept.small(killed), os)) {
      assertThat(kept.engine.head(0)).isGreaterThan(1L << 32);
      kept.append(Messages.of("a", "3"));
      assertThat(kept.payloads(0, "a")).containsExactly("1", "2", "3");
      assertThat(kept.payloads(0, "+")).containsExactly("1", "2", "3");
    }
  }

  @Test
  void streamsKeepTheirNumbersAndWhatIsNoLongerConfiguredStaysReadable() {
    StreamSettings[] three = {Kept.onDisk("a"), Kept.onDisk("default"), Kept.onDisk("b")};
    try (Kept kept = new Kept(Kept.small(directory), three)) {
      kept.append(Messages.of("a/x", "a"), Messages.of("b/x", "b"), Messages.of("c/x", "c"));
    }
    StreamSettings[] changed = {
      Kept.onDisk("new"),
      Kept.stream("b", Durability.MEMORY, Long.MAX_VALUE / 2, 1 << 20),
      Kept.onDisk("default")
    };
    try (Kept kept = new Kept(Kept.small(directory), changed)) {
      assertThat(kept.engine.partitions()).isEqualTo(5);
      assertThat(kept.engine.partition("a", 0)).isZero();
      assertThat(kept.engine.partition("default", 0)).isEqualTo(1);
      assertThat(kept.engine.partition("new", 0)).isEqualTo(3);
      assertThat(kept.engine.partition("b", 0)).isEqualTo(4);
      kept.append(Messages.of("a/x", "a2"), Messages.of("b/x", "b2"), Messages.of("new", "n"));
      assertThat(kept.payloads(0, "#")).containsExactly("a");
      assertThat(kept.payloads(1, "#")).containsExactly("c", "a2");
      assertThat(kept.payloads(2, "#")).containsExactly("b");
      assertThat(kept.payloads(3, "#")).containsExactly("n");
      assertThat(kept.payloads(4, "#")).containsExactly("b2");
      assertThat(kept.engine.position(0, 7)).hasToString("a/0/1/7");
    }
    try (Kept kept = new Kept(Kept.small(directory), three)) {
      assertThat(kept.engine.partition("b", 0)).isEqualTo(2);
      assertThat(kept.payloads(2, "#")).containsExactly("b");
      kept.append(Messages.of("b/x", "b3"));
      assertThat(kept.payloads(2, "#")).containsExactly("b", "b3");
    }
  }
}
