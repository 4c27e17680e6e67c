package io.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The script `forebay`, on a checkout of its own.
class LauncherIT {
  private static final Path CHECKOUT = Path.of(NodeProcess.property("forebay.home"));

  @Test
  void classesKeptForAnEarlierBuildAreKeptAnewForThisOne(@TempDir Path home) throws Exception {
    Path target = Files.createDirectories(home.resolve("server/target"));
    Path built = CHECKOUT.resolve("server/target");
    Path jar = Files.copy(built.resolve("forebay.jar"), target.resolve("forebay.jar"));
    Files.createSymbolicLink(target.resolve("lib"), built.resolve("lib"));
    Path kept = target.resolve("forebay-cli.jsa");

    printVersion(home);
    assertThat(kept).isNotEmptyFile();
    FileTime first = Files.getLastModifiedTime(kept);

    // As a build does: the JVM would neither use what was kept for the other jar, nor replace it.
    Files.setLastModifiedTime(jar, FileTime.from(Instant.now().plusSeconds(2)));
    printVersion(home);

    assertThat(kept).isNotEmptyFile();
    assertThat(Files.getLastModifiedTime(kept)).isGreaterThan(first);
  }

  private static void printVersion(Path home) throws Exception {
    Spawned version =
        Spawned.start(
            Map.of(
                "FOREBAY_NO_BUILD", "1",
                "FOREBAY_HOME", home.toString(),
                "FOREBAY_JAVA_HOME", NodeProcess.property("java.home")),
            List.of(CHECKOUT.resolve("forebay").toString(), "--version"));
    assertThat(version.exitCode()).as("%s", version).isZero();
    assertThat(version.line()).startsWith("forebay ");
  }
}
