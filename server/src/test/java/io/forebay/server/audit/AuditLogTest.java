package io.forebay.server.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditLogTest {
  private static final InstantSource NOON =
      InstantSource.fixed(Instant.parse("2026-11-22T12:00:00.123456Z"));

  @TempDir private Path directory;

  private Path file() {
    return directory.resolve("audit.log");
  }

  private AuditLog log(int mostWaiting) {
    return new AuditLog(new AuditFile(file(), 1_000_000, 2), NOON, mostWaiting);
  }

  @Test
  void anEventIsAJsonObjectOnALineOfItsOwn() throws IOException {
    AuditLog log = log(10);
    log.begin();
    log.add(AuditEvent.of("login").with("user", "bob\n{\"event\":1}\u202e\u001b[31m\u2028"));
    log.add(AuditEvent.of("lost").with("user", null).with("events", 3));
    log.close();
    assertThat(Files.readAllLines(file()))
        .isEqualTo(
            List.of(
                "{\"time\":\"2026-11-22T12:00:00.123Z\",\"event\":\"login\","
                    + "\"user\":\"bob\\n{\\\"event\\\":1}\\u202e\\u001b[31m\\u2028\"}",
                "{\"time\":\"2026-11-22T12:00:00.123Z\",\"event\":\"lost\",\"events\":3}"));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-------");
  }

  @Test
  void whatDoesNotFitIsCountedAndSaid() throws IOException {
    AuditLog log = log(2);
    for (int i = 0; i < 5; i++) {
      log.add(AuditEvent.of("login").with("client", "c" + i));
    }
    log.begin();
    log.close();
    assertThat(Files.readAllLines(file()))
        .hasSize(3)
        .anyMatch(line -> line.contains("\"event\":\"lost\",\"events\":3"))
        .anyMatch(line -> line.contains("\"client\":\"c1\""))
        .noneMatch(line -> line.contains("\"client\":\"c2\""));
  }

  @Test
  void whatCannotBeWrittenIsCountedAndSaidLater() throws IOException {
    // A directory stands in its place.
    Files.createDirectory(file());
    AuditFile broken = new AuditFile(file(), 1_000_000, 2);
    assertThatThrownBy(() -> broken.write(new byte[] {'x', '\n'})).isInstanceOf(IOException.class);
    Files.delete(file());
    broken.write(new byte[] {'y', '\n'});
    assertThat(Files.readString(file())).isEqualTo("y\n");
    broken.close();
  }

  @Test
  void aLogThatCannotBeWrittenStopsTheStartWithWords() throws IOException {
    Files.createDirectory(file());
    assertThatThrownBy(() -> AuditLog.open(file()))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("security.audit: " + file() + " cannot be written")
        .hasMessageEndingWith("check the path and its rights");
  }

  @Test
  void aFullFileMakesRoomAndTheOldestGoes() throws IOException {
    AuditFile file = new AuditFile(directory.resolve("deep/audit.log"), 10, 2);
    for (String line : List.of("1234567\n", "2\n", "3\n", "4567890\n", "5\n", "6\n", "789012\n")) {
      file.write(line.getBytes(UTF_8));
    }
    file.close();
    assertThat(Files.readString(directory.resolve("deep/audit.log"))).isEqualTo("789012\n");
    assertThat(Files.readString(directory.resolve("deep/audit.log.1"))).isEqualTo("5\n6\n");
    assertThat(Files.readString(directory.resolve("deep/audit.log.2"))).isEqualTo("3\n4567890\n");
    assertThat(directory.resolve("deep/audit.log.3")).doesNotExist();
  }

  @Test
  void aLineThatWasCutOffByAKillDoesNotSpoilTheNext() throws IOException {
    Files.writeString(file(), "{\"time\":\"2026");
    AuditLog log = log(10);
    log.begin();
    log.add(AuditEvent.of("login"));
    log.close();
    assertThat(Files.readAllLines(file()))
        .hasSize(2)
        .last()
        .asString()
        .endsWith("\"event\":\"login\"}");
  }
}
