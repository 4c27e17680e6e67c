package io.forebay.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.core.log.Log;
import io.forebay.core.log.Stored;
import io.forebay.core.log.Tables;
import io.forebay.core.message.Qos;
import io.forebay.core.topic.FilterSet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFilesTest {
  private static final String LARGE = "x".repeat(1_000);

  @TempDir private Path directory;

  private static List<String> payloads(LogFiles files, int number, long from, String... filters) {
    List<String> payloads = new ArrayList<>();
    FilterSet wanted = new FilterSet(List.of(filters));
    Log.Slice slice = files.read(new Log.Request(number, from, wanted, 7));
    slice.messages().stream().map(Kept::payload).forEach(payloads::add);
    while (!slice.atHead()) {
      slice = files.read(new Log.Request(number, slice.nextOffset(), wanted, 7));
      slice.messages().stream().map(Kept::payload).forEach(payloads::add);
    }
    return payloads;
  }

  @Test
  void whatARunningEngineHasCommittedIsReadBesideIt() {
    try (Kept kept = new Kept(Kept.small(directory), Kept.onDisk("default"), Kept.onDisk("a"))) {
      kept.append(
          Messages.of("a/1", "one", Qos.AT_LEAST_ONCE, false, 1_000),
          Messages.of("b", "two", Qos.AT_LEAST_ONCE, true, 2_000),
          Messages.of("a/2", "three", Qos.AT_LEAST_ONCE, false, 3_000));
      try (LogFiles files = LogFiles.open(directory)) {
        kept.append(Messages.of("a/1", "too late"));
        List<LogFiles.StreamSummary> streams = files.streams();
        assertThat(streams)
            .extracting(LogFiles.StreamSummary::name)
            .containsExactly("default", "a");
        LogFiles.StreamSummary a = streams.get(1);
        assertThat(a.start()).hasToString("a/0/1/0");
        assertThat(a.head()).hasToString("a/0/1/2");
        assertThat(a.messages()).isEqualTo(2);
        assertThat(a.slices()).isEqualTo(1);
        assertThat(a.oldestMillis()).isEqualTo(1_000);
        assertThat(a.newestMillis()).isEqualTo(3_000);
        assertThat(payloads(files, a.number(), 0, "#")).containsExactly("one", "three");
        assertThat(payloads(files, a.number(), 0, "a/2")).containsExactly("three");
        assertThat(files.tables())
            .filteredOn(table -> table.name().equals(Tables.RETAINED))
            .extracting(LogFiles.TableSummary::rows)
            .containsExactly(1L);
      }
      assertThat(kept.payloads(1, "#")).containsExactly("one", "three", "too late");
    }
  }

  @Test
  void filtersAndTimesFindTheirMessagesInManySlices() {
    StreamSettings sliced = Kept.stream("default", Durability.DISK, Long.MAX_VALUE / 2, 1 << 20);
    try (Kept kept = Kept.inOrder(Kept.small(directory), sliced)) {
      for (int i = 0; i < 300; i++) {
        String topic = i % 100 == 42 ? "rare/" + i : "often";
        kept.append(Messages.of(topic, i + LARGE, Qos.AT_LEAST_ONCE, false, 1_000L * i));
      }
    }
    try (LogFiles files = LogFiles.open(directory)) {
      LogFiles.StreamSummary stream = files.streams().getFirst();
      assertThat(stream.slices()).isGreaterThan(3);
      assertThat(stream.messages()).isEqualTo(300);
      assertThat(stream.bytes()).isGreaterThan(300L * LARGE.length());
      assertThat(payloads(files, 0, 0, "rare/+"))
          .containsExactly("42" + LARGE, "142" + LARGE, "242" + LARGE);
      assertThat(payloads(files, 0, 0, "#")).hasSize(300);
      assertThat(payloads(files, 0, 290, "often")).hasSize(10).startsWith("290" + LARGE);
      assertThat(files.seek(0, 150_000)).isEqualTo(150);
      assertThat(files.seek(0, 400_000)).isEqualTo(300);
    }
  }

  @Test
  void whatRetentionRemovedIsNotThereAndIsTold() {
    StreamSettings small = Kept.stream("default", Durability.DISK, Long.MAX_VALUE / 2, 100_000);
    try (Kept kept = Kept.inOrder(Kept.small(directory), small)) {
      for (int i = 0; i < 300; i++) {
        kept.append(Messages.of("a", i + LARGE));
      }
      kept.tick(0);
      long start = kept.engine.start(0);
      assertThat(start).isPositive();
      try (LogFiles files = LogFiles.open(directory)) {
        assertThat(files.streams().getFirst().start().offset()).isEqualTo(start);
        assertThat(files.streams().getFirst().messages()).isEqualTo(300 - start);
        Log.Slice slice = files.read(new Log.Request(0, 1, new FilterSet(List.of("#")), 1));
        assertThat(slice.lost()).isEqualTo(start - 1);
        assertThat(slice.messages()).extracting(Stored::offset).containsExactly(start);
      }
    }
  }

  @Test
  void messagesAreCountedAlthoughOffsetsAreMissing() {
    StreamSettings os = Kept.stream("default", Durability.OS, Long.MAX_VALUE / 2, 1 << 30);
    Path killed = directory.resolve("killed");
    try (Kept kept = new Kept(Kept.small(directory.resolve("used")), os)) {
      kept.append(Messages.of("a", "1"), Messages.of("a", "2"));
      Kept.copy(directory.resolve("used"), killed);
    }
    try (Kept kept = new Kept(Kept.small(killed), os)) {
      kept.append(Messages.of("a", "3"));
    }
    try (LogFiles files = LogFiles.open(killed)) {
      assertThat(files.streams().getFirst().messages()).isEqualTo(3);
      assertThat(payloads(files, 0, 0, "#")).containsExactly("1", "2", "3");
    }
  }

  @Test
  void streamsInMemoryHaveNothingThere() {
    StreamSettings memory = Kept.stream("fast", Durability.MEMORY, 1_000, 1 << 20);
    try (Kept kept = new Kept(Kept.small(directory), memory, Kept.onDisk("default"))) {
      kept.append(Messages.of("fast/1", "1"), Messages.of("b", "2"));
    }
    try (LogFiles files = LogFiles.open(directory)) {
      assertThat(files.streams()).extracting(LogFiles.StreamSummary::name).containsOnly("default");
      assertThat(payloads(files, 1, 0, "#")).containsExactly("2");
    }
  }

  @Test
  void aDirectoryWithoutDataIsTold() {
    assertThatThrownBy(() -> LogFiles.open(directory.resolve("none")))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("there is no data directory")
        .hasMessageContaining("none");
    assertThatThrownBy(() -> LogFiles.open(directory))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("is no data directory of Forebay");
    assertThat(directory).isEmptyDirectory();
  }
}
