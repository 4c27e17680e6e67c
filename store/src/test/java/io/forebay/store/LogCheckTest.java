package io.forebay.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.log.Tables;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

class LogCheckTest {
  private static final String LARGE = "x".repeat(1_000);
  private static final String FIRST_SLICE = LogSlice.name(0, 1);

  @TempDir private Path directory;

  /// An action on an open database.
  private interface Change {
    void with(Database database, WriteBatch batch) throws RocksDBException;
  }

  private void fill() {
    // In slices of 64 KiB; the topic index of those that are complete is written.
    StreamSettings sliced = Kept.stream("default", Durability.DISK, Long.MAX_VALUE / 2, 1 << 20);
    try (Kept kept = Kept.inOrder(Kept.small(directory), sliced)) {
      for (int i = 0; i < 200; i++) {
        kept.append(Messages.of("topic/" + i % 10, i + LARGE));
      }
      kept.put(Tables.TIMERS, "some row", "with a value");
    }
  }

  private void change(Change change) throws RocksDBException {
    try (Database database = Database.open(Kept.small(directory));
        WriteBatch batch = new WriteBatch()) {
      change.with(database, batch);
      database.write(batch, true);
      database.flush();
    }
  }

  private static ColumnFamilyHandle family(Database database, String name) {
    ColumnFamilyHandle family = database.find(name);
    if (family == null) {
      throw new AssertionError("there is no " + name);
    }
    return family;
  }

  private List<String> check() {
    return check((table, key, value) -> {});
  }

  private List<String> check(LogCheck.RowReader reader) {
    List<String> found = new ArrayList<>();
    LogCheck.run(
        directory,
        reader,
        (what, done, all) -> {},
        damage -> found.add(damage.where() + ": " + damage.what()));
    return found;
  }

  /// The largest file: one with messages.
  private Path fileOfMessages() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.toString().endsWith(".sst"))
          .max((a, b) -> Long.compare(a.toFile().length(), b.toFile().length()))
          .orElseThrow();
    }
  }

  private static void flipByte(Path file, long place) throws IOException {
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      open.seek(place);
      int there = open.read();
      open.seek(place);
      open.write(there ^ 1);
    }
  }

  @Test
  void whatAnEngineWroteIsNotDamaged() throws RocksDBException {
    fill();
    assertThat(check()).isEmpty();
    try (LogFiles files = LogFiles.open(directory)) {
      // Else there would be no topic index to be right or wrong.
      assertThat(files.partitions().getFirst().slices().getFirst().index().indexedTo())
          .isPositive();
    }
  }

  @Test
  void whatAnEngineIsWritingIsNotDamaged() {
    try (Kept kept = new Kept(Kept.small(directory), Kept.onDisk("default"))) {
      for (int i = 0; i < 100; i++) {
        kept.append(Messages.of("topic/" + i % 10, i + LARGE));
      }
      assertThat(check()).isEmpty();
    }
  }

  @Test
  void aByteThatHasChangedInAFileIsToldWithTheStream() throws IOException {
    fill();
    Path file = fileOfMessages();
    flipByte(file, 1_000);
    assertThat(check())
        .anySatisfy(
            told ->
                assertThat(told)
                    .startsWith(String.valueOf(file.getFileName()))
                    .contains("of stream default")
                    .contains("checksum"));
  }

  @Test
  void aByteThatHasChangedInTheWriteAheadLogIsTold() throws IOException {
    Path killed = directory.resolve("killed");
    try (Kept kept = new Kept(Kept.small(directory.resolve("used")), Kept.onDisk("default"))) {
      for (int i = 0; i < 100; i++) {
        kept.append(Messages.of("topic/" + i % 10, i + LARGE));
      }
      Kept.copy(directory.resolve("used"), killed);
    }
    try (Stream<Path> files = Files.list(killed)) {
      Path largest =
          files
              .filter(file -> file.toString().endsWith(".log"))
              .max((a, b) -> Long.compare(a.toFile().length(), b.toFile().length()))
              .orElseThrow();
      flipByte(largest, largest.toFile().length() / 2);
    }
    directory = killed;
    assertThat(check()).singleElement().asString().startsWith("the directory cannot be opened");
  }

  @Test
  void anIndexThatSaysSomethingElseThanTheMessagesIsTold() throws RocksDBException {
    fill();
    change(
        (database, batch) -> {
          Offsets offsets = new Offsets();
          offsets.add(3);
          batch.put(
              family(database, FIRST_SLICE),
              IndexRow.key("topic/9".getBytes(UTF_8), 0),
              IndexRow.value(offsets, 0));
        });
    assertThat(check())
        .singleElement()
        .asString()
        .startsWith("slice 1 of stream default: topic index:");
  }

  @Test
  void aMessageThatTheIndexDoesNotKnowIsTold() throws RocksDBException {
    fill();
    change(
        (database, batch) ->
            batch.delete(
                family(database, FIRST_SLICE), IndexRow.key("topic/9".getBytes(UTF_8), 0)));
    assertThat(check())
        .singleElement()
        .asString()
        .startsWith("slice 1 of stream default: topic index:");
  }

  @Test
  void aBlockInAPlaceThatIsNotItsOwnIsTold() throws RocksDBException {
    fill();
    change(
        (database, batch) -> {
          ColumnFamilyHandle slice = family(database, FIRST_SLICE);
          byte[] first = database.db().get(slice, BlockFormat.key(0));
          batch.put(slice, BlockFormat.key(1), first);
        });
    assertThat(check())
        .singleElement()
        .asString()
        .startsWith("slice 1 of stream default: after offset 1:");
  }

  @Test
  void rowsThatAreNoRowsAreTold() throws RocksDBException {
    fill();
    change(
        (database, batch) ->
            batch.put(
                database.family(Tables.RETAINED),
                "a/b".getBytes(UTF_8),
                "nonsense".getBytes(UTF_8)));
    List<String> found =
        check(
            (table, key, value) -> {
              throw new IllegalArgumentException("not a row");
            });
    assertThat(found)
        .containsExactlyInAnyOrder(
            "table retained: 1 rows cannot be decoded, the first is 'a/b': unknown message format"
                + " 110",
            "table timers: 1 rows cannot be decoded, the first is 'some row': not a row");
  }
}
