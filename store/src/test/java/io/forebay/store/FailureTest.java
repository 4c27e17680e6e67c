package io.forebay.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.log.Batch;
import io.forebay.core.log.EngineFailure;
import io.forebay.core.message.Message;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FailureTest {
  private static final StreamSettings[] STREAMS = {
    Kept.onDisk("default"),
    Kept.stream("os", Durability.OS, Long.MAX_VALUE / 2, Long.MAX_VALUE),
    Kept.stream("mem", Durability.MEMORY, Long.MAX_VALUE / 2, Long.MAX_VALUE)
  };

  @TempDir Path directory;
  private final FailingDisk disk = new FailingDisk();
  private Kept kept;

  @BeforeEach
  void open() {
    kept =
        new Kept(
            new StoreSettings(
                directory, 1_000, 1 << 20, 8 << 20, 64 << 10, 1, 4, 4 << 10, 32 << 10, 1 << 20,
                disk),
            STREAMS);
  }

  @AfterEach
  void close() {
    kept.close();
  }

  @ParameterizedTest
  @EnumSource(names = {"FAILS", "FAILS_AFTERWARDS", "FULL"})
  void afterAFailedWriteItRefusesAndGoesOnWhenTheDiskWorksAgain(FailingDisk.Mode mode) {
    kept.append(Messages.of("a", "1"), Messages.of("os/a", "1"), Messages.of("mem/a", "1"));
    CompletableFuture<Optional<EngineFailure>> told =
        kept.appendFailing(
            disk,
            mode,
            Messages.of("a", "open"),
            Messages.of("os/a", "open"),
            Messages.of("mem/a", "open"));
    assertThat(kept.engine.trouble())
        .extracting(EngineFailure::kind)
        .isEqualTo(
            mode == FailingDisk.Mode.FULL ? EngineFailure.Kind.QUOTA : EngineFailure.Kind.BROKEN);
    assertThat(kept.engine.head(0)).isEqualTo(1);
    assertThat(kept.append(Messages.of("a", "refused"))).isNotNull();
    disk.mode = FailingDisk.Mode.WORKS;
    assertThat(kept.append(Messages.of("a", "still refused"))).isNotNull();
    assertThat(told).as("it is there or not, which nobody knows yet").isNotDone();
    kept.tick(0);
    assertThat(kept.engine.trouble()).isNull();
    // What was written before it failed is there.
    boolean survives = mode == FailingDisk.Mode.FAILS_AFTERWARDS;
    assertThat(told.join().isEmpty()).isEqualTo(survives);
    assertThat(
            kept.append(Messages.of("a", "2"), Messages.of("os/a", "2"), Messages.of("mem/a", "2")))
        .isNull();
    String[] expected = survives ? new String[] {"1", "open", "2"} : new String[] {"1", "2"};
    for (int partition = 0; partition < 3; partition++) {
      List<String> payloads =
          kept.readAll(partition, 0, 10, "#").stream().map(Kept::payload).toList();
      assertThat(payloads).containsExactly(expected);
    }
    assertThat(kept.told.stream().filter(line -> line.startsWith("open")))
        .hasSize(survives ? 3 : 0);
    assertThat(kept.told).noneMatch(line -> line.startsWith("not"));
  }

  @Test
  void aDirectoryThatCannotBeOpenedAgainIsTriedUntilItCan() throws Exception {
    kept.append(Messages.of("a", "1"));
    CompletableFuture<Optional<EngineFailure>> told =
        kept.appendFailing(disk, FailingDisk.Mode.FAILS, Messages.of("a", "lost"));
    disk.mode = FailingDisk.Mode.WORKS;
    Path current = directory.resolve("CURRENT");
    byte[] named = Files.readAllBytes(current);
    Files.writeString(current, "MANIFEST-nonsense\n");
    kept.tick(0);
    assertThat(kept.engine.trouble())
        .extracting(EngineFailure::detail)
        .asString()
        .contains(directory.toString());
    CompletableFuture<Long> waits = new CompletableFuture<>();
    kept.engine.seek(0, 0, waits::complete);
    assertThat(kept.append(Messages.of("a", "refused"))).isNotNull();
    Files.write(current, named);
    kept.tick(0);
    assertThat(kept.engine.trouble()).isNull();
    assertThat(told.join()).isPresent();
    kept.tick(0);
    assertThat(waits.get(60, TimeUnit.SECONDS)).isZero();
    assertThat(kept.append(Messages.of("a", "2"))).isNull();
    assertThat(kept.payloads(0, "a")).containsExactly("1", "2");
  }

  @Test
  void aDatabaseThatCannotBeOpenedAgainForWantOfRoomIsFullAndNotBroken() throws Exception {
    kept.append(Messages.of("a", "1"));
    kept.appendFailing(disk, FailingDisk.Mode.FULL, Messages.of("a", "lost"));
    disk.usableBytes = 0;
    Path current = directory.resolve("CURRENT");
    byte[] named = Files.readAllBytes(current);
    Files.writeString(current, "MANIFEST-nonsense\n");
    kept.tick(0);
    assertThat(kept.engine.trouble())
        .extracting(EngineFailure::kind)
        .isEqualTo(EngineFailure.Kind.QUOTA);
    disk.usableBytes = Long.MAX_VALUE;
    kept.tick(0);
    assertThat(kept.engine.trouble())
        .as("there is room: it is something else")
        .extracting(EngineFailure::kind)
        .isEqualTo(EngineFailure.Kind.BROKEN);
    disk.mode = FailingDisk.Mode.WORKS;
    Files.write(current, named);
    kept.tick(0);
    assertThat(kept.append(Messages.of("a", "2"))).isNull();
    assertThat(kept.payloads(0, "a")).containsExactly("1", "2");
  }

  @ParameterizedTest
  @EnumSource(names = {"FULL", "FAILS_AFTERWARDS"})
  void whatIsNotOnDiskIsRefusedAlthoughTheDatabaseCannotBeOpenedAgain(FailingDisk.Mode mode)
      throws Exception {
    kept.append(Messages.of("a", "1"));
    CompletableFuture<Optional<EngineFailure>> told =
        kept.appendFailing(disk, mode, Messages.of("a", "2"));
    disk.mode = FailingDisk.Mode.WORKS;
    // Opening locks, reading does not.
    Path lock = directory.resolve("LOCK");
    Files.delete(lock);
    Files.createDirectory(lock);
    kept.tick(0);
    assertThat(kept.engine.trouble()).isNotNull();
    boolean written = mode == FailingDisk.Mode.FAILS_AFTERWARDS;
    assertThat(told.isDone()).as("whether its publisher was told").isNotEqualTo(written);
    kept.tick(0);
    assertThat(told.isDone()).isNotEqualTo(written);
    Files.delete(lock);
    kept.tick(0);
    assertThat(kept.engine.trouble()).isNull();
    assertThat(told.join().isEmpty()).isEqualTo(written);
    assertThat(kept.append(Messages.of("a", "3"))).isNull();
    assertThat(kept.payloads(0, "a"))
        .containsExactly(written ? new String[] {"1", "2", "3"} : new String[] {"1", "3"});
  }

  @Test
  void rowsAreStillKeptWhenThereIsNoRoomForMessages() {
    disk.usableBytes = 999;
    kept.tick(0);
    assertThat(kept.engine.trouble())
        .extracting(EngineFailure::kind)
        .isEqualTo(EngineFailure.Kind.QUOTA);
    Batch batch = new Batch(0);
    AtomicReference<@Nullable EngineFailure> ofMessage = new AtomicReference<>();
    batch.append(Messages.of("a", "1"), (token, matched, why) -> ofMessage.set(why), 0, null);
    batch.row(new Batch.Row("t", new byte[] {1}, new byte[] {2}));
    assertThat(kept.commit(batch)).isNull();
    assertThat(ofMessage.get()).extracting(EngineFailure::kind).isEqualTo(EngineFailure.Kind.QUOTA);
    assertThat(kept.engine.head(0)).isZero();
    assertThat(kept.engine.table("t").size()).isEqualTo(1);
    disk.usableBytes = 1_000;
    kept.tick(0);
    assertThat(kept.append(Messages.of("a", "1"))).isNull();
  }

  @Test
  void readersGetTheirAnswersWhileItFailsAndOpensAgain() {
    Message[] messages =
        IntStream.range(0, 500)
            .mapToObj(i -> Messages.of("a", i + "x".repeat(200)))
            .toArray(Message[]::new);
    kept.append(messages);
    for (int round = 0; round < 5; round++) {
      CompletableFuture<Optional<EngineFailure>> told =
          kept.appendFailing(disk, FailingDisk.Mode.FAILS, Messages.of("a", "lost"));
      disk.mode = FailingDisk.Mode.WORKS;
      kept.engine.tick(0);
      assertThat(kept.readAll(0, 0, 100, "a", "+/b")).hasSize(500);
      kept.tick(0);
      assertThat(told.join()).isPresent();
    }
    assertThat(kept.payloads(0, "a")).hasSize(500);
  }
}
